/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * PipeWire: the connection to the server, main thread. PipeWire's own loop runs within ours; the
 * audio thread is PipeWire's. When the server goes, all that belonged to it is taken down and a
 * connection is tried again and again; when it comes, all is made anew, and the engine fades in.
 */
#include "pipewire.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends.h"
#include "log.h"

#define CONNECT_EVERY_MS 250

void pipewire_call_graph(struct audio *audio,
			 int (*fn)(struct spa_loop *loop, bool async, uint32_t seq,
				   const void *data, size_t size, void *user_data),
			 const void *data, size_t size, void *user_data)
{
	pw_data_loop_invoke(pw_context_get_data_loop(audio->context), fn, 1, data, size, true,
			    user_data);
}

void pipewire_touch(struct audio *audio)
{
	if (audio->core) {
		audio->settle_seq = pw_core_sync(audio->core, PW_ID_CORE, 0);
	}
}

static void on_core_done(void *data, uint32_t id, int seq)
{
	struct audio *audio = data;

	if (id == PW_ID_CORE && seq == audio->settle_seq) {
		pipewire_links_update(audio);
	}
}

/* The server is gone, or does not want us. Nothing may be taken down within the callback. */
static void on_core_error(void *data, uint32_t id, int seq, int res, const char *message)
{
	struct audio *audio = data;

	log_debug("PipeWire: object %u: %s (%s)", id, message, strerror(-res));
	if (id == PW_ID_CORE && res == -EPIPE) {
		loop_arm_timer(audio->connect_timer, 0, 0);
	}
}

static const struct pw_core_events core_events = {
	PW_VERSION_CORE_EVENTS,
	.done = on_core_done,
	.error = on_core_error,
};

static void disconnect(struct audio *audio)
{
	pipewire_links_stop(audio);
	for (int i = 0; i < OUTPUTS; i++) {
		pipewire_device_leave(&audio->devices[i]);
	}
	loop_disarm_timer(audio->retry_timer);
	loop_disarm_timer(audio->auto_timer);
	loop_disarm_timer(audio->latency_timer);
	pipewire_streams_stop(audio);
	pipewire_registry_stop(audio);
	spa_hook_remove(&audio->core_hook);
	pw_core_disconnect(audio->core);
	audio->core = NULL;
}

/* 0, -ECONNREFUSED when there is no server, or another negative errno. */
static int connect_core(struct audio *audio)
{
	int error;

	audio->core = pw_context_connect(audio->context, NULL, 0);
	if (!audio->core) {
		return errno == ENOMEM ? -ENOMEM : -ECONNREFUSED;
	}
	pw_core_add_listener(audio->core, &audio->core_hook, &core_events, audio);
	error = pipewire_registry_start(audio);
	if (!error) {
		error = pipewire_streams_update(audio);
	}
	if (error) {
		disconnect(audio);
		return error;
	}
	pipewire_touch(audio);
	return 0;
}

static void tell_server(struct audio *audio, bool connected)
{
	if (audio->events.server) {
		audio->events.server(audio->data, connected);
	}
}

/* Takes down what was lost, then connects; until it works. */
static void on_connect_timer(void *data)
{
	struct audio *audio = data;

	if (audio->core) {
		log_warning("the PipeWire server is gone; waiting for it to come back");
		disconnect(audio);
		pipewire_links_update(audio);
		tell_server(audio, false);
	}
	if (connect_core(audio) < 0) {
		loop_arm_timer(audio->connect_timer, CONNECT_EVERY_MS, 0);
		return;
	}
	log_notice("connected to PipeWire");
	tell_server(audio, true);
}

static void on_retry_timer(void *data)
{
	struct audio *audio = data;

	for (int i = 0; i < OUTPUTS; i++) {
		audio->outputs[i].held_back = false;
	}
	pipewire_touch(audio);
}

static void on_latency_timer(void *data)
{
	struct audio *audio = data;
	bool flows = false;

	for (int i = 0; i < INPUTS; i++) {
		struct pw_stream *stream = audio->inputs[i].stream;

		flows |= stream && pw_stream_get_state(stream, NULL) == PW_STREAM_STATE_STREAMING;
	}
	pipewire_latency_tell(audio);
	if (!flows) {
		loop_disarm_timer(audio->latency_timer);
	}
}

/* PipeWire's loop has something to do. */
static void on_pw_loop(void *data, int fd, unsigned int events)
{
	struct audio *audio = data;

	pw_loop_iterate(audio->pw_loop, 0);
}

static int add_timers(struct audio *audio)
{
	struct loop *loop = audio->loop;

	audio->connect_timer = loop_add_timer(loop, on_connect_timer, audio);
	audio->retry_timer = loop_add_timer(loop, on_retry_timer, audio);
	audio->latency_timer = loop_add_timer(loop, on_latency_timer, audio);
	for (int i = 0; i < OUTPUTS; i++) {
		if (pipewire_device_init(audio, &audio->devices[i]) < 0) {
			return -ENOMEM;
		}
		pipewire_device_leave(&audio->devices[i]);
	}
	if (!audio->connect_timer || !audio->retry_timer || !audio->latency_timer ||
	    pipewire_auto_init(audio) < 0) {
		return -ENOMEM;
	}
	return pipewire_silence_init(audio);
}

/*
 * The context starts the audio thread. Signals are for the main thread's loop, so the new thread
 * is born with all of them blocked.
 */
static int create_context(struct audio *audio)
{
	struct pw_properties *props = pw_properties_new("context.num-data-loops", "1", NULL);
	sigset_t all, before;

	if (!props) {
		return -ENOMEM;
	}
	if (strncmp(pw_get_library_version(), "0.", 2) == 0) {
		/* later ones run every client's audio thread in real time */
		pw_properties_set(props, PW_KEY_CONFIG_NAME, "client-rt.conf");
	}
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	audio->context = pw_context_new(audio->pw_loop, props, 0);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return audio->context ? 0 : -errno;
}

static int create_loop(struct audio *audio)
{
	audio->pw_loop = pw_loop_new(NULL);
	if (!audio->pw_loop) {
		return -errno;
	}
	pw_loop_enter(audio->pw_loop);
	audio->pw_source = loop_add_fd(audio->loop, pw_loop_get_fd(audio->pw_loop), LOOP_READ,
				       on_pw_loop, audio);
	return audio->pw_source ? 0 : -ENOMEM;
}

static void init_parts(struct audio *audio, struct engine *engine)
{
	audio->graph.engine = engine;
	audio->told_latency_ms = -1.0;
	audio->heard = SPA_LATENCY_INFO(SPA_DIRECTION_INPUT);
	audio->made = SPA_LATENCY_INFO(SPA_DIRECTION_OUTPUT);
	spa_list_init(&audio->nodes);
	spa_list_init(&audio->ports);
	for (int i = 0; i < INPUTS; i++) {
		audio->inputs[i].audio = audio;
		audio->inputs[i].number = i;
		audio->graph.inputs[i].graph = &audio->graph;
		audio->graph.inputs[i].number = (unsigned int)i;
	}
	for (int i = 0; i < OUTPUTS; i++) {
		audio->outputs[i].audio = audio;
		audio->outputs[i].number = (enum output)i;
		audio->outputs[i].told_state = -1;
		audio->outputs[i].sink_id = SPA_ID_INVALID;
		audio->graph.outputs[i].graph = &audio->graph;
		spa_list_init(&audio->outputs[i].links);
	}
}

static void pipewire_destroy(struct audio *audio)
{
	if (!audio) {
		return;
	}
	if (audio->core) {
		disconnect(audio);
	}
	if (audio->context) {
		pw_context_destroy(audio->context);
	}
	loop_remove(audio->pw_source);
	if (audio->pw_loop) {
		pw_loop_leave(audio->pw_loop);
		pw_loop_destroy(audio->pw_loop);
	}
	loop_remove(audio->connect_timer);
	loop_remove(audio->silence_timer);
	loop_remove(audio->retry_timer);
	loop_remove(audio->auto_timer);
	loop_remove(audio->latency_timer);
	for (int i = 0; i < OUTPUTS; i++) {
		loop_remove(audio->devices[i].timer);
	}
	free(audio);
	pw_deinit();
}

static bool exists(const char *folder, const char *name)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", folder, name);

	return length < (int)sizeof(path) && access(path, F_OK) == 0;
}

/*
 * Whether a server's socket stands where libpipewire will look for it. Asked before libpipewire is
 * set up, which on a machine without PipeWire complains at length of files that it lacks. A remote
 * that only client.conf names is not seen here: name it in PIPEWIRE_REMOTE.
 */
static bool socket_exists(void)
{
	static const char *const folders[] = {"PIPEWIRE_RUNTIME_DIR", "XDG_RUNTIME_DIR",
					      "USERPROFILE"};
	const char *name = getenv("PIPEWIRE_REMOTE");
	const char *folder = NULL;

	if (!name || name[0] == '\0') {
		name = "pipewire-0";
	}
	if (name[0] == '/') {
		return access(name, F_OK) == 0;
	}
	if (name[0] == '[') {
		return true; /* a list, which libpipewire reads */
	}
	for (int i = 0; i < 3 && !folder; i++) {
		folder = getenv(folders[i]);
	}
	return (folder && exists(folder, name)) || exists("/run/pipewire", name);
}

static int pipewire_create(struct loop *loop, struct engine *engine,
			   const struct audio_config *config, const struct audio_events *events,
			   void *data, struct audio **ret_audio)
{
	struct audio *audio;
	int error;

	if (!socket_exists()) {
		return -ECONNREFUSED;
	}
	audio = calloc(1, sizeof(*audio));
	if (!audio) {
		return -ENOMEM;
	}
	pw_init(NULL, NULL);
	audio->loop = loop;
	audio->config = *config;
	audio->events = *events;
	audio->data = data;
	audio->released = !config->power;
	init_parts(audio, engine);
	error = add_timers(audio);
	if (!error) {
		error = create_loop(audio);
	}
	if (!error) {
		error = create_context(audio);
	}
	if (!error) {
		error = connect_core(audio);
	}
	if (error) {
		pipewire_destroy(audio);
		return error;
	}
	*ret_audio = audio;
	return 0;
}

static void pipewire_configure(struct audio *audio, const struct audio_config *config)
{
	bool other_latency = audio->config.latency_ns != config->latency_ns;

	audio->config = *config;
	if (other_latency) {
		pipewire_latency_own_changed(audio);
	}
	if (audio->core && pipewire_streams_update(audio) < 0) {
		log_error("PipeWire: an input could not be made");
	}
	pipewire_set_power(audio, config->power);
	if (audio->core) {
		pipewire_touch(audio);
	} else {
		pipewire_links_update(audio);
	}
}

const struct audio_ops pipewire_audio_ops = {
	.name = "pipewire",
	.create = pipewire_create,
	.destroy = pipewire_destroy,
	.configure = pipewire_configure,
};
