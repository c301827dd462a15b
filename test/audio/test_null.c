/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The null device: it plays the demonstration in real time, and sleeps in standby.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "amp.h"
#include "audio.h"
#include "demo.h"

#define RATE_HZ 48000

struct world {
	struct loop *loop;
	struct engine engine;
	struct amp amp;
	struct audio_config config;
	struct audio *audio;
	enum device_state states[OUTPUTS];
	int told;
};

static void on_device_state(void *data, enum output output, enum device_state state)
{
	struct world *world = data;

	world->states[output] = state;
	world->told++;
}

static void start(struct world *world)
{
	const struct audio_events events = {.device_state = on_device_state};
	struct plan plan;

	memset(world, 0, sizeof(*world));
	amp_init_neutral(&world->amp);
	plan_make(&world->amp, &plan);
	engine_init(&world->engine, &plan);
	world->config.power = true;
	assert_int_equal(loop_create(&world->loop), 0);
	assert_int_equal(audio_find("null")->create(world->loop, &world->engine, &world->config,
						    &events, world, &world->audio),
			 0);
}

static void stop(struct world *world)
{
	audio_find("null")->destroy(world->audio);
	loop_destroy(world->loop);
}

static void set_power(struct world *world, bool power)
{
	struct plan plan;

	plan_make(&world->amp, &plan);
	plan.power = power;
	engine_set_plan(&world->engine, &plan);
	world->config.power = power;
	audio_find("null")->configure(world->audio, &world->config);
}

static bool all_are(const struct world *world, enum device_state state)
{
	for (int i = 0; i < OUTPUTS; i++) {
		if (world->states[i] != state) {
			return false;
		}
	}
	return true;
}

static void wait_for_state(struct world *world, enum device_state state)
{
	while (!all_are(world, state)) {
		assert_int_equal(loop_iterate(world->loop, -1), 0);
	}
}

/* Waits until `frames` more have passed. */
static void wait_for_frames(struct world *world, uint64_t frames)
{
	uint64_t end = engine_reading(&world->engine).frames + frames;

	while (engine_reading(&world->engine).frames < end) {
		loop_iterate(world->loop, 5);
	}
}

static void plays_in_real_time(void **state)
{
	struct world world;
	uint64_t began_ms;

	start(&world);
	wait_for_state(&world, DEVICE_CONNECTED);
	wait_for_frames(&world, 1);
	began_ms = loop_now_ms();
	wait_for_frames(&world, RATE_HZ / 10);
	/* never faster than real time; how much slower is the machine's affair */
	assert_true(loop_now_ms() - began_ms >= 90);
	assert_true(engine_reading(&world.engine).rate_hz == RATE_HZ);
	assert_int_equal(engine_reading(&world.engine).block_frames, 256);
	assert_false(engine_reading(&world.engine).silent);
	stop(&world);
}

static void sleeps_in_standby(void **state)
{
	struct world world;
	uint64_t frames;

	start(&world);
	wait_for_state(&world, DEVICE_CONNECTED);
	wait_for_frames(&world, RATE_HZ / 20);
	set_power(&world, false);
	wait_for_state(&world, DEVICE_RELEASED);
	assert_true(engine_reading(&world.engine).silent);
	frames = engine_reading(&world.engine).frames;
	for (int i = 0; i < 5; i++) {
		loop_iterate(world.loop, 10);
	}
	assert_int_equal(engine_reading(&world.engine).frames, frames);
	set_power(&world, true);
	wait_for_state(&world, DEVICE_CONNECTED);
	wait_for_frames(&world, 256);
	stop(&world);
}

static void stops_while_asleep(void **state)
{
	struct world world;

	start(&world);
	set_power(&world, false);
	wait_for_state(&world, DEVICE_RELEASED);
	stop(&world);
}

/* Ten seconds of every input: near -20 dBFS, never beyond -6, and no two alike. */
static void demo_is_gentle(void **state)
{
	static float samples[INPUTS][2][256];
	float *out[INPUTS][2];
	double power[INPUTS] = {0}, peak = 0.0, step[INPUTS] = {0};
	float last[INPUTS] = {0};
	struct demo demo;
	int blocks = 10 * RATE_HZ / 256;

	demo_init(&demo, RATE_HZ);
	for (int i = 0; i < INPUTS; i++) {
		out[i][0] = samples[i][0];
		out[i][1] = samples[i][1];
	}
	for (int block = 0; block < blocks; block++) {
		demo_fill(&demo, out, 256);
		for (int i = 0; i < INPUTS; i++) {
			for (int n = 0; n < 256; n++) {
				double x = samples[i][0][n];

				power[i] += x * x / (256.0 * blocks);
				peak = fmax(peak, fmax(fabs(x), fabs((double)samples[i][1][n])));
				step[i] = fmax(step[i], fabs(x - last[i]));
				last[i] = samples[i][0][n];
			}
		}
	}
	for (int i = 0; i < INPUTS; i++) {
		double db = 10.0 * log10(power[i]);

		print_message("input %d: %.1f dBFS, largest step %.3f\n", i + 1, db, step[i]);
		assert_true(db > -36.0 && db < -18.0);
		for (int j = 0; j < i; j++) {
			assert_true(fabs(power[i] - power[j]) > 1e-9);
		}
	}
	assert_true(peak < 0.5);
}

static void unknown_back_end_is_not_found(void **state)
{
	assert_non_null(audio_find("null"));
	assert_null(audio_find("nul"));
	assert_null(audio_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plays_in_real_time),
		cmocka_unit_test(sleeps_in_standby),
		cmocka_unit_test(stops_while_asleep),
		cmocka_unit_test(demo_is_gentle),
		cmocka_unit_test(unknown_back_end_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
