/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * An amplifier on the PipeWire back end for tests: amp, engine and back end with nothing around
 * them. Commands come in on standard input, one for each line, and each is answered by a line:
 *
 *	set PATH VALUE    "ok", or "refused: ..."
 *	reading           "reading frames=N lost=N rate=HZ block=N silent=0|1
 *	                  headphone=STATE line=STATE sub=STATE", states as in enum device_state
 *	get PATH          "value VALUE"
 *	quit              (or the end of the input)
 *
 * Events are told in lines that begin with "event".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "amp.h"
#include "audio.h"
#include "log.h"
#include "loop.h"
#include "outputs.h"

struct host {
	struct loop *loop;
	struct amp amp;
	struct engine engine;
	struct audio *audio;
	const struct audio_ops *ops;
	enum device_state states[OUTPUTS];
	char line[512];
	size_t length;
};

static struct audio_config make_config(const struct amp *amp)
{
	struct audio_config config = {.power = amp_int(amp, CONTROL_POWER) != 0};

	config.latency_ns =
		amp_int(amp, CONTROL_PROTECT_LIMITER) == LIMITER_LOOKAHEAD ? 1500000 : 0;
	snprintf(config.name, TEXT_BYTES, "%s",
		 amp_value(amp, (struct control_ref){CONTROL_SYSTEM_NAME, 0})->text);
	for (int i = 0; i < INPUTS; i++) {
		struct control_ref ref = {CONTROL_INPUT_NAME, i};

		snprintf(config.input_name[i], TEXT_BYTES, "%s", amp_value(amp, ref)->text);
		config.input_enabled[i] = amp_input_int(amp, CONTROL_INPUT_ENABLED, i) != 0;
	}
	for (int i = 0; i < OUTPUTS; i++) {
		struct control_ref name = {output_rows[i].device, 0};

		snprintf(config.device[i], TEXT_BYTES, "%s", amp_value(amp, name)->text);
		config.device_volume_half_db[i] = amp_int(amp, output_rows[i].device_volume);
	}
	return config;
}

static void obey(struct host *host)
{
	struct audio_config config = make_config(&host->amp);
	struct plan plan;

	if (!host->audio) {
		return;
	}
	plan_make(&host->amp, &plan);
	engine_set_plan(&host->engine, &plan);
	host->ops->configure(host->audio, &config);
}

static void on_fader(void *data, int input, int half_db)
{
	struct host *host = data;
	struct value value = {.half_db = half_db};
	char text[16];

	printf("event fader %d %s\n", input + 1, half_db_format(half_db, text));
	amp_report(&host->amp, (struct control_ref){CONTROL_INPUT_FADER, input}, &value);
	obey(host);
}

static void on_device_state(void *data, enum output output, enum device_state state)
{
	static const char *const names[] = {"none", "waiting", "connected", "released"};
	struct host *host = data;

	host->states[output] = state;
	printf("event device %s %s\n", output_rows[output].name, names[state]);
}

static void on_device_found(void *data, enum output output, const char *name)
{
	struct host *host = data;

	printf("event found %s %s\n", output_rows[output].name, name);
	amp_report_text(&host->amp, output_rows[output].device, "%s", name);
	obey(host);
}

static void on_device_refused(void *data, enum output output)
{
	printf("event refused %s\n", output_rows[output].name);
}

static void on_device_moved(void *data, enum output output, int half_db)
{
	char text[16];

	printf("event moved %s %s\n", output_rows[output].name, half_db_format(half_db, text));
}

static void on_latency(void *data, double ms)
{
	printf("event latency %.4f\n", ms);
}

static void on_server(void *data, bool connected)
{
	printf("event server %s\n", connected ? "there" : "gone");
}

static void set(struct host *host, char *arguments)
{
	char *value = strchr(arguments, ' ');
	struct command command;
	struct refusal refusal;
	int error;

	if (value) {
		*value++ = '\0';
	}
	error = command_parse_set(arguments, value ? value : "", &command, &refusal);
	if (!error) {
		error = amp_command(&host->amp, &command, &refusal);
	}
	if (error) {
		printf("refused: %s\n", refusal.text);
		return;
	}
	obey(host);
	printf("ok\n");
}

static void get(struct host *host, const char *path)
{
	struct control_ref ref;
	struct refusal refusal;
	char text[TEXT_BYTES];

	if (control_find(path, &ref, &refusal) < 0) {
		printf("refused: %s\n", refusal.text);
	} else {
		printf("value %s\n", control_format(ref, amp_value(&host->amp, ref), text));
	}
}

static void run_command(struct host *host, char *line)
{
	if (strncmp(line, "set ", 4) == 0) {
		set(host, line + 4);
	} else if (strncmp(line, "get ", 4) == 0) {
		get(host, line + 4);
	} else if (strcmp(line, "reading") == 0) {
		struct reading reading = engine_reading(&host->engine);

		printf("reading frames=%llu lost=%llu rate=%.0f block=%u silent=%d "
		       "headphone=%d line=%d sub=%d\n",
		       (unsigned long long)reading.frames, (unsigned long long)reading.lost_blocks,
		       reading.rate_hz, reading.block_frames, reading.silent,
		       (int)host->states[OUTPUT_HEADPHONE], (int)host->states[OUTPUT_LINE],
		       (int)host->states[OUTPUT_SUB]);
	} else if (strcmp(line, "quit") == 0) {
		loop_quit(host->loop, 0);
	} else {
		printf("refused: what is \"%s\"?\n", line);
	}
}

static void on_input(void *data, int fd, unsigned int events)
{
	struct host *host = data;
	ssize_t got = read(fd, host->line + host->length, sizeof(host->line) - host->length - 1);
	char *end;

	if (got <= 0) {
		loop_quit(host->loop, 0);
		return;
	}
	host->length += (size_t)got;
	host->line[host->length] = '\0';
	while ((end = strchr(host->line, '\n'))) {
		*end++ = '\0';
		run_command(host, host->line);
		host->length -= (size_t)(end - host->line);
		memmove(host->line, end, host->length + 1);
	}
}

static int start(struct host *host)
{
	const struct audio_events events = {
		.fader = on_fader,
		.device_state = on_device_state,
		.device_found = on_device_found,
		.device_moved = on_device_moved,
		.device_refused = on_device_refused,
		.latency = on_latency,
		.server = on_server,
	};
	struct audio_config config = make_config(&host->amp);
	struct plan plan;

	plan_make(&host->amp, &plan);
	engine_init(&host->engine, &plan);
	host->ops = audio_find("pipewire");
	return host->ops->create(host->loop, &host->engine, &config, &events, host, &host->audio);
}

int main(int argc, char **argv)
{
	static struct host host;
	int error;

	setvbuf(stdout, NULL, _IOLBF, 0);
	log_set_level(LOG_DEBUG);
	if (loop_create(&host.loop) < 0 || !loop_add_fd(host.loop, 0, LOOP_READ, on_input, &host)) {
		return 1;
	}
	amp_init_neutral(&host.amp);
	for (int i = 1; i < argc; i++) {
		char line[512];

		snprintf(line, sizeof(line), "set %s", argv[i]);
		run_command(&host, line);
	}
	error = start(&host);
	if (error) {
		printf("cannot start: %s\n", strerror(-error));
		return 1;
	}
	printf("started\n");
	error = loop_run(host.loop);
	host.ops->destroy(host.audio);
	loop_destroy(host.loop);
	return error < 0;
}
