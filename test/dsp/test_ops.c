/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The plain hot loops against closed forms, and every other version against the plain one, bit for
 * bit: all tails, odd addresses, values beyond full scale, infinite, tiny and not numbers.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "ops.h"

#define COUNT_MAX 67   /* one more than four groups of 16 and a pair */
#define LONG      1024 /* frames of a usual block */
#define ROOM      (2 * LONG + 64)
#define CANARY    0xa5

struct arena {
	double a[ROOM], b[ROOM], gain[ROOM];
	double got[2][ROOM], wanted[2][ROOM];
	unsigned char raw[8 * ROOM], got_raw[8 * ROOM], wanted_raw[8 * ROOM];
};

static uint64_t next_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double next_sample(uint64_t *seed, double peak)
{
	return (double)(int64_t)next_random(seed) * 0x1p-63 * peak;
}

/* Samples as they come, and one in eight of those that nobody likes. */
static double next_nasty(uint64_t *seed)
{
	static const double nasty[] = {
		0.0,
		-0.0,
		1.0,
		-1.0,
		0x1p-1074,
		-0x1p-1030,
		1e300,
		-1e300,
		INFINITY,
		-INFINITY,
		NAN,
		-NAN,
		0x1p-24,
		-0x1p-16,
		0x1.fffffep-1,
		0x1.fffffffffffffp-1,
		65535.5 / 65536.0,
		-1.0 - 0x1p-40,
	};
	const uint64_t which = next_random(seed);

	if (which % 8 == 0) {
		return nasty[(which >> 8) % (sizeof(nasty) / sizeof(nasty[0]))];
	}
	return next_sample(seed, 1.2);
}

static struct arena *arena_new(uint64_t seed)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	assert_non_null(arena);
	for (size_t i = 0; i < ROOM; i++) {
		arena->a[i] = next_nasty(&seed);
		arena->b[i] = next_nasty(&seed);
		arena->gain[i] = next_sample(&seed, 1.0);
	}
	for (size_t i = 0; i < sizeof(arena->raw); i++) {
		arena->raw[i] = (unsigned char)next_random(&seed);
	}
	return arena;
}

static void arena_clear(struct arena *arena)
{
	memset(arena->got, CANARY, sizeof(arena->got));
	memset(arena->wanted, CANARY, sizeof(arena->wanted));
	memset(arena->got_raw, CANARY, sizeof(arena->got_raw));
	memset(arena->wanted_raw, CANARY, sizeof(arena->wanted_raw));
}

/* Whole buffers, so that nothing before or behind what was asked for has changed either. */
static void arena_check(const struct arena *arena)
{
	assert_memory_equal(arena->got, arena->wanted, sizeof(arena->got));
	assert_memory_equal(arena->got_raw, arena->wanted_raw, sizeof(arena->got_raw));
}

static const struct ops *plain(void)
{
	const struct ops *const *all = ops_all();

	while (all[1] != NULL) {
		all++;
	}
	return all[0];
}

static void every_version_is_listed(void **state)
{
	const struct ops *const *all = ops_all();

	assert_ptr_equal(ops_best(), all[0]);
	assert_string_equal(plain()->name, "c");
	for (; *all != NULL; all++) {
		print_message("version: %s\n", (*all)->name);
	}
}

static void assert_same_survey(struct survey got, struct survey wanted)
{
	assert_true(got.top == wanted.top);
	assert_true((isnan(got.sum) && isnan(wanted.sum)) ||
		    memcmp(&got.sum, &wanted.sum, sizeof(got.sum)) == 0);
}

static void compare_scale(const struct ops *ops, struct arena *arena, size_t from, size_t count)
{
	const double *const inputs[] = {arena->a + from, arena->gain + from};

	for (unsigned int i = 0; i < 2; i++) {
		const double *in = inputs[i];

		arena_clear(arena);
		assert_same_survey(ops->scale(arena->got[0] + from, in, 0.7, count),
				   plain()->scale(arena->wanted[0] + from, in, 0.7, count));
		assert_same_survey(
			ops->scale2(arena->got[1] + from, in, 0.7, arena->b + 1, -0.4, count),
			plain()->scale2(arena->wanted[1] + from, in, 0.7, arena->b + 1, -0.4,
					count));
		arena_check(arena);
	}
}

static void compare_in_place(const struct ops *ops, struct arena *arena, size_t from, size_t count)
{
	memcpy(arena->got[0], arena->a, sizeof(arena->a));
	memcpy(arena->wanted[0], arena->a, sizeof(arena->a));
	ops->scale(arena->got[0] + from, arena->got[0] + from, 0.3, count);
	plain()->scale(arena->wanted[0] + from, arena->wanted[0] + from, 0.3, count);
	memcpy(arena->got[1], arena->b, sizeof(arena->b));
	memcpy(arena->wanted[1], arena->b, sizeof(arena->b));
	ops->add_ramp(arena->got[1] + from, arena->a + 3, arena->gain + from, count);
	plain()->add_ramp(arena->wanted[1] + from, arena->a + 3, arena->gain + from, count);
	arena_check(arena);
}

static void compare_survey(const struct ops *ops, struct arena *arena, size_t from, size_t count)
{
	assert_same_survey(ops->survey(arena->a + from, count),
			   plain()->survey(arena->a + from, count));
	assert_same_survey(ops->survey(arena->gain + from, count),
			   plain()->survey(arena->gain + from, count));
}

static void compare_between(const struct ops *ops, struct arena *arena, size_t from, size_t count)
{
	struct between_taps taps;

	memcpy(&taps, arena->gain + 100, sizeof(taps));
	arena_clear(arena);
	ops->between(arena->got[0] + from, arena->gain + from, &taps, count);
	plain()->between(arena->wanted[0] + from, arena->gain + from, &taps, count);
	arena_check(arena);
}

static void compare_float(const struct ops *ops, struct arena *arena, size_t from, size_t count)
{
	const float *floats = (const float *)(const void *)arena->raw;

	arena_clear(arena);
	ops->from_float(arena->got[0] + from, floats + from, count);
	plain()->from_float(arena->wanted[0] + from, floats + from, count);
	ops->to_float((float *)(void *)arena->got_raw + from, arena->a + from, count);
	plain()->to_float((float *)(void *)arena->wanted_raw + from, arena->a + from, count);
	arena_check(arena);
}

static void compare_unpack(const struct ops *ops, struct arena *arena, size_t from, size_t frames)
{
	double *const got[2] = {arena->got[0] + from, arena->got[1] + from};
	double *const wanted[2] = {arena->wanted[0] + from, arena->wanted[1] + from};

	for (unsigned int i = 0; i < 2 * FORMATS; i++) {
		const unsigned int channels = 1 + i % 2;

		arena_clear(arena);
		ops->unpack[i / 2](got, arena->raw + from, channels, frames);
		plain()->unpack[i / 2](wanted, arena->raw + from, channels, frames);
		arena_check(arena);
	}
}

static void compare_pack(const struct ops *ops, struct arena *arena, size_t from, size_t frames)
{
	const double *const samples[2] = {arena->a + from, arena->b + from + 1};

	for (unsigned int i = 0; i < 4 * FORMATS; i++) {
		const unsigned int channels = 1 + i % 2;
		const bool dithered = i / 2 % 2 == 1;
		struct dither got, wanted;

		dither_init(&got, frames);
		wanted = got;
		arena_clear(arena);
		ops->pack[i / 4](arena->got_raw + from, samples, channels, frames,
				 dithered ? &got : NULL);
		plain()->pack[i / 4](arena->wanted_raw + from, samples, channels, frames,
				     dithered ? &wanted : NULL);
		arena_check(arena);
		assert_memory_equal(&got, &wanted, sizeof(got));
	}
}

typedef void compare_function(const struct ops *ops, struct arena *arena, size_t from,
			      size_t count);

static void compare_all(compare_function *compare)
{
	for (const struct ops *const *ops = ops_all(); *ops != NULL; ops++) {
		struct arena *arena = arena_new(42);

		for (size_t count = 0; count <= COUNT_MAX; count++) {
			for (size_t from = 0; from < 4; from++) {
				compare(*ops, arena, from, count);
			}
		}
		compare(*ops, arena, 5, LONG);
		compare(*ops, arena, 0, LONG + 3);
		free(arena);
	}
}

/* Sections of every kind of number, tame enough to stay finite for a while. */
static void make_cascade(struct cascade *cascade, unsigned int count, uint64_t seed)
{
	memset(cascade, 0, sizeof(*cascade));
	cascade->count = count;
	for (unsigned int k = 0; k < count; k++) {
		cascade->b0[k] = next_sample(&seed, 2);
		cascade->b1[k] = next_sample(&seed, 2);
		cascade->b2[k] = next_sample(&seed, 2);
		cascade->a1[k] = next_sample(&seed, 0.7);
		cascade->a2[k] = next_sample(&seed, 0.29);
	}
}

static void compare_cascades(const struct ops *ops, struct arena *arena, unsigned int sections,
			     size_t first, size_t second)
{
	struct cascade_state got = {{{0}}}, wanted = {{{0}}};
	struct cascade cascade;

	make_cascade(&cascade, sections, sections);
	arena_clear(arena);
	for (int side = 0; side < 2; side++) {
		memcpy(arena->got[side], side ? arena->b : arena->a, sizeof(arena->a));
		memcpy(arena->wanted[side], arena->got[side], sizeof(arena->a));
	}
	ops->cascade(&cascade, &got, arena->got[0] + 1, arena->got[1] + 3, first);
	ops->cascade(&cascade, &got, arena->got[0] + 1 + first, arena->got[1] + 3 + first, second);
	plain()->cascade(&cascade, &wanted, arena->wanted[0] + 1, arena->wanted[1] + 3,
			 first + second);
	arena_check(arena);
	for (int side = 0; side < 2; side++) {
		assert_memory_equal(got.s1[side], wanted.s1[side], sections * sizeof(double));
		assert_memory_equal(got.s2[side], wanted.s2[side], sections * sizeof(double));
	}
}

/* Any number of sections, and a block in two parts of any length. */
static void cascades_are_alike(void **state)
{
	static const size_t lengths[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 63, 64, 500};
	struct arena *arena = arena_new(3);
	uint64_t seed = 5;

	for (size_t i = 0; i < ROOM; i++) {
		arena->a[i] = next_sample(&seed, 1);
		arena->b[i] = next_sample(&seed, 1);
	}
	for (const struct ops *const *ops = ops_all(); *ops != NULL; ops++) {
		for (unsigned int sections = 0; sections <= CASCADE_SECTIONS; sections++) {
			for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
				compare_cascades(*ops, arena, sections, lengths[i],
						 lengths[(i + sections) % 12]);
			}
		}
	}
	free(arena);
}

static void scales_are_alike(void **state)
{
	compare_all(compare_scale);
	compare_all(compare_in_place);
}

static void surveys_are_alike(void **state)
{
	compare_all(compare_survey);
	compare_all(compare_between);
}

static void float_conversions_are_alike(void **state)
{
	compare_all(compare_float);
}

static void unpacks_are_alike(void **state)
{
	compare_all(compare_unpack);
}

static void packs_are_alike(void **state)
{
	compare_all(compare_pack);
}

static uint32_t rotate_left(uint32_t word, unsigned int bits)
{
	return word << bits | word >> (32 - bits);
}

/* The values that the next draw of a dither adds, in units of the least significant bit. */
static void predict_dither(const struct dither *dither, double ret_values[DITHER_LANES])
{
	for (int i = 0; i < DITHER_LANES; i++) {
		const uint32_t a = dither->state[0][i];
		const uint32_t number = rotate_left(a + dither->state[3][i], 7) + a;
		const double high = (int16_t)(number >> 16), low = (int16_t)number;

		ret_values[i] = (high * 16384 + low * 16385) * 0x1p-30;
	}
}

/* Samples that the dither takes exactly half way between two integers: one unit of it more or less
 * rounds some of them to the other one. */
static void dither_is_exact(void **state)
{
	for (const struct ops *const *ops = ops_all(); *ops != NULL; ops++) {
		for (uint64_t seed = 0; seed < 100; seed++) {
			double added[DITHER_LANES], samples[DITHER_LANES];
			const double *const planes[2] = {samples, NULL};
			int16_t integers[DITHER_LANES];
			struct dither dither;

			dither_init(&dither, seed);
			predict_dither(&dither, added);
			for (int i = 0; i < DITHER_LANES; i++) {
				samples[i] = (10 + i + 0.5 - added[i]) * 0x1p-15;
			}
			(*ops)->pack[FORMAT_S16](integers, planes, 1, DITHER_LANES, &dither);
			for (int i = 0; i < DITHER_LANES; i++) {
				assert_int_equal(integers[i], 10 + i + (i & 1));
			}
		}
	}
}

/* Dither goes on from call to call; what a call leaves of a draw is dropped. */
static void dither_goes_on(void **state)
{
	struct arena *arena = arena_new(3);
	const double *const samples[2] = {arena->gain, arena->gain + 1};

	for (const struct ops *const *ops = ops_all(); *ops != NULL; ops++) {
		struct dither got, wanted;

		dither_init(&got, 9);
		dither_init(&wanted, 9);
		for (size_t frames = 0; frames < 70; frames += 3) {
			arena_clear(arena);
			(*ops)->pack[FORMAT_S16](arena->got_raw, samples, 2, frames, &got);
			plain()->pack[FORMAT_S16](arena->wanted_raw, samples, 2, frames, &wanted);
			arena_check(arena);
		}
	}
	free(arena);
}

/* A block of memory between two pages that nobody may touch. */
static unsigned char *guarded(size_t *ret_size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	unsigned char *memory = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(memory != MAP_FAILED);
	assert_int_equal(mprotect(memory + page, page, PROT_READ | PROT_WRITE), 0);
	*ret_size = page;
	return memory + page;
}

static void touch_the_end(const struct ops *ops, unsigned char *raw, double *plane, size_t frames)
{
	double other[COUNT_MAX] = {0};
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	double *end = plane + size / sizeof(double) - frames;

	for (unsigned int i = 0; i < 2 * FORMATS; i++) {
		const unsigned int channels = 1 + i % 2;
		double *const planes[2] = {end, other};
		const double *const from[2] = {end, other};
		unsigned char *start = raw + size - frames * channels * format_bytes(i / 2);
		struct dither dither;

		dither_init(&dither, 1);
		ops->unpack[i / 2](planes, start, channels, frames);
		ops->pack[i / 2](start, from, channels, frames, &dither);
		ops->pack[i / 2](raw, from, channels, frames, NULL);
	}
	ops->scale(end, end, 1.0, frames);
	other[0] = ops->survey(end, frames).sum;
	ops->add_ramp(end, other, other, frames);
	ops->scale2(other, end, 0.5, end, 0.5, frames);
	ops->to_float((float *)(void *)raw + size / sizeof(float) - frames, end, frames);
	ops->from_float(end, (float *)(void *)raw + size / sizeof(float) - frames, frames);
}

/* What is beyond the last sample is neither written nor read: here that would be a fault. */
static void nothing_beyond_is_touched(void **state)
{
	size_t size;
	unsigned char *raw = guarded(&size);
	double *plane = (double *)(void *)guarded(&size);

	for (const struct ops *const *ops = ops_all(); *ops != NULL; ops++) {
		for (size_t frames = 0; frames <= COUNT_MAX; frames++) {
			touch_the_end(*ops, raw, plane, frames);
		}
	}
	munmap(raw - size, 3 * size);
	munmap((unsigned char *)plane - size, 3 * size);
}

/* The sum against a sum, and a sine between its samples against the sine. */
static void sums_and_points_between_are_right(void **state)
{
	static double samples[256 + 64], to[256];
	struct between_taps taps;
	struct survey found;

	between_init(&taps);
	for (const struct ops *const *ops = ops_all(); *ops != NULL; ops++) {
		for (int i = 0; i < 320; i++) {
			samples[i] = i + 1;
		}
		found = (*ops)->survey(samples, 101);
		assert_true(found.top == 101 && found.sum == 101 * 51);
		found = (*ops)->scale(to, samples, 2, 101);
		assert_true(found.top == 202 && found.sum == 101 * 102);
		found = (*ops)->scale2(to, samples, 2, samples + 1, -1, 101);
		assert_true(found.top == 100 && found.sum == 101 * 51 - 101);
		for (double turns = 0.01; turns < 0.46; turns += 0.09) {
			for (int i = 0; i < 320; i++) {
				samples[i] = sin(2 * M_PI * turns * i);
			}
			(*ops)->between(to, samples, &taps, 256);
			for (int i = 0; i < 256; i++) {
				double top = 0;

				for (int p = 1; p < 8; p++) {
					top = fmax(top, fabs(sin(2 * M_PI * turns *
								 (i + 31 + p / 8.0))));
				}
				assert_true(fabs(to[i] - top) < 0.0012);
			}
		}
	}
}

static void assert_watched(const struct ops *ops, const double *samples, double *to, size_t count,
			   bool within)
{
	static const double zeros[COUNT_MAX];

	assert_int_equal(survey_within(ops->scale(to, samples, 1.0, count), 0.5), within);
	assert_int_equal(survey_within(ops->scale2(to, samples, 1.0, zeros, 1.0, count), 0.5),
			 within);
	assert_int_equal(survey_within(ops->survey(samples, count), 0.5), within);
}

/* One sample among those within the ceiling is found wherever it stands. */
static void ceiling_is_watched(void **state)
{
	static const double wrong[] = {0.5000001, -0.5000001, INFINITY, -INFINITY, NAN};
	double samples[COUNT_MAX], to[COUNT_MAX];

	for (const struct ops *const *all = ops_all(); *all != NULL; all++) {
		const struct ops *ops = *all;

		for (size_t i = 0; i < COUNT_MAX; i++) {
			samples[i] = i % 2 == 0 ? 0.5 : -0.5;
		}
		assert_watched(ops, samples, to, COUNT_MAX, true);
		for (size_t at = 0; at < COUNT_MAX; at++) {
			const double kept = samples[at];

			for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
				samples[at] = wrong[i];
				assert_watched(ops, samples, to, COUNT_MAX, false);
				assert_watched(ops, samples, to, at, true);
			}
			samples[at] = kept;
		}
	}
}

static void scales_are_right(void **state)
{
	struct arena *arena = arena_new(1);

	plain()->scale(arena->got[0], arena->a, 0.7, LONG);
	plain()->scale2(arena->got[1], arena->gain, 0.7, arena->gain + 7, 0.2, LONG);
	memcpy(arena->wanted[0], arena->gain, sizeof(arena->gain));
	plain()->add_ramp(arena->wanted[0], arena->gain + 1, arena->gain + 2, LONG);
	for (size_t i = 0; i < LONG; i++) {
		const double *g = arena->gain + i;

		assert_true(arena->got[0][i] == arena->a[i] * 0.7 || isnan(arena->a[i]));
		assert_true(arena->got[1][i] == g[0] * 0.7 + g[7] * 0.2);
		assert_true(arena->wanted[0][i] == g[0] + g[1] * g[2]);
	}
	free(arena);
}

/* Every value of a format below 32 bits goes to its fraction of full scale, and back. */
static void check_all_values(enum sample_format format)
{
	const unsigned int bits = format_bits(format), bytes = format_bytes(format);
	const int32_t full_scale = INT32_C(1) << (bits - 1);
	struct arena *arena = arena_new(0);
	double *const to[2] = {arena->got[0], arena->got[1]};
	const double *const from[2] = {arena->got[0], arena->got[1]};

	for (int32_t first = -full_scale; first < full_scale; first += 2 * LONG) {
		bool right = true;

		for (int32_t i = 0; i < 2 * LONG; i++) {
			const int32_t value = first + i;

			memcpy(arena->raw + (size_t)i * bytes, &value, bytes);
		}
		plain()->unpack[format](to, arena->raw, 2, LONG);
		for (int32_t i = 0; i < 2 * LONG; i++) {
			right = right && to[i % 2][i / 2] == (double)(first + i) / full_scale;
		}
		assert_true(right);
		plain()->pack[format](arena->got_raw, from, 2, LONG, NULL);
		assert_memory_equal(arena->got_raw, arena->raw, 2 * LONG * bytes);
	}
	free(arena);
}

static void integers_are_exact_both_ways(void **state)
{
	check_all_values(FORMAT_S16);
	check_all_values(FORMAT_S24);
}

static void s32_is_exact_both_ways(void **state)
{
	struct arena *arena = arena_new(11);
	double *const to[2] = {arena->got[0], arena->got[1]};
	const double *const from[2] = {arena->got[0], arena->got[1]};
	static const int32_t ends[] = {INT32_MIN, INT32_MAX, 0, -1, 1, INT32_MIN + 1};

	memcpy(arena->raw, ends, sizeof(ends));
	plain()->unpack[FORMAT_S32](to, arena->raw, 2, LONG);
	for (size_t i = 0; i < 2 * LONG; i++) {
		int32_t value;

		memcpy(&value, arena->raw + 4 * i, 4);
		assert_true(to[i % 2][i / 2] == (double)value / 0x1p31);
	}
	plain()->pack[FORMAT_S32](arena->got_raw, from, 2, LONG, NULL);
	assert_memory_equal(arena->got_raw, arena->raw, 4 * 2 * LONG);
	free(arena);
}

static void floats_are_exact_both_ways(void **state)
{
	struct arena *arena = arena_new(12);
	double *const to[2] = {arena->got[0], arena->got[1]};
	const double *const from[2] = {arena->got[0], arena->got[1]};
	float floats[2 * LONG];

	for (size_t i = 0; i < 2 * LONG; i++) {
		floats[i] = (float)arena->gain[i];
	}
	plain()->unpack[FORMAT_F32](to, floats, 2, LONG);
	for (size_t i = 0; i < 2 * LONG; i++) {
		assert_true(to[i % 2][i / 2] == (double)floats[i]);
	}
	plain()->pack[FORMAT_F32](arena->got_raw, from, 2, LONG, NULL);
	assert_memory_equal(arena->got_raw, floats, sizeof(floats));
	plain()->unpack[FORMAT_F64](to, arena->gain, 2, LONG);
	plain()->pack[FORMAT_F64](arena->got_raw, from, 2, LONG, NULL);
	assert_memory_equal(arena->got_raw, arena->gain, 8 * 2 * LONG);
	free(arena);
}

/* What one sample becomes, as an integer of 32 bits. */
static int32_t packed(enum sample_format format, double sample)
{
	const double *const from[2] = {&sample, &sample};
	int32_t raw = 0;

	plain()->pack[format](&raw, from, 1, 1, NULL);
	return (int32_t)((uint32_t)raw << (32 - format_bits(format))) >> (32 - format_bits(format));
}

static void integers_are_rounded_and_held(void **state)
{
	for (enum sample_format format = FORMAT_S16; format <= FORMAT_S32; format++) {
		const double unit = ldexp(1.0, 1 - (int)format_bits(format));
		const int32_t highest = (int32_t)(1.0 / unit - 1.0);

		for (int i = -1000; i < 1000; i++) {
			assert_int_equal(packed(format, (i + 0.49) * unit), i);
			assert_int_equal(packed(format, (i + 0.51) * unit), i + 1);
			assert_int_equal(packed(format, (i + 0.5) * unit), i + (i & 1));
		}
		assert_int_equal(packed(format, 1.0), highest);
		assert_int_equal(packed(format, 1.0 - 0.5 * unit), highest);
		assert_int_equal(packed(format, 1e300), highest);
		assert_int_equal(packed(format, INFINITY), highest);
		assert_int_equal(packed(format, -1.0), -highest - 1);
		assert_int_equal(packed(format, -1.0 - unit), -highest - 1);
		assert_int_equal(packed(format, -1e308), -highest - 1);
		assert_int_equal(packed(format, -INFINITY), -highest - 1);
		assert_int_equal(packed(format, NAN), 0);
		assert_int_equal(packed(format, -NAN), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_version_is_listed),
		cmocka_unit_test(scales_are_alike),
		cmocka_unit_test(surveys_are_alike),
		cmocka_unit_test(cascades_are_alike),
		cmocka_unit_test(float_conversions_are_alike),
		cmocka_unit_test(unpacks_are_alike),
		cmocka_unit_test(packs_are_alike),
		cmocka_unit_test(dither_is_exact),
		cmocka_unit_test(dither_goes_on),
		cmocka_unit_test(nothing_beyond_is_touched),
		cmocka_unit_test(sums_and_points_between_are_right),
		cmocka_unit_test(ceiling_is_watched),
		cmocka_unit_test(scales_are_right),
		cmocka_unit_test(integers_are_exact_both_ways),
		cmocka_unit_test(s32_is_exact_both_ways),
		cmocka_unit_test(floats_are_exact_both_ways),
		cmocka_unit_test(integers_are_rounded_and_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
