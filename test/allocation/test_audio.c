/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Allocation failures in src/audio, libsndfile's included: renders, sound files, automation and the
 * null device. What a render was to replace stays where it fails.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "allocation.h"
#include "audio.h"
#include "log.h"
#include "render.h"
#include "soundfile.h"

#define FRAMES 1000

struct place {
	char folder[64];
	char in[96], out[96], text[96];
	struct amp amp;
};

static void write_sound(const char *path)
{
	const struct sound_target target = {.rate_hz = 48000,
					    .channels = 2,
					    .frames = FRAMES,
					    .format = FORMAT_S24,
					    .format_free = true};
	static double plane[FRAMES];
	const double *const planes[2] = {plane, plane};
	struct sound_writer *writer = NULL;

	for (int i = 0; i < FRAMES; i++) {
		plane[i] = i % 100 / 200.0;
	}
	assert_int_equal(sound_writer_open(path, &target, &writer, NULL), 0);
	sound_writer_put(writer, planes, FRAMES, NULL);
	assert_int_equal(sound_writer_commit(writer), 0);
}

static int set_up(void **state)
{
	static struct place place;
	FILE *file;

	strcpy(place.folder, "/tmp/wiregain-allocation-XXXXXX");
	assert_non_null(mkdtemp(place.folder));
	snprintf(place.in, sizeof(place.in), "%s/in.wav", place.folder);
	snprintf(place.out, sizeof(place.out), "%s/out.wav", place.folder);
	snprintf(place.text, sizeof(place.text), "%s/fade.txt", place.folder);
	write_sound(place.in);
	file = fopen(place.text, "w");
	assert_non_null(file);
	fprintf(file, "0 line.level=-60\n0.01 line.level=-20\n0.02 dim=on\n");
	fclose(file);
	amp_init(&place.amp);
	amp_start(&place.amp);
	*state = &place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	unlink(place->in);
	unlink(place->out);
	unlink(place->text);
	/* Nothing else was left. */
	return rmdir(place->folder);
}

static int attempt_automation(void *data)
{
	struct place *place = data;
	struct automation automation;
	struct refusal refusal = {""};
	int error = automation_load(place->text, &place->amp, &automation, &refusal);

	if (error < 0) {
		assert_true(refusal.text[0] != '\0');
		return error;
	}
	assert_int_equal(automation.count, 3);
	automation_finish(&automation);
	return 0;
}

static void test_automation(void **state)
{
	assert_true(allocation_fail_each(attempt_automation, *state) >= 4);
}

static off_t size_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static int render_to(struct place *place, const char *out)
{
	struct programme *programme = calloc(1, sizeof(*programme));
	_Atomic bool cancel = false;
	struct render_job job = {
		.in = place->in,
		.out = out,
		.output = OUTPUT_LINE,
		.format_free = true,
		.amp = &place->amp,
		.automation = &(struct automation){0},
		.cancel = &cancel,
	};
	struct render_result result = {0};
	struct refusal refusal = {""};
	int error;

	if (!programme) {
		return -ENOMEM;
	}
	error = render(&job, &result, &refusal);
	free(programme);
	if (error < 0) {
		assert_int_equal(result.frames, 0);
	} else {
		assert_int_equal(result.frames, FRAMES);
		assert_false(result.cut_off);
	}
	return error;
}

static int attempt_render(void *data)
{
	struct place *place = data;
	FILE *file;
	int error;

	allocation_pause();
	file = fopen(place->out, "w");
	assert_non_null(file);
	fputs("old", file);
	fclose(file);
	allocation_resume();
	error = render_to(place, place->out);
	allocation_disarm();
	assert_true((size_of(place->out) == 3) == (error < 0));
	return error;
}

static void test_render(void **state)
{
	allocation_spare("libsndfile");
	assert_true(allocation_fail_each(attempt_render, *state) >= 5);
	allocation_spare(NULL);
}

static void test_render_of_flac(void **state)
{
	struct place *place = *state;

	unlink(place->in);
	snprintf(place->in, sizeof(place->in), "%s/in.flac", place->folder);
	snprintf(place->out, sizeof(place->out), "%s/out.flac", place->folder);
	write_sound(place->in);
	allocation_spare("libsndfile");
	assert_true(allocation_fail_each(attempt_render, place) >= 6);
	allocation_spare(NULL);
}

static int attempt_null(void *data)
{
	struct place *place = data;
	const struct audio_ops *ops = audio_find("null");
	const struct audio_events events = {.fader = NULL};
	static struct engine engine;
	static struct audio_config config;
	struct audio *audio = NULL;
	struct loop *loop = NULL;
	struct plan plan;
	int error = loop_create(&loop);

	if (error < 0) {
		return error;
	}
	plan_make(&place->amp, &plan);
	engine_init(&engine, &plan);
	error = ops->create(loop, &engine, &config, &events, NULL, &audio);
	if (error == 0) {
		ops->destroy(audio);
	}
	loop_destroy(loop);
	return error;
}

static void test_null(void **state)
{
	assert_true(allocation_fail_each(attempt_null, *state) >= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_automation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_render, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_render_of_flac, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_null, set_up, tear_down),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
