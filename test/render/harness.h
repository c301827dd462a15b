/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What the tests of rendering share: files in a folder of their own, and a render in one call.
 */
#ifndef WIREGAIN_RENDER_HARNESS_H
#define WIREGAIN_RENDER_HARNESS_H

#include <sndfile.h>

#include "profile.h"
#include "render.h"

/* Makes the folder that all names below are in; it is removed at exit. */
void harness_init(void);

/* The path of a file of that name. One of eight buffers in turn. */
const char *harness_path(const char *name);

/* Writes interleaved samples with libsndfile. `format` as in SF_INFO. */
void harness_write(const char *name, int format, int rate_hz, int channels, const double *samples,
		   sf_count_t frames);
void harness_write_text(const char *name, const char *text);

/* Reads a whole file, interleaved; the caller frees it. */
double *harness_read(const char *name, SF_INFO *ret_info);

/* What is to be rendered; all else is neutral. */
struct harness_render {
	const char *in, *out;
	const char *input_2;                 /* or NULL */
	const char *const *set;              /* "PATH=VALUE", NULL at the end; or NULL */
	const char *automation;              /* its text, or NULL */
	const struct profile_book *profiles; /* or NULL */
	enum output output;
	int format; /* enum sample_format, or -1: that of `in` */
};

/* Renders; fails the test when it cannot. */
struct render_result harness_render(const struct harness_render *what);

#endif
