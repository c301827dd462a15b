/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Reading automation files.
 */
#include "automation.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define EVENTS_MAX 1000000

static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1])) {
		*--end = '\0';
	}
	while (isspace((unsigned char)*text)) {
		text++;
	}
	return text;
}

/* "1.5 headphone.level=-20"; the line is taken apart in place. */
static int parse_line(char *line, struct automation_event *ret_event, struct refusal *ret_refusal)
{
	size_t time_length = strcspn(line, " \t");
	char *path = line + time_length;
	char *equals;

	if (*path != '\0') {
		*path++ = '\0';
	}
	if (text_to_double(line, &ret_event->seconds) < 0 || ret_event->seconds < 0 ||
	    ret_event->seconds > 1e7) {
		return refuse(ret_refusal, "\"%.40s\" is not a time: write SECONDS PATH=VALUE",
			      line);
	}
	path = trim(path);
	equals = strchr(path, '=');
	if (!equals) {
		return refuse(ret_refusal, "\"%.60s\" sets nothing: write SECONDS PATH=VALUE",
			      path);
	}
	*equals = '\0';
	return command_parse_set(trim(path), trim(equals + 1), &ret_event->command, ret_refusal);
}

static int append(struct automation *automation, const struct automation_event *event)
{
	unsigned int count = automation->count;

	if (count == EVENTS_MAX) {
		return -E2BIG;
	}
	/* Room grows by doubling: it is full whenever the count is a power of two. */
	if ((count & (count - 1)) == 0) {
		size_t room = count > 0 ? 2u * count : 1;
		void *events = realloc(automation->events, room * sizeof(*event));

		if (!events) {
			return -ENOMEM;
		}
		automation->events = events;
	}
	automation->events[automation->count++] = *event;
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct automation_event *one = a, *other = b;

	if (one->seconds != other->seconds) {
		return one->seconds < other->seconds ? -1 : 1;
	}
	return one->line < other->line ? -1 : 1;
}

static int read_lines(FILE *file, const char *path, struct automation *automation,
		      struct refusal *ret_refusal)
{
	struct refusal reason;
	char *line = NULL;
	size_t size = 0;
	unsigned int number = 0;
	int error = 0;

	while (error == 0 && getline(&line, &size, file) >= 0) {
		struct automation_event event = {.line = ++number};
		char *text = trim(line);

		if (text[0] == '\0' || text[0] == '#') {
			continue;
		}
		error = parse_line(text, &event, &reason);
		if (error < 0) {
			refuse(ret_refusal, "%.80s:%u: %s", path, number, reason.text);
		} else {
			error = append(automation, &event);
		}
	}
	if (error == 0 && !feof(file)) {
		/* It could not be read, or there was no memory for the line. */
		error = -errno;
	}
	free(line);
	return error;
}

static int try_all(const struct automation *automation, const char *path, const struct amp *amp,
		   struct refusal *ret_refusal)
{
	struct amp copy = *amp;

	for (unsigned int i = 0; i < automation->count; i++) {
		struct refusal reason;
		int error = amp_command(&copy, &automation->events[i].command, &reason);

		if (error < 0) {
			char control[PATH_BYTES];

			refuse(ret_refusal, "%.60s:%u: %s %s", path, automation->events[i].line,
			       control_path(automation->events[i].command.ref, control),
			       reason.text);
			return error;
		}
	}
	return 0;
}

int automation_load(const char *path, const struct amp *amp, struct automation *ret_automation,
		    struct refusal *ret_refusal)
{
	struct automation automation = {0};
	FILE *file = fopen(path, "re");
	int error;

	if (!file) {
		error = -errno;
		refuse(ret_refusal, "%.120s: %s", path, strerror(errno));
		return error;
	}
	refuse(ret_refusal, "%.120s: cannot be read", path);
	error = read_lines(file, path, &automation, ret_refusal);
	fclose(file);
	if (error == 0) {
		if (automation.count > 0) {
			qsort(automation.events, automation.count, sizeof(automation.events[0]),
			      by_time);
		}
		error = try_all(&automation, path, amp, ret_refusal);
	}
	if (error < 0) {
		automation_finish(&automation);
		return error;
	}
	*ret_automation = automation;
	return 0;
}

void automation_finish(struct automation *automation)
{
	free(automation->events);
	automation->events = NULL;
	automation->count = 0;
}
