/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A private sound server for tests in other languages, which start their own programs on it. Prints
 * the environment of these programs as "env NAME=VALUE" lines, then "ready". Commands on standard
 * input, a line each, answered with one line; NAME is a node.name, FROM may be "*":
 *
 *	node NAME                waits for a node; "node ID"
 *	ports NAME COUNT         waits until a node has so many ports; "ok"
 *	links FROM TO COUNT      waits until there are exactly so many links; "ok"
 *	gone NAME                waits until there is no such node; "ok"
 *	add NAME                 a stereo null sink, as a device that is plugged in; "ok"
 *	remove NAME              destroys a node and waits until it is gone; "ok"
 *	setting KEY NUMBER       of the server: clock.force-quantum, clock.force-rate; "ok"
 *	pulse                    starts the PulseAudio server; "ok"
 *	kill-server              with -9, and the session manager; "ok"
 *	start-server             both again; "ok"
 *	quit
 *
 * A wait that takes too long ends the program, with the reason on standard error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "graph.h"
#include "process.h"
#include "session.h"

#define WORDS_MAX 4

struct request {
	char *words[WORDS_MAX];
	unsigned int count;
};

/* A name that stands for any. */
static const char *optional_name(const char *word)
{
	return strcmp(word, "*") == 0 ? NULL : word;
}

static unsigned int number(const char *word)
{
	return (unsigned int)strtoul(word, NULL, 10);
}

static void command_node(const struct request *request)
{
	printf("node %u\n", graph_wait_for_node(request->words[1]));
}

static void command_ports(const struct request *request)
{
	graph_wait_for_ports(request->words[1], number(request->words[2]));
	printf("ok\n");
}

static void command_links(const struct request *request)
{
	graph_wait_for_links(optional_name(request->words[1]), optional_name(request->words[2]),
			     number(request->words[3]));
	printf("ok\n");
}

static void command_gone(const struct request *request)
{
	graph_wait_for_no_node(request->words[1]);
	printf("ok\n");
}

static void command_add(const struct request *request)
{
	graph_add_sink(request->words[1], "[ FL FR ]");
	printf("ok\n");
}

static void command_remove(const struct request *request)
{
	graph_remove(request->words[1]);
	printf("ok\n");
}

static void command_setting(const struct request *request)
{
	graph_set(request->words[1], number(request->words[2]));
	printf("ok\n");
}

static void command_pulse(const struct request *request)
{
	session_start_pulse();
	printf("ok\n");
}

static void command_kill_server(const struct request *request)
{
	session_kill_server();
	printf("ok\n");
}

static void command_start_server(const struct request *request)
{
	session_start_server();
	printf("ok\n");
}

static const struct command {
	const char *name;
	unsigned int words;
	void (*run)(const struct request *request);
} commands[] = {
	{"node", 2, command_node},
	{"ports", 3, command_ports},
	{"links", 4, command_links},
	{"gone", 2, command_gone},
	{"add", 2, command_add},
	{"remove", 2, command_remove},
	{"setting", 3, command_setting},
	{"pulse", 1, command_pulse},
	{"kill-server", 1, command_kill_server},
	{"start-server", 1, command_start_server},
};

static void parse_request(char *line, struct request *ret_request)
{
	char *word;

	ret_request->count = 0;
	line[strcspn(line, "\n")] = '\0';
	while (ret_request->count < WORDS_MAX && (word = strsep(&line, " "))) {
		ret_request->words[ret_request->count++] = word;
	}
}

/* False: "quit", or no command. */
static bool run_request(const struct request *request)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (request->count == commands[i].words &&
		    strcmp(request->words[0], commands[i].name) == 0) {
			commands[i].run(request);
			return true;
		}
	}
	return false;
}

static void print_environment(void)
{
	for (char **entry = environ; *entry; entry++) {
		if (!strchr(*entry, '\n')) {
			printf("env %s\n", *entry);
		}
	}
}

static void serve(void **state)
{
	struct request request;
	char line[512];

	print_environment();
	printf("ready\n");
	while (fgets(line, sizeof(line), stdin)) {
		parse_request(line, &request);
		if (!run_request(&request)) {
			break;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serve),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, session_set_up, session_tear_down);
}
