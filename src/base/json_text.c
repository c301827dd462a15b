/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * JSON from and to text. Main thread.
 *
 * When jansson (2.14) has no memory for a character of a string, it drops it and goes on, or ends
 * the program, or reads past the end of its buffer, which lacks the closing quote. So before it
 * parses some memory is put aside, from which it is served once there is no other; then its input
 * ends with the next character.
 */
#include "json_text.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_BYTES_MAX (16 << 20)

static _Thread_local struct {
	char *first, *next, *end; /* what is put aside; NULL: nothing */
	bool missed, ever_missed;
} memory;

/* Of a size that keeps every block aligned. */
static void *take_from_reserve(size_t size)
{
	void *block = memory.next;

	size = (size + 15) & ~(size_t)15;
	if (!block || size > (size_t)(memory.end - memory.next)) {
		return NULL;
	}
	memory.next += size;
	return block;
}

static void *json_allocate(size_t size)
{
	void *block = malloc(size);

	memory.missed = memory.missed || !block;
	memory.ever_missed = memory.ever_missed || !block;
	return block ? block : take_from_reserve(size);
}

static void json_release(void *block)
{
	uintptr_t at = (uintptr_t)block;

	if (!memory.first || at < (uintptr_t)memory.first || at >= (uintptr_t)memory.end) {
		free(block);
	}
}

void json_text_watch(void)
{
	json_set_alloc_funcs(json_allocate, json_release);
	memory.missed = false;
}

bool json_text_missed_memory(void)
{
	return memory.missed;
}

bool json_text_ever_missed_memory(void)
{
	return memory.ever_missed;
}

struct source {
	const char *at, *end;
};

static size_t read_byte(void *buffer, size_t size, void *data)
{
	struct source *source = data;

	if (memory.missed || source->at == source->end) {
		return 0;
	}
	*(char *)buffer = *source->at++;
	return 1;
}

int json_text_parse(const char *text, size_t length, size_t flags, json_t **ret_json,
		    json_error_t *ret_syntax)
{
	struct source source = {text, text + length};
	size_t size = 4 * length + 4096;
	json_t *json;

	memory.first = malloc(size);
	if (!memory.first) {
		return -ENOMEM;
	}
	memory.next = memory.first;
	memory.end = memory.first + size;
	json_text_watch();
	json = json_load_callback(read_byte, &source, flags, ret_syntax);
	if (memory.missed) {
		json_decref(json);
		json = NULL;
	}
	free(memory.first);
	memory.first = memory.next = memory.end = NULL;
	if (memory.missed) {
		return -ENOMEM;
	}
	if (!json) {
		return -EINVAL;
	}
	*ret_json = json;
	return 0;
}

/* Reads on to the end. 0 and the text, to be freed; or a negative errno. */
static int read_stream(FILE *stream, char **ret_text, size_t *ret_length)
{
	size_t size = 4096, length = 0;
	char *text = malloc(size);

	while (text && !feof(stream) && !ferror(stream) && length < FILE_BYTES_MAX) {
		char *more = length < size ? text : realloc(text, size *= 2);

		if (!more) {
			free(text);
		}
		text = more;
		length += text ? fread(text + length, 1, size - length, stream) : 0;
	}
	if (!text || ferror(stream) || !feof(stream)) {
		free(text);
		return !text ? -ENOMEM : ferror(stream) ? -EIO : -EFBIG;
	}
	*ret_text = text;
	*ret_length = length;
	return 0;
}

int json_text_parse_stream(FILE *stream, size_t flags, json_t **ret_json, json_error_t *ret_syntax)
{
	size_t length;
	char *text;
	int error = read_stream(stream, &text, &length);

	if (error == 0) {
		error = json_text_parse(text, length, flags, ret_json, ret_syntax);
		free(text);
	}
	return error;
}

void json_text_append(json_t **list, json_t *item)
{
	if (!*list) {
		json_decref(item);
	} else if (json_array_append_new(*list, item) < 0) {
		json_decref(*list);
		*list = NULL;
	}
}

/* Into memory of the right size: there json_dumpb() allocates nothing that it does not check. */
char *json_text_write(const json_t *json, size_t flags)
{
	size_t size = json_dumpb(json, NULL, 0, flags);
	char *text = size > 0 ? malloc(size + 1) : NULL;

	if (text && json_dumpb(json, text, size, flags) != size) {
		free(text);
		return NULL;
	}
	if (text) {
		text[size] = '\0';
	}
	return text;
}
