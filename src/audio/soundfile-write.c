/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Writing sound files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <sndfile.h>

#include "file.h"
#include "soundfile.h"

#define FRAME_BYTES_MAX 16

struct sound_writer {
	SNDFILE *file;
	const struct ops *ops;
	struct file_beside beside; /* not for standard output */
	bool standard_output;      /* no libsndfile: it writes no WAV that cannot be rewound */
	enum sample_format format;
	bool raw; /* the buffer's bytes are the file's */
	unsigned int channels;
	unsigned int frames; /* in the buffer */
	int32_t *words;      /* where libsndfile wants whole integers */
	unsigned char *buffer;
};

/* Names by which people call kinds that libsndfile lists under another. */
static const struct {
	const char *extension;
	int major;
} aliases[] = {
	{"wave", SF_FORMAT_WAV},  {"aif", SF_FORMAT_AIFF}, {"oga", SF_FORMAT_OGG},
	{"ogg", SF_FORMAT_OGG},   {"snd", SF_FORMAT_AU},   {"opus", SF_FORMAT_OGG},
	{"rf64", SF_FORMAT_RF64}, {"bwf", SF_FORMAT_WAV},  {"mp3", SF_FORMAT_MPEG},
};

static const int subtypes[FORMATS] = {
	[FORMAT_S16] = SF_FORMAT_PCM_16, [FORMAT_S24] = SF_FORMAT_PCM_24,
	[FORMAT_S32] = SF_FORMAT_PCM_32, [FORMAT_F32] = SF_FORMAT_FLOAT,
	[FORMAT_F64] = SF_FORMAT_DOUBLE,
};

static const char *const format_names[FORMATS] = {"s16", "s24", "s32", "f32", "f64"};

static const char *extension_of(const char *path)
{
	const char *name = strrchr(path, '/');
	const char *dot = strrchr(name ? name : path, '.');

	return dot ? dot + 1 : "";
}

/* The container by the end of a file's name; 0 when there is none of that name. */
static int find_major(const char *path)
{
	const char *extension = extension_of(path);
	int count = 0;

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcasecmp(extension, aliases[i].extension) == 0) {
			return aliases[i].major;
		}
	}
	sf_command(NULL, SFC_GET_FORMAT_MAJOR_COUNT, &count, sizeof(count));
	for (int i = 0; i < count; i++) {
		SF_FORMAT_INFO info = {.format = i};

		sf_command(NULL, SFC_GET_FORMAT_MAJOR, &info, sizeof(info));
		if (info.extension && strcasecmp(extension, info.extension) == 0) {
			return info.format;
		}
	}
	return 0;
}

static bool can_hold(SF_INFO *info, int major, int subtype)
{
	info->format = major | subtype;
	return sf_format_check(info);
}

/* Takes the lossy codec of a container that holds no plain samples. */
static bool choose_lossy(SF_INFO *info, int major, const char *path)
{
	bool opus = strcasecmp(extension_of(path), "opus") == 0;

	return (opus && can_hold(info, major, SF_FORMAT_OPUS)) ||
	       can_hold(info, major, SF_FORMAT_VORBIS) ||
	       can_hold(info, major, SF_FORMAT_MPEG_LAYER_III);
}

/* The nearest format that a container holds: the same, then wider, then narrower ones. */
static bool choose_free(SF_INFO *info, int major, enum sample_format wanted,
			enum sample_format *ret_format)
{
	static const enum sample_format order[FORMATS][FORMATS] = {
		[FORMAT_S16] = {FORMAT_S16, FORMAT_S24, FORMAT_S32, FORMAT_F32, FORMAT_F64},
		[FORMAT_S24] = {FORMAT_S24, FORMAT_S32, FORMAT_F32, FORMAT_F64, FORMAT_S16},
		[FORMAT_S32] = {FORMAT_S32, FORMAT_F64, FORMAT_S24, FORMAT_F32, FORMAT_S16},
		[FORMAT_F32] = {FORMAT_F32, FORMAT_F64, FORMAT_S32, FORMAT_S24, FORMAT_S16},
		[FORMAT_F64] = {FORMAT_F64, FORMAT_F32, FORMAT_S32, FORMAT_S24, FORMAT_S16},
	};

	for (int i = 0; i < FORMATS; i++) {
		if (can_hold(info, major, subtypes[order[wanted][i]])) {
			*ret_format = order[wanted][i];
			return true;
		}
	}
	return false;
}

static int choose_format(struct sound_writer *writer, const char *path,
			 const struct sound_target *target, SF_INFO *info,
			 struct refusal *ret_refusal)
{
	int major = writer->standard_output ? SF_FORMAT_WAV : find_major(path);

	if (major == 0) {
		return refuse(
			ret_refusal,
			"%.120s: no kind of sound file ends in \"%.16s\": use for example .wav, "
			".flac, .aiff, .w64 or .caf",
			path, extension_of(path));
	}
	if (major == SF_FORMAT_WAV && target->frames > 0 &&
	    target->frames * target->channels * format_bytes(target->format) > 0xffff0000) {
		major = SF_FORMAT_RF64; /* WAV's lengths have 32 bits */
	}
	info->samplerate = target->rate_hz;
	info->channels = (int)target->channels;
	writer->format = target->format;
	if (!target->format_free) {
		if (!can_hold(info, major, subtypes[target->format])) {
			return refuse(
				ret_refusal,
				"%.120s: .%.16s holds no %s at %d Hz: choose another --format or "
				"kind of file",
				path, extension_of(path), format_names[target->format],
				target->rate_hz);
		}
		return 0;
	}
	if (choose_free(info, major, target->format, &writer->format)) {
		return 0;
	}
	writer->format = FORMAT_F64;
	if (choose_lossy(info, major, path)) {
		return 0;
	}
	return refuse(
		ret_refusal,
		"%.120s: .%.16s cannot be written at %d Hz with %u channels: use for example .wav",
		path, extension_of(path), target->rate_hz, target->channels);
}

/* Plain samples whose bytes libsndfile would write as we do. */
static bool is_plain(SNDFILE *file, const SF_INFO *info, enum sample_format format)
{
	int major = info->format & SF_FORMAT_TYPEMASK;
	bool container = major == SF_FORMAT_WAV || major == SF_FORMAT_WAVEX ||
			 major == SF_FORMAT_W64 || major == SF_FORMAT_RF64;

	return container && (info->format & SF_FORMAT_SUBMASK) == subtypes[format] &&
	       sf_command(file, SFC_RAW_DATA_NEEDS_ENDSWAP, NULL, 0) == SF_FALSE;
}

static int write_all(int fd, const void *bytes, size_t count)
{
	const char *at = bytes;

	while (count > 0) {
		ssize_t written = write(fd, at, count);

		if (written < 0 && errno != EINTR) {
			return -errno;
		}
		at += written > 0 ? written : 0;
		count -= written > 0 ? (size_t)written : 0;
	}
	return 0;
}

static void put_le(unsigned char *to, uint32_t number, int bytes)
{
	for (int i = 0; i < bytes; i++) {
		to[i] = (unsigned char)(number >> 8 * i);
	}
}

/*
 * The header of a WAV stream. A length that is not known, or that 32 bits do not hold, is the
 * largest one: readers of pipes take it as "until the end".
 */
static int write_stream_header(const struct sound_writer *writer, const struct sound_target *target)
{
	unsigned char header[44] = "RIFF....WAVEfmt ";
	uint32_t frame_bytes = writer->channels * format_bytes(writer->format);
	uint64_t bytes = (uint64_t)(target->frames > 0 ? target->frames : 0) * frame_bytes;
	bool known = target->frames >= 0 && bytes < 0xffffff00;

	put_le(header + 4, known ? (uint32_t)bytes + 36 : 0xffffffff, 4);
	put_le(header + 16, 16, 4);
	put_le(header + 20, format_bits(writer->format) != 0 ? 1 : 3, 2); /* PCM, IEEE float */
	put_le(header + 22, writer->channels, 2);
	put_le(header + 24, (uint32_t)target->rate_hz, 4);
	put_le(header + 28, (uint32_t)target->rate_hz * frame_bytes, 4);
	put_le(header + 32, frame_bytes, 2);
	put_le(header + 34, 8 * format_bytes(writer->format), 2);
	memcpy(header + 36, "data", 4);
	put_le(header + 40, known ? (uint32_t)bytes : 0xffffffff, 4);
	return write_all(STDOUT_FILENO, header, sizeof(header));
}

static int open_stream(struct sound_writer *writer, const struct sound_target *target,
		       struct refusal *ret_refusal)
{
	int error;

	if (isatty(STDOUT_FILENO)) {
		return refuse(ret_refusal,
			      "-: standard output is a terminal: send it to a program or a file");
	}
	writer->raw = true;
	error = write_stream_header(writer, target);
	if (error < 0) {
		refuse(ret_refusal, "-: cannot be written: %s", strerror(-error));
	}
	return error;
}

static int open_file(struct sound_writer *writer, const char *path, SF_INFO *info,
		     struct refusal *ret_refusal)
{
	int error = file_beside_open(&writer->beside, path);

	if (error < 0) {
		refuse(ret_refusal, "%.120s: cannot be written: %s", path, strerror(-error));
		return error;
	}
	errno = 0;
	writer->file = sf_open_fd(writer->beside.fd, SFM_WRITE, info, SF_TRUE);
	if (!writer->file && errno == ENOMEM) {
		refuse(ret_refusal, "%.120s: out of memory", path);
		return -ENOMEM;
	}
	if (!writer->file) {
		return refuse(ret_refusal, "%.120s: cannot be written: %s", path,
			      sf_strerror(NULL));
	}
	/* A float file's peak chunk would not know of samples that pass as bytes, and holds a date.
	 */
	sf_command(writer->file, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
	writer->raw = is_plain(writer->file, info, writer->format);
	return 0;
}

int sound_writer_open(const char *path, const struct sound_target *target,
		      struct sound_writer **ret_writer, struct refusal *ret_refusal)
{
	struct sound_writer *writer = calloc(1, sizeof(*writer));
	SF_INFO info = {0};
	int error = -ENOMEM;

	if (!writer) {
		return error;
	}
	writer->standard_output = strcmp(path, "-") == 0;
	writer->channels = target->channels;
	writer->ops = ops_best();
	error = choose_format(writer, path, target, &info, ret_refusal);
	if (error == 0) {
		error = writer->standard_output ? open_stream(writer, target, ret_refusal)
						: open_file(writer, path, &info, ret_refusal);
	}
	if (error < 0) {
		goto fail;
	}
	writer->buffer = malloc(SOUND_WRITER_FRAMES * FRAME_BYTES_MAX);
	if (!writer->raw && format_bits(writer->format) != 0) {
		writer->words = malloc(SOUND_WRITER_FRAMES * 2 * sizeof(int32_t));
	}
	if (!writer->buffer ||
	    (!writer->raw && format_bits(writer->format) != 0 && !writer->words)) {
		error = -ENOMEM;
		goto fail;
	}
	*ret_writer = writer;
	return 0;
fail:
	sound_writer_abandon(writer);
	return error;
}

enum sample_format sound_writer_format(const struct sound_writer *writer)
{
	return writer->format;
}

void sound_writer_put(struct sound_writer *writer, const double *const from[2], unsigned int frames,
		      struct dither *dither)
{
	size_t at = (size_t)writer->frames * writer->channels * format_bytes(writer->format);

	writer->ops->pack[writer->format](writer->buffer + at, from, writer->channels, frames,
					  dither);
	writer->frames += frames;
}

/* Integers of 16 or 24 bits as the high bits of words. */
static void widen(struct sound_writer *writer)
{
	size_t count = (size_t)writer->frames * writer->channels;
	const unsigned char *b = writer->buffer;

	switch (writer->format) {
	case FORMAT_S16:
		for (size_t i = 0; i < count; i++, b += 2) {
			writer->words[i] = (int32_t)((uint32_t)b[1] << 24 | (uint32_t)b[0] << 16);
		}
		break;
	case FORMAT_S24:
		for (size_t i = 0; i < count; i++, b += 3) {
			writer->words[i] = (int32_t)((uint32_t)b[2] << 24 | (uint32_t)b[1] << 16 |
						     (uint32_t)b[0] << 8);
		}
		break;
	default:
		memcpy(writer->words, b, count * sizeof(int32_t));
		break;
	}
}

int sound_writer_flush(struct sound_writer *writer)
{
	sf_count_t frames = writer->frames;
	sf_count_t frame_bytes = (sf_count_t)writer->channels * format_bytes(writer->format);
	sf_count_t written;

	errno = 0;
	if (writer->standard_output) {
		int error =
			write_all(STDOUT_FILENO, writer->buffer, (size_t)(frames * frame_bytes));

		writer->frames = 0;
		return error;
	}
	if (writer->raw) {
		written = sf_write_raw(writer->file, writer->buffer, frames * frame_bytes);
		written /= frame_bytes;
	} else if (writer->words) {
		widen(writer);
		written = sf_writef_int(writer->file, writer->words, frames);
	} else if (writer->format == FORMAT_F32) {
		written = sf_writef_float(writer->file, (const float *)(void *)writer->buffer,
					  frames);
	} else {
		written = sf_writef_double(writer->file, (const double *)(void *)writer->buffer,
					   frames);
	}
	writer->frames = 0;
	if (written != frames) {
		return errno != 0 ? -errno : -EIO;
	}
	return 0;
}

static int close_file(struct sound_writer *writer)
{
	int error = 0;

	if (writer->file) {
		errno = 0;
		error = sf_close(writer->file) != 0 ? (errno != 0 ? -errno : -EIO) : 0;
		writer->file = NULL;
	}
	return error;
}

static void destroy(struct sound_writer *writer)
{
	free(writer->buffer);
	free(writer->words);
	free(writer);
}

int sound_writer_commit(struct sound_writer *writer)
{
	int error = sound_writer_flush(writer);
	int close_error = close_file(writer);

	error = error < 0 ? error : close_error;
	if (!writer->standard_output) {
		if (error < 0) {
			file_beside_abandon(&writer->beside);
		} else {
			error = file_beside_commit(&writer->beside, false);
		}
	}
	destroy(writer);
	return error;
}

void sound_writer_abandon(struct sound_writer *writer)
{
	if (!writer) {
		return;
	}
	close_file(writer);
	if (writer->beside.temporary) {
		file_beside_abandon(&writer->beside);
	}
	destroy(writer);
}
