/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the tests of rendering share.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static void remove_folder(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (system(command) != 0) {
		fprintf(stderr, "%s is left\n", folder);
	}
}

void harness_init(void)
{
	snprintf(folder, sizeof(folder), "/tmp/wiregain-test-XXXXXX");
	if (!mkdtemp(folder)) {
		perror(folder);
		exit(1);
	}
	atexit(remove_folder);
}

const char *harness_path(const char *name)
{
	static char paths[8][160];
	static unsigned int turn;
	char *path = paths[turn++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static bool is_pcm(int format)
{
	int subtype = format & SF_FORMAT_SUBMASK;

	return subtype == SF_FORMAT_PCM_16 || subtype == SF_FORMAT_PCM_24 ||
	       subtype == SF_FORMAT_PCM_32;
}

void harness_write(const char *name, int format, int rate_hz, int channels, const double *samples,
		   sf_count_t frames)
{
	SF_INFO info = {.samplerate = rate_hz, .channels = channels, .format = format};
	SNDFILE *file = sf_open(harness_path(name), SFM_WRITE, &info);

	assert_non_null(file);
	if (is_pcm(format)) {
		/* Of its own, libsndfile scales doubles by 2^15 - 1 and reads them by 2^-15. */
		int *words = calloc((size_t)frames * (size_t)channels, sizeof(*words));

		assert_non_null(words);
		for (sf_count_t i = 0; i < frames * channels; i++) {
			words[i] = (int)(samples[i] * 0x1p31);
		}
		assert_int_equal(sf_writef_int(file, words, frames), frames);
		free(words);
	} else {
		assert_int_equal(sf_writef_double(file, samples, frames), frames);
	}
	assert_int_equal(sf_close(file), 0);
}

void harness_write_text(const char *name, const char *text)
{
	FILE *file = fopen(harness_path(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

double *harness_read(const char *name, SF_INFO *ret_info)
{
	SF_INFO info = {0};
	SNDFILE *file = sf_open(harness_path(name), SFM_READ, &info);
	double *samples;

	assert_non_null(file);
	samples = calloc((size_t)info.frames * (size_t)info.channels + 1, sizeof(*samples));
	assert_non_null(samples);
	assert_int_equal(sf_readf_double(file, samples, info.frames), info.frames);
	sf_close(file);
	*ret_info = info;
	return samples;
}

static void set(struct amp *amp, const char *assignment)
{
	char path[PATH_BYTES];
	const char *equals = strchr(assignment, '=');
	struct command command;
	struct refusal refusal = {""};

	snprintf(path, sizeof(path), "%.*s", (int)(equals - assignment), assignment);
	if (command_parse_set(path, equals + 1, &command, &refusal) < 0 ||
	    amp_command(amp, &command, &refusal) < 0) {
		fail_msg("%s: %s", assignment, refusal.text);
	}
}

struct render_result harness_render(const struct harness_render *what)
{
	static struct amp amp;
	static _Atomic bool cancel;
	struct automation automation = {0};
	struct render_job job = {
		.in = harness_path(what->in),
		.out = harness_path(what->out),
		.output = what->output,
		.format_free = what->format < 0,
		.format = what->format < 0 ? FORMAT_F64 : (enum sample_format)what->format,
		.amp = &amp,
		.automation = &automation,
		.cancel = &cancel,
	};
	struct render_result result = {0};
	struct refusal refusal = {""};

	amp_init_neutral(&amp);
	amp_set_profiles(&amp, what->profiles);
	for (const char *const *s = what->set; s && *s; s++) {
		set(&amp, *s);
	}
	if (what->input_2) {
		job.inputs[1] = harness_path(what->input_2);
	}
	if (what->automation) {
		harness_write_text("automation", what->automation);
		if (automation_load(harness_path("automation"), &amp, &automation, &refusal) < 0) {
			fail_msg("%s", refusal.text);
		}
	}
	if (render(&job, &result, &refusal) < 0) {
		fail_msg("%s", refusal.text);
	}
	automation_finish(&automation);
	return result;
}
