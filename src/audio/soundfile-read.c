/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Reading sound files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sndfile.h>

#include "soundfile.h"

#define BUFFER_BYTES (192 * 1024)

struct sound_reader {
	SNDFILE *file;
	const struct ops *ops;
	struct sound_info info;
	enum sample_format stored; /* how samples stand in the buffer */
	bool raw;                  /* they are the file's own bytes */
	unsigned int frame_bytes;
	int64_t read_frames;
	_Alignas(double) unsigned char buffer[BUFFER_BYTES];
};

static enum sample_format nearest_format(int subtype)
{
	switch (subtype) {
	case SF_FORMAT_PCM_S8:
	case SF_FORMAT_PCM_U8:
	case SF_FORMAT_PCM_16:
	case SF_FORMAT_ALAC_16:
		return FORMAT_S16;
	case SF_FORMAT_PCM_24:
	case SF_FORMAT_ALAC_20:
	case SF_FORMAT_ALAC_24:
		return FORMAT_S24;
	case SF_FORMAT_PCM_32:
	case SF_FORMAT_ALAC_32:
		return FORMAT_S32;
	case SF_FORMAT_DOUBLE:
		return FORMAT_F64;
	default:
		return FORMAT_F32;
	}
}

static bool is_lossy(int subtype)
{
	return nearest_format(subtype) == FORMAT_F32 && subtype != SF_FORMAT_FLOAT;
}

/* The containers whose data is one run of plain samples. */
static bool is_plain(SNDFILE *file, const SF_INFO *info)
{
	int major = info->format & SF_FORMAT_TYPEMASK;
	int subtype = info->format & SF_FORMAT_SUBMASK;
	bool container = major == SF_FORMAT_WAV || major == SF_FORMAT_WAVEX ||
			 major == SF_FORMAT_W64 || major == SF_FORMAT_RF64 ||
			 major == SF_FORMAT_AU || major == SF_FORMAT_CAF || major == SF_FORMAT_AIFF;
	bool samples = subtype == SF_FORMAT_PCM_16 || subtype == SF_FORMAT_PCM_24 ||
		       subtype == SF_FORMAT_PCM_32 || subtype == SF_FORMAT_FLOAT ||
		       subtype == SF_FORMAT_DOUBLE;

	return container && samples &&
	       sf_command(file, SFC_RAW_DATA_NEEDS_ENDSWAP, NULL, 0) == SF_FALSE;
}

/* The log of a header whose length does not fit the file's says what it should be. */
static bool is_cut_off(SNDFILE *file)
{
	char log[4096] = "";
	const char *data;

	sf_command(file, SFC_GET_LOG_INFO, log, sizeof(log));
	data = strstr(log, "data : ");
	return data && strstr(data, "should be") && strcspn(data, "\n") > strcspn(data, "(");
}

static int check(const char *path, const SF_INFO *info, unsigned int channels_most,
		 struct refusal *ret_refusal)
{
	if (info->channels < 1 || info->channels > (int)channels_most) {
		return refuse(ret_refusal,
			      "%.80s: %d channels: %s. Make a stereo file first, "
			      "for example: sox IN OUT remix 1 2",
			      path, info->channels,
			      channels_most > 2 ? "at most 5 are measured"
						: "an input takes 1 or 2");
	}
	if (info->samplerate < SOUND_RATE_MIN || info->samplerate > SOUND_RATE_MAX) {
		return refuse(ret_refusal, "%.80s: a rate of %d Hz: use a file of %d to %d Hz",
			      path, info->samplerate, SOUND_RATE_MIN, SOUND_RATE_MAX);
	}
	return 0;
}

static void set_up(struct sound_reader *reader, const SF_INFO *info)
{
	int subtype = info->format & SF_FORMAT_SUBMASK;
	bool unknown = info->frames <= 0 || info->frames == SF_COUNT_MAX;

	reader->ops = ops_best();
	reader->raw = is_plain(reader->file, info) && info->channels <= 2;
	reader->info = (struct sound_info){
		.rate_hz = info->samplerate,
		.channels = (unsigned int)info->channels,
		.frames = unknown && !info->seekable ? -1 : info->frames,
		.format = nearest_format(subtype),
		.lossy = is_lossy(subtype),
		.cut_off = is_cut_off(reader->file),
	};
	reader->stored = reader->raw ? reader->info.format
			 : format_bits(reader->info.format) != 0 && info->channels <= 2
				 ? FORMAT_S32
				 : FORMAT_F64;
	reader->frame_bytes = reader->info.channels * format_bytes(reader->stored);
}

int sound_reader_open(const char *path, unsigned int channels_most,
		      struct sound_reader **ret_reader, struct refusal *ret_refusal)
{
	bool standard_input = strcmp(path, "-") == 0;
	struct sound_reader *reader = calloc(1, sizeof(*reader));
	SF_INFO info = {0};
	int error;

	if (!reader) {
		return -ENOMEM;
	}
	if (!standard_input && access(path, R_OK) < 0) {
		error = -errno;
		refuse(ret_refusal, "%.120s: %s", path, strerror(errno));
		goto fail;
	}
	errno = 0;
	reader->file = standard_input ? sf_open_fd(STDIN_FILENO, SFM_READ, &info, SF_FALSE)
				      : sf_open(path, SFM_READ, &info);
	if (!reader->file && errno == ENOMEM) {
		error = -ENOMEM;
		refuse(ret_refusal, "%.120s: out of memory", path);
		goto fail;
	}
	if (!reader->file) {
		error = refuse(ret_refusal, "%.120s: not a sound file that can be read: %s", path,
			       sf_strerror(NULL));
		goto fail;
	}
	error = check(path, &info, channels_most, ret_refusal);
	if (error < 0) {
		goto fail;
	}
	set_up(reader, &info);
	*ret_reader = reader;
	return 0;
fail:
	sound_reader_close(reader);
	return error;
}

void sound_reader_close(struct sound_reader *reader)
{
	if (reader) {
		if (reader->file) {
			sf_close(reader->file);
		}
		free(reader);
	}
}

const struct sound_info *sound_reader_info(const struct sound_reader *reader)
{
	return &reader->info;
}

int sound_reader_fill(struct sound_reader *reader)
{
	sf_count_t most = BUFFER_BYTES / reader->frame_bytes;
	sf_count_t got;

	if (reader->raw) {
		got = sf_read_raw(reader->file, reader->buffer, most * reader->frame_bytes);
		got = got < 0 ? got : got / reader->frame_bytes;
	} else if (reader->stored == FORMAT_S32) {
		got = sf_readf_int(reader->file, (int *)(void *)reader->buffer, most);
	} else {
		got = sf_readf_double(reader->file, (double *)(void *)reader->buffer, most);
	}
	if (got < 0 || (got == 0 && sf_error(reader->file) != SF_ERR_NO_ERROR)) {
		return -EIO;
	}
	reader->read_frames += got;
	if (got == 0 && reader->info.frames > reader->read_frames) {
		reader->info.cut_off = true;
	}
	return (int)got;
}

/* More than two channels are stored as doubles. */
static void take_many(const struct sound_reader *reader, unsigned int at, double *const *to,
		      unsigned int frames)
{
	unsigned int channels = reader->info.channels;
	const double *from = (const double *)(const void *)reader->buffer + (size_t)at * channels;

	for (unsigned int c = 0; c < channels; c++) {
		for (unsigned int i = 0; i < frames; i++) {
			to[c][i] = from[i * channels + c];
		}
	}
}

void sound_reader_take(const struct sound_reader *reader, unsigned int at, double *const *to,
		       unsigned int frames)
{
	if (reader->info.channels > 2) {
		take_many(reader, at, to, frames);
		return;
	}
	reader->ops->unpack[reader->stored](to, reader->buffer + at * reader->frame_bytes,
					    reader->info.channels, frames);
	if (reader->info.channels == 1) {
		memcpy(to[1], to[0], frames * sizeof(*to[0]));
	}
}
