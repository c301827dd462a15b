/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Any bytes as a sound file, and as one on standard input: refused with a reason, or samples up to
 * its end or an error.
 */
#include <stdlib.h>
#include <unistd.h>

#include "fuzz-file.h"
#include "soundfile.h"

#define FILLS_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct sound_reader *reader)
{
	const struct sound_info *info = sound_reader_info(reader);
	static double planes[5][65536];
	double *const to[5] = {planes[0], planes[1], planes[2], planes[3], planes[4]};
	int frames = 1;

	if (info->rate_hz < SOUND_RATE_MIN || info->rate_hz > SOUND_RATE_MAX ||
	    info->channels < 1 || info->channels > 5) {
		abort();
	}
	for (int fill = 0; fill < FILLS_MAX && frames > 0; fill++) {
		frames = sound_reader_fill(reader);
		for (int at = 0; at < frames; at += 65536) {
			int left = frames - at;

			sound_reader_take(reader, (unsigned int)at, to,
					  (unsigned int)(left < 65536 ? left : 65536));
		}
	}
}

static void try_file(const char *path, unsigned int channels_most)
{
	struct sound_reader *reader = NULL;
	struct refusal refusal = {""};

	if (sound_reader_open(path, channels_most, &reader, &refusal) == 0) {
		read_all(reader);
		sound_reader_close(reader);
	} else if (refusal.text[0] == '\0') {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd;
	const char *path = fuzz_file(data, size, &fd);

	try_file(size > 0 ? path : "/proc/self/fd/none", 5);
	lseek(fd, 0, SEEK_SET);
	if (dup2(fd, STDIN_FILENO) < 0) {
		abort();
	}
	try_file("-", 2);
	return 0;
}
