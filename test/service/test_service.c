/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The service over a sound back end that is driven by hand.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "fake_audio.h"
#include "log.h"
#include "service.h"
#include "shelf.h"

/* 10 blocks of 256 frames at 48 kHz are 53 ms: longer than any ramp but the start's 500 ms. */
#define RAMP_BLOCKS  10
#define START_BLOCKS 100

struct world {
	char folder[64];
	char path[96];
	struct loop *loop;
	struct store *store;
	struct service *service;
	struct service_listener listener;
	int changes[CONTROL_COUNT];
	int settled;
	int saved;
};

static void on_changed(void *data, struct control_ref ref)
{
	struct world *world = data;

	world->changes[ref.id]++;
}

static void on_settled(void *data)
{
	struct world *world = data;

	world->settled++;
}

static void on_saved(void *data)
{
	struct world *world = data;

	world->saved++;
}

/* An amplifier at neutral, so that what comes in goes out. */
static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct service_config config = {.audio = &fake_audio_ops};
	struct amp amp;

	assert_non_null(world);
	log_set_level(LOG_ERROR);
	memset(&fake_audio, 0, sizeof(fake_audio));
	fake_audio.in[0] = 0.5f;
	fake_audio.in[1] = -0.25f;
	snprintf(world->folder, sizeof(world->folder), "/tmp/wiregain-service-XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	snprintf(world->path, sizeof(world->path), "%s/wiregain.db", world->folder);
	assert_int_equal(loop_create(&world->loop), 0);
	assert_int_equal(store_open(world->path, &world->store, NULL), 0);
	config.store = world->store;
	amp_init_neutral(&amp);
	assert_int_equal(service_create(world->loop, &config, &amp, &world->service), 0);
	world->listener = (struct service_listener){
		.changed = on_changed, .settled = on_settled, .saved = on_saved, .data = world};
	service_listen(world->service, &world->listener);
	fake_audio_run(START_BLOCKS);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;
	char command[128];

	service_destroy(world->service);
	store_close(world->store);
	loop_destroy(world->loop);
	snprintf(command, sizeof(command), "rm -rf '%s'", world->folder);
	assert_int_equal(system(command), 0);
	free(world);
	return 0;
}

static struct command parse(const char *path, const char *text)
{
	struct refusal refusal = {""};
	struct command command;

	if (command_parse_set(path, text, &command, &refusal) < 0) {
		fail_msg("%s: %s", path, refusal.text);
	}
	return command;
}

static int set(struct world *world, const char *path, const char *text)
{
	const struct command command = parse(path, text);

	return service_command(world->service, &command, NULL);
}

static const char *get(const struct world *world, const char *path)
{
	static char text[TEXT_BYTES];
	struct control_ref ref;

	assert_int_equal(control_find(path, &ref, NULL), 0);
	return control_format(ref, amp_value(service_amp(world->service), ref), text);
}

static float heard(enum channel channel)
{
	return fake_audio.out[channel][FAKE_BLOCK - 1];
}

/* Runs the loop, and sound, until a control has a value. */
static void wait_for(struct world *world, const char *path, const char *value)
{
	while (strcmp(get(world, path), value) != 0) {
		fake_audio_run(1);
		loop_iterate(world->loop, 10);
	}
}

static void test_a_command_is_heard(void **state)
{
	struct world *world = *state;

	assert_true(heard(CHANNEL_HEADPHONE_LEFT) == 0.5f);
	assert_int_equal(set(world, "headphone.level", "-20"), 0);
	fake_audio_run(RAMP_BLOCKS);
	assert_true(heard(CHANNEL_HEADPHONE_LEFT) == 0.05f);
	assert_true(heard(CHANNEL_LINE_LEFT) == 0.5f);
	assert_int_equal(set(world, "input", "2"), 0);
	fake_audio_run(RAMP_BLOCKS);
	assert_true(heard(CHANNEL_LINE_LEFT) == -0.25f);
}

static void test_listeners_are_told_once(void **state)
{
	struct world *world = *state;

	assert_int_equal(set(world, "headphone.level", "-20"), 0);
	assert_int_equal(world->changes[CONTROL_HEADPHONE_LEVEL], 1);
	assert_int_equal(world->changes[CONTROL_LINE_LEVEL], 0);
	assert_int_equal(world->settled, 1);
	/* What comes back as an echo changes nothing. */
	assert_int_equal(set(world, "headphone.level", "-20"), 0);
	assert_int_equal(world->changes[CONTROL_HEADPHONE_LEVEL], 1);
	assert_int_equal(world->settled, 1);
	service_unlisten(world->service, &world->listener);
	assert_int_equal(set(world, "headphone.level", "-30"), 0);
	assert_int_equal(world->changes[CONTROL_HEADPHONE_LEVEL], 1);
}

static void test_a_refused_command_changes_nothing(void **state)
{
	struct world *world = *state;
	struct command command = parse("headphone.level", "-20");
	struct refusal refusal = {""};

	command.ref.id = CONTROL_HEADPHONE_GAIN; /* a reading */
	assert_int_equal(service_command(world->service, &command, &refusal), -EACCES);
	assert_true(refusal.text[0] != '\0');
	assert_int_equal(world->settled, 0);
}

static void test_several_commands_are_one(void **state)
{
	struct world *world = *state;
	struct command commands[3] = {parse("line.level", "-30"), parse("dim.amount", "-30"),
				      parse("headphone.level", "-20")};
	size_t failed = 9;

	commands[2].value.half_db = 31;
	assert_int_equal(service_commands(world->service, commands, 3, &failed, NULL), -EINVAL);
	assert_int_equal(failed, 2);
	assert_string_equal(get(world, "line.level"), "0.0");
	assert_string_equal(get(world, "dim.amount"), "-20.0");
	assert_int_equal(world->settled, 0);
	commands[2].value.half_db = -40;
	assert_int_equal(service_commands(world->service, commands, 3, &failed, NULL), 0);
	assert_string_equal(get(world, "line.level"), "-30.0");
	assert_string_equal(get(world, "headphone.level"), "-20.0");
	assert_int_equal(world->settled, 1);
}

/* Every order of commands that touch each other gives the same state. */
static void test_order_does_not_matter(void **state)
{
	static const char *const sets[][2] = {
		{"headphone.limit", "-5"},  {"headphone.level", "-10"},
		{"headphone.mute", "on"},   {"input", "3"},
		{"input.1.enabled", "off"}, {"dim", "on"},
	};
	static const int orders[][6] = {{0, 1, 2, 3, 4, 5},
					{5, 4, 3, 2, 1, 0},
					{2, 4, 1, 5, 0, 3},
					{4, 2, 5, 0, 3, 1},
					{1, 5, 3, 4, 2, 0}};
	struct world *world = *state;

	for (size_t o = 0; o < sizeof(orders) / sizeof(orders[0]); o++) {
		struct command commands[6];
		size_t failed;

		assert_int_equal(set(world, "input.1.enabled", "on"), 0);
		assert_int_equal(set(world, "input", "1"), 0);
		assert_int_equal(set(world, "dim", "off"), 0);
		assert_int_equal(set(world, "headphone.mute", "off"), 0);
		assert_int_equal(set(world, "headphone.level", "-20"), 0);
		assert_int_equal(set(world, "headphone.limit", "-15"), 0);
		for (int i = 0; i < 6; i++) {
			commands[i] = parse(sets[orders[o][i]][0], sets[orders[o][i]][1]);
		}
		assert_int_equal(service_commands(world->service, commands, 6, &failed, NULL), 0);
		assert_string_equal(get(world, "headphone.level"), "-10.0");
		assert_string_equal(get(world, "headphone.mute"), "on");
		assert_string_equal(get(world, "dim"), "on");
		assert_string_equal(get(world, "input"), "3");
		assert_string_equal(get(world, "input.1.enabled"), "off");
	}
}

static void test_readings_come_in(void **state)
{
	struct world *world = *state;

	wait_for(world, "audio.rate", "48000");
	wait_for(world, "audio.block", "256");
	wait_for(world, "headphone.bit_exact", "on");
	fake_audio.in[0] = NAN;
	fake_audio_run(1);
	fake_audio.in[0] = 2;
	while (strcmp(get(world, "protect.nonfinite"), "0") == 0 ||
	       strcmp(get(world, "protect.limited"), "0") == 0) {
		fake_audio_run(1);
		loop_iterate(world->loop, 10);
	}
	assert_non_null(strstr(get(world, "system.notice"), "not finite"));
}

/* One sample of sixty thousand: too few for a fault. */
static float mostly_silent(unsigned long frame, int side)
{
	return frame % 60000 == 59999 ? NAN : 0.01f;
}

static void test_single_samples_are_told_without_a_fault(void **state)
{
	struct world *world = *state;

	fake_audio.wave = mostly_silent;
	while (strcmp(get(world, "protect.nonfinite"), "0") == 0) {
		fake_audio_run(50);
		loop_iterate(world->loop, 10);
	}
	assert_string_equal(get(world, "protect.state"), "ok");
	assert_string_equal(get(world, "protect.trips"), "0");
	assert_non_null(strstr(get(world, "system.notice"), "not finite"));
}

/* What holds the headphones' sound down: nothing, the limiter, or what set its ceiling. */
static void test_what_acts_is_told(void **state)
{
	static const char *const spl[][2] = {{"load.headphone", "Sennheiser HD 650"},
					     {"load.amplifier", "Generic 4 V desktop"},
					     {"protect.spl_limit", "90"}};
	struct world *world = *state;

	wait_for(world, "audio.rate", "48000");
	assert_string_equal(get(world, "protect.acting"), "none");
	fake_audio.in[0] = 2;
	wait_for(world, "protect.acting", "limiter");
	fake_audio.in[0] = 0.01f;
	wait_for(world, "protect.acting", "none");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(set(world, spl[i][0], spl[i][1]), 0);
	}
	fake_audio.in[0] = 0.9f;
	wait_for(world, "protect.acting", "spl");
	assert_string_equal(get(world, "protect.ceiling_by"), "spl");
	fake_audio.in[0] = 0.0001f;
	wait_for(world, "protect.acting", "none");
}

/* A profile that a newer program stored and this one cannot read is left out, and the others stay.
 */
static void test_a_stored_profile_that_cannot_be_read_is_left_out(void **state)
{
	struct world *world = *state;
	struct store_profiles texts = {.count = 0};
	struct shelf *shelf;
	uint64_t number;

	assert_int_equal(store_profiles_put(&texts, "bad", "\xff\xfe no profile", 13), 0);
	assert_int_equal(store_profiles_put(&texts, "good", "Preamp: -6 dB\n", 14), 0);
	number = store_save_profiles(world->store, &texts);
	store_hurry(world->store);
	while (store_saved(world->store) < number) {
		loop_iterate(world->loop, 10);
	}
	store_profiles_finish(&texts);
	service_destroy(world->service);
	world->service = NULL;
	store_close(world->store);
	assert_int_equal(store_open(world->path, &world->store, NULL), 0);
	assert_int_equal(shelf_create(world->store, &shelf), 0);
	assert_int_equal(shelf->book.count, 1);
	assert_string_equal(shelf->book.pages[0].name, "good");
	assert_int_equal(shelf->texts.count, 2);
	shelf_destroy(shelf);
}

/* DC mutes, says why, and is over with it; a reset does not have to wait for 3 s. */
static void test_a_fault_is_told(void **state)
{
	const struct command reset = {.ref = {CONTROL_PROTECT_RESET, 0}, .verb = VERB_DO};
	struct world *world = *state;

	assert_int_equal(set(world, "protect.dc", "on"), 0);
	assert_int_equal(set(world, "headphone.level", "0"), 0);
	fake_audio.in[0] = 0.9f;
	while (strcmp(get(world, "protect.state"), "dc") != 0) {
		fake_audio_run(FAKE_RATE_HZ / FAKE_BLOCK);
		loop_iterate(world->loop, 10);
	}
	assert_string_not_equal(get(world, "protect.trips"), "0");
	assert_non_null(strstr(get(world, "system.notice"), "direct current"));
	assert_true(heard(CHANNEL_HEADPHONE_LEFT) == 0);
	fake_audio.in[0] = 0.01f;
	assert_int_equal(service_command(world->service, &reset, NULL), 0);
	fake_audio_run(2 * FAKE_RATE_HZ / FAKE_BLOCK);
	assert_true(heard(CHANNEL_HEADPHONE_LEFT) == 0.01f);
	while (strcmp(get(world, "protect.state"), "ok") != 0) {
		fake_audio_run(1);
		loop_iterate(world->loop, 10);
	}
	assert_string_equal(get(world, "system.notice"), "the fault is over: it plays again");
}

static void test_bit_exact_ends_with_the_command(void **state)
{
	struct world *world = *state;

	wait_for(world, "headphone.bit_exact", "on");
	wait_for(world, "line.bit_exact", "on");
	assert_int_equal(set(world, "headphone.balance", "0.5"), 0);
	assert_string_equal(get(world, "headphone.bit_exact"), "off");
	assert_string_equal(get(world, "line.bit_exact"), "on");
}

static void test_the_back_end_hears_what_concerns_it(void **state)
{
	struct world *world = *state;
	int before = fake_audio.configured;

	assert_int_equal(set(world, "headphone.level", "-20"), 0);
	assert_int_equal(fake_audio.configured, before);
	assert_int_equal(set(world, "device.line", "alsa_output.line"), 0);
	assert_int_equal(set(world, "input.2.name", "Tape"), 0);
	assert_int_equal(set(world, "input.3.enabled", "off"), 0);
	assert_int_equal(set(world, "device.sub.volume", "-3.5"), 0);
	assert_int_equal(set(world, "power", "off"), 0);
	assert_int_equal(fake_audio.configured, before + 5);
	assert_string_equal(fake_audio.config.device[OUTPUT_LINE], "alsa_output.line");
	assert_string_equal(fake_audio.config.input_name[1], "Tape");
	assert_false(fake_audio.config.input_enabled[2]);
	assert_int_equal(fake_audio.config.device_volume_half_db[OUTPUT_SUB], -7);
	assert_false(fake_audio.config.power);
}

static void test_what_the_back_end_tells(void **state)
{
	struct world *world = *state;
	void *service = fake_audio.data;

	fake_audio.events.fader(service, 0, -40);
	assert_string_equal(get(world, "input.1.fader"), "-20.0");
	fake_audio_run(RAMP_BLOCKS);
	assert_true(heard(CHANNEL_HEADPHONE_LEFT) == 0.05f);
	fake_audio.events.device_state(service, OUTPUT_LINE, DEVICE_CONNECTED);
	assert_string_equal(get(world, "device.line.state"), "connected");
	fake_audio.events.latency(service, 21.3333333);
	assert_string_equal(get(world, "audio.latency_ms"), "21.33");
	set(world, "protect.limiter", "lookahead");
	assert_string_equal(get(world, "audio.latency_ms"), "22.83");
	assert_true(fake_audio.config.latency_ns == 1500000);
	set(world, "protect.limiter", "safety");
	assert_string_equal(get(world, "audio.latency_ms"), "21.33");
	fake_audio.events.latency(service, 0.04);
	assert_string_equal(get(world, "audio.latency_ms"), "0.04");
	fake_audio.events.device_found(service, OUTPUT_HEADPHONE, "alsa_output.best");
	assert_string_equal(get(world, "device.headphone"), "alsa_output.best");
	assert_string_equal(fake_audio.config.device[OUTPUT_HEADPHONE], "alsa_output.best");
	fake_audio.events.device_found(service, OUTPUT_HEADPHONE, "no\ntext");
	assert_string_equal(get(world, "device.headphone"), "alsa_output.best");
	fake_audio.events.device_moved(service, OUTPUT_HEADPHONE, -48);
	assert_non_null(strstr(get(world, "system.notice"), "-24.0 dB"));
	fake_audio.events.device_refused(service, OUTPUT_LINE);
	assert_non_null(strstr(get(world, "system.notice"), "Set device.line to another"));
	fake_audio.events.server(service, true); /* it was there all the time */
	assert_non_null(strstr(get(world, "system.notice"), "Set device.line to another"));
	fake_audio.events.server(service, false);
	assert_non_null(strstr(get(world, "system.notice"), "went away"));
	fake_audio.events.server(service, true);
	assert_non_null(strstr(get(world, "system.notice"), "is back"));
}

/* What happened by itself is in the history, once each; what people did is not. */
static void test_the_history(void **state)
{
	static const char count_sql[] =
		"SELECT sum(kind = 'start'), sum(kind = 'server'), sum(text LIKE 'line: tape %'),"
		" sum(kind = 'device'), sum(kind NOT IN ('start', 'server', 'device')) FROM events";
	struct world *world = *state;
	void *service = fake_audio.data;
	sqlite3_stmt *statement = NULL;
	sqlite3 *handle = NULL;

	fake_audio.events.device_state(service, OUTPUT_HEADPHONE, DEVICE_WAITING); /* auto */
	assert_int_equal(set(world, "device.line", "tape"), 0);
	fake_audio.events.device_state(service, OUTPUT_LINE, DEVICE_CONNECTED);
	fake_audio.events.device_state(service, OUTPUT_LINE, DEVICE_CONNECTED);
	fake_audio.events.device_state(service, OUTPUT_LINE, DEVICE_RELEASED);
	fake_audio.events.device_state(service, OUTPUT_LINE, DEVICE_WAITING);
	fake_audio.events.device_moved(service, OUTPUT_LINE, -48);
	fake_audio.events.server(service, true);
	fake_audio.events.server(service, false);
	fake_audio.events.server(service, true);
	assert_int_equal(set(world, "dim", "on"), 0);
	service_destroy(world->service);
	world->service = NULL;
	store_close(world->store);
	world->store = NULL;
	assert_int_equal(sqlite3_open(world->path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, count_sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(statement, 0), 1);
	assert_int_equal(sqlite3_column_int(statement, 1), 2);
	assert_int_equal(sqlite3_column_int(statement, 2), 2);
	assert_int_equal(sqlite3_column_int(statement, 3), 3);
	assert_int_equal(sqlite3_column_int(statement, 4), 0);
	sqlite3_finalize(statement);
	sqlite3_close(handle);
}

static void test_standby_comes_back_at_the_start_level(void **state)
{
	struct world *world = *state;

	assert_int_equal(set(world, "power", "off"), 0);
	fake_audio_run(RAMP_BLOCKS + 2);
	assert_true(heard(CHANNEL_HEADPHONE_LEFT) == 0);
	assert_int_equal(set(world, "power", "on"), 0);
	assert_string_equal(get(world, "headphone.level"), "-30.0");
	fake_audio_run(START_BLOCKS);
	assert_true(fabsf(heard(CHANNEL_HEADPHONE_LEFT) - 0.5f * powf(10, -1.5f)) < 1e-6f);
}

/* What is kept is on the disk when service_saved() says so. */
static void test_changes_are_kept(void **state)
{
	struct world *world = *state;
	struct amp amp;
	uint64_t number;

	assert_int_equal(set(world, "headphone.level", "-33.5"), 0);
	fake_audio.events.device_found(fake_audio.data, OUTPUT_HEADPHONE, "alsa_output.best");
	number = service_hurry_save(world->service);
	assert_true(number > 0);
	while (service_saved(world->service) < number) {
		loop_iterate(world->loop, -1);
	}
	assert_int_equal(service_save_error(world->service), 0);
	assert_true(world->saved > 0);
	amp_init(&amp);
	service_destroy(world->service);
	world->service = NULL;
	store_close(world->store);
	assert_int_equal(store_open(world->path, &world->store, NULL), 0);
	assert_int_equal(store_load(world->store, &amp), 0);
	assert_int_equal(amp_int(&amp, CONTROL_HEADPHONE_LEVEL), -67);
	assert_string_equal(amp.values[CONTROL_DEVICE_HEADPHONE][0].text, "alsa_output.best");
}

/* What a surface waits for before it answers that a profile was stored or removed. */
static uint64_t wait_saved(struct world *world, uint64_t after)
{
	uint64_t number = service_hurry_save(world->service);

	assert_true(number > after);
	while (service_saved(world->service) < number) {
		loop_iterate(world->loop, -1);
	}
	return number;
}

static void test_a_removed_profile_is_waited_for(void **state)
{
	static const char text[] = "Preamp: -6 dB\n";
	struct world *world = *state;
	struct service_config config = {.audio = &fake_audio_ops, .store = world->store};
	struct store_profiles kept = {.count = 0};
	struct shelf *shelf;
	struct amp amp;
	uint64_t number;

	service_destroy(world->service);
	assert_int_equal(shelf_create(world->store, &shelf), 0);
	config.shelf = shelf;
	amp_init_neutral(&amp);
	assert_int_equal(service_create(world->loop, &config, &amp, &world->service), 0);
	assert_int_equal(service_load_profile(world->service, "one", text, strlen(text), NULL), 0);
	number = wait_saved(world, 0);
	assert_int_equal(service_remove_profile(world->service, "one", NULL), 0);
	wait_saved(world, number);
	service_destroy(world->service);
	world->service = NULL;
	shelf_destroy(shelf);
	store_close(world->store);
	assert_int_equal(store_open(world->path, &world->store, NULL), 0);
	assert_int_equal(store_take_profiles(world->store, &kept), 0);
	assert_int_equal(kept.count, 0);
	store_profiles_finish(&kept);
}

static void test_readings_are_not_saved(void **state)
{
	struct world *world = *state;
	uint64_t before = service_hurry_save(world->service);

	fake_audio.events.latency(fake_audio.data, 5);
	wait_for(world, "audio.rate", "48000");
	assert_int_equal(service_hurry_save(world->service), before);
}

static void test_replace(void **state)
{
	struct world *world = *state;
	struct amp amp = *service_amp(world->service);
	const struct value level = {.half_db = -99}, rate = {.number = 44100};

	assert_int_equal(
		amp_restore(&amp, (struct control_ref){CONTROL_LINE_LEVEL, 0}, &level, NULL), 0);
	amp_report(&amp, (struct control_ref){CONTROL_AUDIO_RATE, 0}, &rate);
	service_replace(world->service, &amp);
	assert_string_equal(get(world, "line.level"), "-49.5");
	assert_string_not_equal(get(world, "audio.rate"), "44100");
	assert_int_equal(world->changes[CONTROL_LINE_LEVEL], 1);
	assert_int_equal(world->changes[CONTROL_HEADPHONE_LEVEL], 0);
}

/* Leaving fades out: silence is reached before the back end is stopped, and without a step. */
static void test_fades_out_at_the_end(void **state)
{
	struct world *world = *state;
	uint64_t before_ms;

	fake_audio.by_itself = true;
	fake_audio.greatest_step = 0;
	fake_audio.events.latency(fake_audio.data, 300);
	before_ms = loop_now_ms();
	service_destroy(world->service);
	world->service = NULL;
	/* what was on its way is heard to its end */
	assert_true(loop_now_ms() - before_ms >= 300);
	assert_false(fake_audio.running);
	assert_true(fake_audio.was_silent);
	assert_true(heard(CHANNEL_HEADPHONE_LEFT) == 0);
	/* A quintic of 50 ms from 0.5 is steepest in its middle: 0.5 * 1.875 / 2400 a sample. */
	assert_true(fake_audio.greatest_step < 0.5f * 1.9f / 2400);
	assert_true(fake_audio.greatest_step > 0);
}

/* Sound that stands still is not waited for for ever. */
static void test_leaves_although_sound_stands_still(void **state)
{
	struct world *world = *state;

	service_destroy(world->service);
	world->service = NULL;
	assert_false(fake_audio.running);
	assert_false(fake_audio.was_silent);
}

static void test_a_back_end_that_does_not_start(void **state)
{
	struct world *world = *state;
	const struct service_config config = {.audio = &fake_audio_ops};
	struct service *service = NULL;
	struct amp amp;

	service_destroy(world->service);
	world->service = NULL;
	amp_init(&amp);
	fake_audio.create_error = -ECONNREFUSED;
	assert_int_equal(service_create(world->loop, &config, &amp, &service), -ECONNREFUSED);
	assert_null(service);
}

/* The next one that is tried finds the week as it was. */
static void test_a_back_end_that_does_not_start_costs_no_dose(void **state)
{
	struct world *world = *state;
	struct service_config config = {.audio = &fake_audio_ops};
	const struct dose_minute minute = {
		.minute = time(NULL) / 60, .pa2s = {80, 80}, .seconds = 60};
	struct dose *dose = NULL;
	struct amp amp;

	service_destroy(world->service);
	world->service = NULL;
	store_save_minute(world->store, &minute);
	store_close(world->store);
	assert_int_equal(store_open(world->path, &world->store, NULL), 0);
	config.store = world->store;
	amp_init_neutral(&amp);
	fake_audio.create_error = -ECONNREFUSED;
	assert_int_equal(service_create(world->loop, &config, &amp, &world->service),
			 -ECONNREFUSED);
	fake_audio.create_error = 0;
	assert_int_equal(service_create(world->loop, &config, &amp, &world->service), 0);
	wait_for(world, "dose.hours", "0.02");
	assert_true(strtod(get(world, "dose.week"), NULL) > 1);
	service_destroy(world->service);
	world->service = NULL;
	store_close(world->store);
	assert_int_equal(store_open(world->path, &world->store, NULL), 0);
	assert_int_equal(store_take_dose(world->store, &dose), 0);
	assert_true(dose_since(dose, 0).seconds == 60);
	free(dose);
}

/* A little sound, all of which is measured. */
static void let_hear(struct world *world)
{
	fake_audio_run(2);
	do {
		loop_iterate(world->loop, 10);
	} while (fake_audio_is_ahead());
}

/* A tone of 1 kHz is as loud at the ear as the load says, and is counted. */
static void test_what_is_heard_is_a_dose(void **state)
{
	struct world *world = *state;
	double wanted_db = 100 + 20 * log10(0.5), spl_db = 0;
	struct dose *dose = NULL;
	struct dose_sum sum;

	assert_int_equal(set(world, "load.sensitivity", "100"), 0);
	assert_int_equal(set(world, "load.full_scale", "1"), 0);
	fake_audio.tone_hz = 1000;
	/* The first second holds what came before the tone, too. */
	while (fabs(spl_db - wanted_db) > 0.06) {
		let_hear(world);
		service_read_meters(world->service);
		spl_db = strtod(get(world, "dose.spl.left"), NULL);
		assert_true(spl_db < wanted_db + 0.1);
	}
	while (strcmp(get(world, "dose.week"), "0") == 0) {
		let_hear(world);
	}
	service_destroy(world->service);
	world->service = NULL;
	store_close(world->store);
	assert_int_equal(store_open(world->path, &world->store, NULL), 0);
	assert_int_equal(store_take_dose(world->store, &dose), 0);
	sum = dose_since(dose, 0);
	free(dose);
	assert_true(sum.seconds >= 1);
	assert_true(dose_percent(&sum, DOSE_ADULT) >= 0.005);
	assert_true(sum.pa2s[0] <= sum.seconds * dose_pa2(wanted_db) * 1.01);
}

/*
 * Left a square of 0.5 on 0.2, with a click of one sample ten times a second; right a quarter of
 * the rate, whose peaks lie between samples of 0.25.
 */
static float two_waves(unsigned long frame, int side)
{
	double sine = sin(2 * M_PI * 1000 * ((double)frame + 0.5) / FAKE_RATE_HZ);

	if (side == 1) {
		return frame % 4 < 2 ? 0.25f : -0.25f;
	}
	return frame % (FAKE_RATE_HZ / 10) == 0 ? 0.95f : sine > 0 ? 0.7f : -0.3f;
}

static double meter(struct world *world, const char *path)
{
	return strtod(get(world, path), NULL);
}

static void expect_meter(struct world *world, const char *path, double least, double most)
{
	double number = meter(world, path);

	if (!(number >= least && number <= most)) {
		fail_msg("%s is %g, not %g to %g", path, number, least, most);
	}
}

/* Each row has its own figure, of its own point and side: no two are alike here. */
static void test_figures_stand_in_their_rows(void **state)
{
	struct world *world = *state;
	bool settled = false;

	fake_audio.wave = two_waves;
	/* Until what is slow has come to rest: no more than 20 s of sound. */
	for (int i = 0; i < 2000 && !settled; i++) {
		let_hear(world);
		service_read_meters(world->service);
		settled = fabs(meter(world, "meter.input.left.dc") + 13.98) <= 0.1 &&
			  fabs(meter(world, "meter.input.left.rms") + 2.37) <= 0.02;
	}
	expect_meter(world, "meter.input.left.peak", -1.8, -0.4);
	expect_meter(world, "meter.input.left.ppm", -4, -2);
	expect_meter(world, "meter.input.left.rms", -2.40, -2.30);
	expect_meter(world, "meter.input.left.vu", 17.8, 18);
	expect_meter(world, "meter.input.left.crest", 3.6, 5);
	expect_meter(world, "meter.input.left.clips", 0, 0);
	expect_meter(world, "meter.input.right.peak", -12.15, -12);
	expect_meter(world, "meter.input.right.true_peak", -9.1, -8.9);
	expect_meter(world, "meter.input.right.rms", -9.05, -9.01);
	expect_meter(world, "meter.input.right.vu", 11.8, 11.95);
	expect_meter(world, "meter.input.right.crest", 0, 0.1);
	expect_meter(world, "meter.input.right.dc", -200, -30);
	expect_meter(world, "meter.input.correlation", -0.1, 0.1);
	expect_meter(world, "meter.headphone.left.rms", -2.40, -2.30);
	expect_meter(world, "meter.line.right.rms", -9.05, -9.01);
}

#define WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(test_a_command_is_heard),
		WORLD(test_listeners_are_told_once),
		WORLD(test_a_refused_command_changes_nothing),
		WORLD(test_several_commands_are_one),
		WORLD(test_order_does_not_matter),
		WORLD(test_readings_come_in),
		WORLD(test_single_samples_are_told_without_a_fault),
		WORLD(test_what_acts_is_told),
		WORLD(test_a_stored_profile_that_cannot_be_read_is_left_out),
		WORLD(test_a_fault_is_told),
		WORLD(test_bit_exact_ends_with_the_command),
		WORLD(test_the_back_end_hears_what_concerns_it),
		WORLD(test_what_the_back_end_tells),
		WORLD(test_the_history),
		WORLD(test_standby_comes_back_at_the_start_level),
		WORLD(test_changes_are_kept),
		WORLD(test_a_removed_profile_is_waited_for),
		WORLD(test_readings_are_not_saved),
		WORLD(test_replace),
		WORLD(test_what_is_heard_is_a_dose),
		WORLD(test_figures_stand_in_their_rows),
		WORLD(test_fades_out_at_the_end),
		WORLD(test_leaves_although_sound_stands_still),
		WORLD(test_a_back_end_that_does_not_start),
		WORLD(test_a_back_end_that_does_not_start_costs_no_dose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
