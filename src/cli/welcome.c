/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What `wiregain run` says: what plays, from where, to where, how loud.
 */
#include "welcome.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DEVICES_WAIT_MS 1000

static const char *text_of(const struct amp *amp, enum control_id id, int instance)
{
	return amp_value(amp, (struct control_ref){id, instance})->text;
}

static bool is_null(const struct amp *amp)
{
	return strcmp(text_of(amp, CONTROL_AUDIO_BACKEND, 0), "null") == 0;
}

static bool is_auto(const struct amp *amp, enum control_id device)
{
	return strcmp(text_of(amp, device, 0), "auto") == 0;
}

static void print_output(const struct amp *amp, const char *name, enum control_id level,
			 enum control_id device)
{
	const char *to = text_of(amp, device, 0);
	char text[LEVEL_BYTES];

	printf("%-10s %s", name, half_db_say(amp_int(amp, level), text));
	if (is_null(amp)) {
		printf("\n");
	} else if (is_auto(amp, device)) {
		printf(", to the first device found: there is none yet\n");
	} else {
		printf(", to %s\n", to[0] ? to : "no device yet");
	}
}

static void print_inputs(const struct amp *amp)
{
	const char *separator = "Inputs     ";

	for (int i = 0; i < INPUTS; i++) {
		if (amp_input_int(amp, CONTROL_INPUT_ENABLED, i)) {
			printf("%s%s%s", separator, text_of(amp, CONTROL_INPUT_NAME, i),
			       i == amp_int(amp, CONTROL_INPUT) ? " (selected)" : "");
			separator = ", ";
		}
	}
	printf("\n");
}

static void print(const struct welcome *welcome)
{
	const struct amp *amp = service_amp(welcome->service);

	printf("Wiregain %s %s\n", WIREGAIN_VERSION,
	       is_null(amp) ? "plays a demonstration into the null device: nothing is heard"
			    : "plays on PipeWire");
	print_inputs(amp);
	print_output(amp, "Headphone", CONTROL_HEADPHONE_LEVEL, CONTROL_DEVICE_HEADPHONE);
	print_output(amp, "Line", CONTROL_LINE_LEVEL, CONTROL_DEVICE_LINE);
	if (text_of(amp, CONTROL_SYSTEM_PANEL, 0)[0]) {
		printf("Panel      %s\n", text_of(amp, CONTROL_SYSTEM_PANEL, 0));
	}
	if (welcome->notice[0]) {
		printf("Note       %s\n", welcome->notice);
	}
	/* As it was called itself: it need not be where a shell looks for programs. */
	printf("Turn it    %s step headphone.level +1\n"
	       "Stop it    Ctrl-C\n",
	       program_invocation_name);
	fflush(stdout);
}

static void on_timer(void *data)
{
	print(data);
	welcome_stop(data);
}

static bool waits_for_device(const struct amp *amp)
{
	return !is_null(amp) &&
	       (is_auto(amp, CONTROL_DEVICE_HEADPHONE) || is_auto(amp, CONTROL_DEVICE_LINE));
}

static void on_settled(void *data)
{
	const struct welcome *welcome = data;

	if (!waits_for_device(service_amp(welcome->service))) {
		on_timer(data);
	}
}

void welcome_start(struct welcome *welcome, struct loop *loop, struct service *service)
{
	const struct amp *amp = service_amp(service);

	welcome->service = service;
	welcome->listener = (struct service_listener){.settled = on_settled, .data = welcome};
	snprintf(welcome->notice, sizeof(welcome->notice), "%s",
		 text_of(amp, CONTROL_SYSTEM_NOTICE, 0));
	service_listen(service, &welcome->listener);
	welcome->timer = loop_add_timer(loop, on_timer, welcome);
	if (welcome->timer && waits_for_device(amp)) {
		loop_arm_timer(welcome->timer, DEVICES_WAIT_MS, 0);
	} else {
		on_timer(welcome);
	}
}

void welcome_stop(struct welcome *welcome)
{
	if (welcome->service) {
		service_unlisten(welcome->service, &welcome->listener);
		loop_remove(welcome->timer);
		welcome->service = NULL;
		welcome->timer = NULL;
	}
}
