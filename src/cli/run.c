/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain run: an amplifier, until it is told to stop.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amp_load.h"
#include "arguments.h"
#include "assign.h"
#include "http.h"
#include "log.h"
#include "service.h"
#include "socket.h"
#include "tables.h"
#include "welcome.h"

#define SETS_MAX       64
#define OPTION_VERBOSE 'v'

enum {
	OPTION_AUDIO = OPTION_OWN,
	OPTION_PANEL,
	OPTION_STORE,
	OPTION_SET,
};

/* What was asked for, and what was made of it; in the order in which it is made. */
struct running {
	const struct subcommand *self;
	const char *audio;
	const char *socket_path;
	const char *store_path;
	const char *panel;
	struct command sets[SETS_MAX];
	int set_count;

	struct loop *loop;
	struct socket_server *socket;
	struct store *store;
	struct shelf *shelf;
	struct tables tables;
	struct amp amp; /* until the service has its own */
	struct service *service;
	struct http_server *http;
	struct welcome welcome;
};

static int add_set(struct running *running, const char *text)
{
	if (running->set_count == SETS_MAX) {
		return say_wrong(running->self, "--set %s: %d are enough", text, SETS_MAX);
	}
	return assign_read(running->self, text, &running->sets[running->set_count++]);
}

static int set_audio(struct running *running, const char *name)
{
	if (strcmp(name, "auto") != 0 && !audio_find(name)) {
		return say_wrong(running->self,
				 "--audio %s: not in this build: use auto, pipewire or null", name);
	}
	running->audio = name;
	return GO_ON;
}

static int take_option(void *data, const struct subcommand *self, int code, const char *text)
{
	struct running *running = data;

	switch (code) {
	case OPTION_AUDIO:
		return set_audio(running, text);
	case OPTION_PANEL:
		running->panel = text;
		return GO_ON;
	case OPTION_SET:
		return add_set(running, text);
	case OPTION_STORE:
		running->store_path = text;
		return GO_ON;
	default: /* OPTION_VERBOSE */
		log_set_level(LOG_DEBUG);
		return GO_ON;
	}
}

static void on_signal(void *data, int signal)
{
	struct running *running = data;

	loop_quit(running->loop, EXIT_DONE);
}

/* Before anything makes a thread: signals are the main thread's. */
static int make_loop(struct running *running)
{
	static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};

	signal(SIGPIPE, SIG_IGN);
	if (loop_create(&running->loop) < 0) {
		return say_failed(running->self, "out of memory");
	}
	for (int i = 0; i < 3; i++) {
		if (!loop_add_signal(running->loop, stopping[i], on_signal, running)) {
			return say_failed(running->self, "out of memory");
		}
	}
	return EXIT_DONE;
}

/* The socket first: a second amplifier stops here, and has touched nothing. */
static int claim_socket(struct running *running)
{
	char *path = running->socket_path ? strdup(running->socket_path) : socket_default_path();
	struct refusal refusal = {"out of memory"};
	int error = path ? socket_open(path, &running->socket, &refusal) : -ENOMEM;

	free(path);
	return error < 0 ? say_failed(running->self, "%s", refusal.text) : EXIT_DONE;
}

static int open_store(struct running *running)
{
	char *path = running->store_path ? strdup(running->store_path) : store_default_path();
	struct refusal refusal = {"no place for the store: use --store"};
	int error = path ? store_open(path, &running->store, &refusal) : -ENOENT;

	if (error < 0) {
		free(path);
		return say_failed(running->self, "%s", refusal.text);
	}
	if (store_read_only(running->store)) {
		log_warning("%s cannot be written: settings hold until the amplifier stops", path);
	}
	free(path);
	return EXIT_DONE;
}

/* The amplifier plays on without the user's tables: what they alone have is then not known. */
static void read_tables(struct running *running)
{
	struct refusal refusal;

	if (tables_open(&running->tables, &refusal) < 0) {
		log_warning("%s: headphones and amplifiers of your own are left out", refusal.text);
	}
	running->amp.tables = &running->tables.load;
}

/* A name that was kept may be in no table any more: what it stood for is then not known. */
static void warn_of_names(const struct amp *amp)
{
	static const enum control_id names[] = {CONTROL_LOAD_HEADPHONE, CONTROL_LOAD_AMPLIFIER};

	for (int i = 0; i < 2; i++) {
		struct value name = *amp_value(amp, (struct control_ref){names[i], 0});
		struct refusal refusal;

		if (amp_complete_name(amp, names[i], &name, &refusal) < 0) {
			log_warning("%s: %s", controls[names[i]].path, refusal.text);
		}
	}
}

/* What was kept, then what --set says, then the start rule over all of it. */
static int power_up(struct running *running)
{
	int error;

	amp_init(&running->amp);
	read_tables(running);
	error = shelf_create(running->store, &running->shelf);
	if (error < 0) {
		return say_failed(running->self, "%s", strerror(-error));
	}
	amp_set_profiles(&running->amp, &running->shelf->book);
	error = store_load(running->store, &running->amp);
	if (error < 0) {
		return say_failed(running->self, "the settings cannot be read: %s",
				  strerror(-error));
	}
	for (int i = 0; i < running->set_count; i++) {
		int code = assign_do(running->self, &running->amp, &running->sets[i]);

		if (code != GO_ON) {
			return code;
		}
	}
	warn_of_names(&running->amp);
	amp_start(&running->amp);
	return EXIT_DONE;
}

static int start_service(struct running *running, const char *audio)
{
	const struct service_config config = {
		.audio = audio_find(audio), .store = running->store, .shelf = running->shelf};

	if (!config.audio) {
		return -ENOTSUP;
	}
	return service_create(running->loop, &config, &running->amp, &running->service);
}

static int start(struct running *running)
{
	bool choose = strcmp(running->audio, "auto") == 0;
	int error = start_service(running, choose ? "pipewire" : running->audio);

	if (error < 0 && choose) {
		log_notice("no sound server (%s): a demonstration plays into the null device",
			   strerror(-error));
		error = start_service(running, "null");
	}
	if (error == -ECONNREFUSED) {
		return say_failed(running->self, "no %s server: start one, or use --audio null",
				  running->audio);
	}
	if (error < 0) {
		return say_failed(running->self, "--audio %s: %s", running->audio,
				  strerror(-error));
	}
	error = socket_serve(running->socket, running->loop, running->service);
	return error < 0 ? say_failed(running->self, "%s", strerror(-error)) : EXIT_DONE;
}

/* The amplifier runs on without a panel, unless what was asked for can be no address. */
static int open_panel(struct running *running)
{
	struct refusal refusal;
	int error;

	if (strcmp(running->panel, "off") == 0) {
		return EXIT_DONE;
	}
	error = http_open(running->panel, running->loop, running->service, running->store,
			  &running->http, &refusal);
	if (error == -EINVAL) {
		return say_wrong(running->self, "--panel %s", refusal.text);
	}
	if (error < 0) {
		log_warning("no panel: %s", refusal.text);
	}
	return EXIT_DONE;
}

static int run_until_stopped(struct running *running)
{
	int code;

	if ((code = make_loop(running)) != EXIT_DONE ||
	    (code = claim_socket(running)) != EXIT_DONE ||
	    (code = open_store(running)) != EXIT_DONE || (code = power_up(running)) != EXIT_DONE ||
	    (code = start(running)) != EXIT_DONE || (code = open_panel(running)) != EXIT_DONE) {
		return code;
	}
	welcome_start(&running->welcome, running->loop, running->service);
	code = loop_run(running->loop);
	return code < 0 ? say_failed(running->self, "%s", strerror(-code)) : code;
}

static int run(const struct subcommand *self, int argc, char **argv)
{
	struct running *running = calloc(1, sizeof(*running));
	struct arguments arguments;
	int code;

	if (!running) {
		return say_failed(self, "out of memory");
	}
	running->self = self;
	running->audio = "auto";
	running->panel = HTTP_PANEL;
	code = arguments_read(&arguments, self, argc, argv, take_option, running);
	running->socket_path = arguments.socket;
	if (code == GO_ON) {
		code = run_until_stopped(running);
		welcome_stop(&running->welcome);
		http_close(running->http);
		socket_stop(running->socket);
		service_destroy(running->service);
		shelf_destroy(running->shelf);
		store_close(running->store);
		tables_close(&running->tables);
		socket_close(running->socket);
		loop_destroy(running->loop);
	}
	free(running);
	return code;
}

static const struct option_row options[] = {
	{"audio", "NAME", "auto (the usual), pipewire or null", COMPLETES_NOTHING,
	 "auto pipewire null", OPTION_AUDIO},
	{"panel", "HOST:PORT", "where the panel is served: 127.0.0.1:8730 (the usual), or off",
	 COMPLETES_NOTHING, "off 127.0.0.1:8730 0.0.0.0:8730", OPTION_PANEL},
	{"set", "PATH=VALUE", "set a control before it starts", COMPLETES_ASSIGNMENTS, NULL,
	 OPTION_SET},
	SOCKET_OPTION,
	{"store", "PATH", "the file of settings and history", COMPLETES_FILES, NULL, OPTION_STORE},
	{"verbose", NULL, "say more of what it does", COMPLETES_NOTHING, NULL, OPTION_VERBOSE},
	{0},
};

const struct subcommand subcommand_run = {
	.name = "run",
	.arguments = "",
	.summary = "Starts an amplifier, and runs it until Ctrl-C",
	.details = "On PipeWire where a server runs; otherwise a demonstration plays into the null "
		   "device.\n"
		   "It starts with the settings it had, its levels no higher than headphone.start "
		   "and\n"
		   "line.start, and fades in and out.",
	.options = options,
	.run = run,
};
