/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A private sound server for a test.
 */
#include "session.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "graph.h"
#include "loop.h"

static char folder[256];
static struct process *server, *manager;

static const char configuration[] = "context.properties = {\n"
				    "  default.clock.rate = 48000\n"
				    "  default.clock.allowed-rates = [ 44100 48000 96000 192000 ]\n"
				    "  default.clock.quantum = 256\n"
				    "  default.clock.min-quantum = 16\n"
				    "  default.clock.max-quantum = 8192\n"
				    "  settings.check-quantum = false\n"
				    "  vm.overrides = { default.clock.min-quantum = 16 }\n"
				    "}\n"
				    "context.objects = [\n"
				    "%s%s%s"
				    "]\n";

static const char sink_configuration[] =
	"  { factory = adapter args = { factory.name = support.null-audio-sink\n"
	"    node.name = %s node.description = %s media.class = Audio/Sink object.linger = true\n"
	"    audio.position = [ %s ] monitor.channel-volumes = true monitor.passthrough = true\n"
	"    priority.session = %d priority.driver = %d } }\n";

/* Opens a new file of the configuration, in a folder of its own. */
static FILE *open_configuration(const char *in, const char *name)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/config/%s", folder, in);
	assert_int_equal(file_make_folders(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/config/%s/%s", folder, in, name);
	file = fopen(path, "w");
	assert_non_null(file);
	return file;
}

/* WirePlumber 0.4 gives up where there is no systemd-logind to ask about Bluetooth. */
static void write_manager_configuration(void)
{
	FILE *file = open_configuration("wireplumber/bluetooth.lua.d", "51-none.lua");

	fputs("bluez_monitor.enabled = false\n", file);
	assert_int_equal(fclose(file), 0);
}

static void write_configuration(void)
{
	char headphone[512], line[512], sub[512];
	FILE *file = open_configuration("pipewire/pipewire.conf.d", "10-test.conf");

	snprintf(headphone, sizeof(headphone), sink_configuration, HEADPHONE_SINK, HEADPHONE_SINK,
		 "FL FR", 3000, 3000);
	snprintf(line, sizeof(line), sink_configuration, LINE_SINK, LINE_SINK, "FL FR", 2900, 2900);
	snprintf(sub, sizeof(sub), sink_configuration, SUB_SINK, SUB_SINK, "MONO", 2800, 2800);
	fprintf(file, configuration, headphone, line, sub);
	assert_int_equal(fclose(file), 0);
}

static void set_environment(void)
{
	static const char *const unset[] = {
		"DISPLAY",          "WAYLAND_DISPLAY", "PIPEWIRE_REMOTE",  "PIPEWIRE_RUNTIME_DIR",
		"PIPEWIRE_LATENCY", "PIPEWIRE_NODE",   "PIPEWIRE_QUANTUM", "PULSE_SERVER",
	};
	static const char *const folders[][2] = {
		{"XDG_RUNTIME_DIR", ""},      {"XDG_CONFIG_HOME", "/config"},
		{"XDG_STATE_HOME", "/state"}, {"XDG_DATA_HOME", "/data"},
		{"XDG_CACHE_HOME", "/cache"}, {"HOME", ""},
	};
	char text[512];

	for (size_t i = 0; i < sizeof(unset) / sizeof(unset[0]); i++) {
		unsetenv(unset[i]);
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", folder, folders[i][1]);
		setenv(folders[i][0], text, 1);
	}
	snprintf(text, sizeof(text), "unix:path=%s/bus", folder);
	setenv("DBUS_SESSION_BUS_ADDRESS", text, 1);
	setenv("DISABLE_RTKIT", "1", 1);
	setenv("LC_ALL", "C", 1);
}

const char *session_folder(void)
{
	return folder;
}

static void wait_for_file(const char *name)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	while (access(path, F_OK) != 0) {
		if (loop_now_ms() > end_ms) {
			fail_msg("waited in vain for %s", path);
		}
		usleep(5000);
	}
}

static void start_bus(void)
{
	char address[512];
	const char *argv[] = {"dbus-daemon", "--session", "--nofork", "--nopidfile", address, NULL};

	snprintf(address, sizeof(address), "--address=unix:path=%s/bus", folder);
	process_start("dbus", false, argv)->stays = true;
	wait_for_file("bus");
}

void session_start_server(void)
{
	const char *server_argv[] = {"pipewire", NULL};
	const char *manager_argv[] = {"wireplumber", NULL};
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;

	server = process_start("pipewire", false, server_argv);
	server->stays = true;
	while (!graph_open()) {
		if (loop_now_ms() > end_ms) {
			fail_msg("PipeWire does not start");
		}
		usleep(5000);
	}
	manager = process_start("wireplumber", false, manager_argv);
	manager->stays = true;
	graph_wait_for_ports(HEADPHONE_SINK, 4);
	graph_wait_for_ports(LINE_SINK, 4);
	graph_wait_for_ports(SUB_SINK, 2);
}

void session_kill_server(void)
{
	graph_close();
	process_kill(server);
	process_kill(manager); /* as a service manager does, that has one depend on the other */
}

void session_start_pulse(void)
{
	const char *argv[] = {"pipewire-pulse", NULL};

	process_start("pipewire-pulse", false, argv)->stays = true;
	wait_for_file("pulse/native");
}

static bool have(const char *program)
{
	char command[128];

	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", program);
	return system(command) == 0;
}

int session_set_up(void **state)
{
	static const char *const needed[] = {"pipewire", "wireplumber", "dbus-daemon", "wpctl"};
	const char *base = getenv("TMPDIR");

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (!have(needed[i])) {
			fprintf(stderr, "skipped: there is no %s here\n", needed[i]);
			exit(77);
		}
	}
	signal(SIGPIPE, SIG_IGN);
	snprintf(folder, sizeof(folder), "%s/wiregain-test.XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(folder));
	process_set_folder(folder);
	set_environment();
	write_configuration();
	write_manager_configuration();
	start_bus();
	session_start_server();
	return 0;
}

int session_tear_down(void **state)
{
	char command[300];

	graph_close();
	process_kill_all();
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

int session_end_test(void **state)
{
	if (process_kill_rest()) {
		process_print_logs();
	}
	if (graph_node(HEADPHONE_SINK) == NO_NODE) {
		graph_add_sink(HEADPHONE_SINK, "[ FL FR ]");
	}
	graph_set("clock.force-quantum", 0);
	graph_set("clock.force-rate", 0);
	graph_wait_for_no_node("wiregain.input1");
	return 0;
}

struct process *session_start_amplifier(void)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_HOST"), "device.headphone " HEADPHONE_SINK,
			      "device.line " LINE_SINK, "device.sub " SUB_SINK, NULL};
	struct process *amplifier;
	char path[512];

	snprintf(path, sizeof(path), "%s/realtime", folder);
	setenv("WIREGAIN_REALTIME_REPORT", path, 1);
	amplifier = process_start("amplifier", true, argv);
	unsetenv("WIREGAIN_REALTIME_REPORT");
	process_expect(amplifier, "started");
	session_wait_for_state(amplifier, (1u << OUTPUTS) - 1u, DEVICE_CONNECTED);
	graph_wait_for_ports("wiregain.input5", 2);
	return amplifier;
}

/* In the build that watches the audio thread, what it saw. */
static void check_realtime_report(void)
{
	unsigned long sections = 0, violations = 1;
	char path[512];
	FILE *file;

	if (!getenv("WIREGAIN_TEST_REALTIME")) {
		return;
	}
	snprintf(path, sizeof(path), "%s/realtime", folder);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "sections %lu, violations %lu", &sections, &violations), 2);
	fclose(file);
	print_message("figure: %lu calls of the audio thread watched, %lu forbidden calls\n",
		      sections, violations);
	assert_true(sections > 0);
	assert_int_equal(violations, 0);
}

void session_end_amplifier(struct process *amplifier)
{
	assert_int_equal(process_end(amplifier), 0);
	check_realtime_report();
}

void session_set(struct process *amplifier, const char *path_and_value)
{
	process_say(amplifier, "set %s", path_and_value);
	process_expect(amplifier, "ok");
}

void session_wait_for_value(struct process *amplifier, const char *path, const char *value)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	char command[128];

	snprintf(command, sizeof(command), "get %s", path);
	while (strcmp(process_ask(amplifier, command, "value "), value) != 0) {
		if (loop_now_ms() > end_ms) {
			fail_msg("%s does not become %s", path, value);
		}
		graph_iterate(10);
	}
}

double session_reading(struct process *amplifier, const char *name)
{
	const char *text = process_ask(amplifier, "reading", "reading ");
	char key[32];

	snprintf(key, sizeof(key), "%s=", name);
	text = strstr(text, key);
	assert_non_null(text);
	return strtod(text + strlen(key), NULL);
}

struct process *session_start_player(const char *name, const char *target, unsigned int hz,
				     double amplitude)
{
	char tone[16], peak[32];
	const char *argv[] = {getenv("WIREGAIN_TEST_PLAYER"), name, target, tone, peak, NULL};
	struct process *player;

	snprintf(tone, sizeof(tone), "%u", hz);
	snprintf(peak, sizeof(peak), "%.17g", amplitude);
	if (hz == 0) {
		argv[3] = "pattern";
		argv[4] = NULL;
	}
	player = process_start(name, true, argv);
	graph_wait_for_links(name, target, 2);
	process_expect(player, "streaming");
	return player;
}

long session_missed(struct process *player)
{
	return strtol(process_ask(player, "missed", "missed "), NULL, 10);
}

struct process *session_start_recorder(const char *name, const char *sink, unsigned int channels)
{
	const char *argv[] = {getenv("WIREGAIN_TEST_RECORDER"), name, sink,
			      channels == 1 ? "1" : "2", NULL};
	struct process *recorder = process_start(name, true, argv);

	graph_wait_for_links(sink, name, channels);
	return recorder;
}

void session_wait_for_state(struct process *amplifier, unsigned int outputs,
			    enum device_state state)
{
	static const char *const names[OUTPUTS] = {"headphone", "line", "sub"};
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;

	for (unsigned int i = 0; i < OUTPUTS; i++) {
		while ((outputs & 1u << i) &&
		       (int)session_reading(amplifier, names[i]) != (int)state) {
			if (loop_now_ms() > end_ms) {
				fail_msg("the %s output does not come to state %d", names[i],
					 (int)state);
			}
			graph_iterate(10);
		}
	}
}
