/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What may be a logo. The reader of SVG knows just enough of XML to see every element and every
 * attribute; a file that it cannot follow is refused.
 */
#include "logo.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "logo-links.h"

#define NAME_BYTES   64
#define DEPTH_MAX    256
#define PNG_SIDE_MAX 4096
#define DRAWN_BYTES  4194304 /* of text, what is drawn again through links among it */

/* An element that begins. */
struct element {
	const char *begin;
	char name[NAME_BYTES];
	int anchor; /* in the links; -1: it has no name */
};

/* The text that is still to be read; it ends with a zero of our own or at `end`. */
struct reader {
	const char *at, *end;
	struct refusal *refusal;
	bool has_root;
	int depth;
	struct logo_links *links;
	int anchors[DEPTH_MAX]; /* of the elements that are open; -1: it has no name */
};

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* Follows the chunks from the header to the end, of which nothing may be left over. */
static bool is_png(const unsigned char *bytes, size_t size)
{
	static const unsigned char signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	size_t at = sizeof(signature);

	if (size < 33 || memcmp(bytes, signature, sizeof(signature)) != 0 ||
	    memcmp(bytes + 12, "IHDR", 4) != 0 || big_endian(bytes + 16) - 1 >= PNG_SIDE_MAX ||
	    big_endian(bytes + 20) - 1 >= PNG_SIDE_MAX) {
		return false;
	}
	while (size - at >= 12) {
		size_t length = big_endian(bytes + at);

		if (length > size - at - 12) {
			return false;
		}
		if (memcmp(bytes + at + 4, "IEND", 4) == 0) {
			return length == 0 && size - at == 12;
		}
		at += 12 + length;
	}
	return false;
}

static bool begins(const struct reader *reader, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(reader->end - reader->at) >= length &&
	       strncasecmp(reader->at, text, length) == 0;
}

/* Goes behind `text`. False when it does not come any more. */
static bool skip_behind(struct reader *reader, const char *text)
{
	const char *found =
		memmem(reader->at, (size_t)(reader->end - reader->at), text, strlen(text));

	if (!found) {
		refuse_saying(reader->refusal, SAYING_LOGO_UNCLEAR, NULL);
		return false;
	}
	reader->at = found + strlen(text);
	return true;
}

static void skip_space(struct reader *reader)
{
	while (reader->at < reader->end && isspace((unsigned char)*reader->at)) {
		reader->at++;
	}
}

/* A name without its prefix, in lower case. */
static bool read_name(struct reader *reader, char *ret_name)
{
	size_t length = 0;

	while (reader->at < reader->end &&
	       (isalnum((unsigned char)*reader->at) || strchr("-_.:", *reader->at) != NULL)) {
		if (*reader->at == ':') {
			length = 0;
		} else if (length < NAME_BYTES - 1) {
			ret_name[length++] = (char)tolower((unsigned char)*reader->at);
		}
		reader->at++;
	}
	ret_name[length] = '\0';
	if (length == 0) {
		refuse_saying(reader->refusal, SAYING_LOGO_UNCLEAR, NULL);
	}
	return length > 0;
}

/* Elements that only draw, or describe. */
static bool is_harmless_element(const char *name)
{
	static const char *const names[] = {
		"svg",          "g",           "defs",           "symbol",         "use",
		"path",         "rect",        "circle",         "ellipse",        "line",
		"polyline",     "polygon",     "text",           "tspan",          "textpath",
		"title",        "desc",        "metadata",       "lineargradient", "radialgradient",
		"stop",         "clippath",    "mask",           "pattern",        "marker",
		"image",        "filter",      "fegaussianblur", "feoffset",       "feblend",
		"feflood",      "fecomposite", "femerge",        "femergenode",    "fecolormatrix",
		"fedropshadow", "switch",      "style",          "namedview",      "rdf",
		"work",         "format",      "type",           "page",           "grid",
		"perspective",  "path-effect", "creator",        "agent",          "date",
		"rights",       "publisher",   "license",        "permits",        "requires",
		"cc",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool contains(const char *text, size_t length, const char *what)
{
	size_t size = strlen(what);

	for (size_t i = 0; i + size <= length; i++) {
		if (strncasecmp(text + i, what, size) == 0) {
			return true;
		}
	}
	return false;
}

/* Style text: nothing escaped or fetched; url(#name) is of the file itself. */
static bool is_harmless_style(const char *text, size_t length)
{
	if (memchr(text, '\\', length) || contains(text, length, "expression") ||
	    contains(text, length, "image-set") || contains(text, length, "&#") ||
	    contains(text, length, "-moz-binding")) {
		return false;
	}
	for (size_t i = 0; i + 4 <= length; i++) {
		if (strncasecmp(text + i, "url(", 4) == 0) {
			size_t at = i + 4;

			while (at < length && strchr(" \t\r\n\"'", text[at])) {
				at++;
			}
			if (at == length || text[at] != '#') {
				return false;
			}
		}
	}
	return true;
}

static bool is_harmless_link(const char *value, size_t length)
{
	return length == 0 || value[0] == '#' ||
	       (length > 15 && (strncmp(value, "data:image/png;", 15) == 0 ||
				strncmp(value, "data:image/jpeg", 15) == 0));
}

/* With a prefix it is of another vocabulary, and does nothing: links apart, whatever the prefix. */
static bool is_harmless_attribute(const char *name, bool prefixed, const char *value, size_t length)
{
	if (strcmp(name, "href") == 0 || strcmp(name, "src") == 0) {
		return is_harmless_link(value, length);
	}
	if (strcmp(name, "base") == 0) {
		return false;
	}
	return prefixed || (strncmp(name, "on", 2) != 0 && is_harmless_style(value, length) &&
			    (strcmp(name, "style") != 0 || !memchr(value, '@', length)));
}

static bool check_attribute(struct reader *reader, const char *name, bool prefixed,
			    const char *value, size_t length)
{
	if (!is_harmless_attribute(name, prefixed, value, length)) {
		refuse_saying(reader->refusal, SAYING_LOGO_UNSAFE, name, NULL);
		return false;
	}
	return true;
}

static bool is_gradient(const char *element)
{
	return strcmp(element, "lineargradient") == 0 || strcmp(element, "radialgradient") == 0;
}

/* What of an attribute refers to something, or can be referred to. */
static void note_attribute(struct reader *reader, const char *name, const char *value,
			   size_t length, struct element *element)
{
	if (strcmp(name, "id") == 0) {
		element->anchor = logo_links_name(reader->links, value, length, element->begin,
						  is_gradient(element->name));
	} else if (strcmp(name, "href") == 0 || strcmp(name, "src") == 0) {
		logo_links_add(reader->links, value, length);
	} else {
		logo_links_add_urls(reader->links, value, length, false);
	}
}

static bool read_attribute(struct reader *reader, struct element *element)
{
	const char *start = reader->at;
	char name[NAME_BYTES];
	const char *value;
	bool prefixed;
	char quote;

	if (!read_name(reader, name)) {
		return false;
	}
	/* A declaration of a namespace is a name too, fetched by nobody. */
	prefixed = memchr(start, ':', (size_t)(reader->at - start)) || strcmp(name, "xmlns") == 0;
	if (reader->at - start > 6 && memcmp(start, "xmlns:", 6) == 0) {
		name[0] = '\0';
	}
	skip_space(reader);
	if (reader->at == reader->end || *reader->at != '=') {
		refuse_saying(reader->refusal, SAYING_LOGO_UNCLEAR, NULL);
		return false;
	}
	reader->at++;
	skip_space(reader);
	quote = reader->at < reader->end ? *reader->at : '\0';
	if (quote != '"' && quote != '\'') {
		refuse_saying(reader->refusal, SAYING_LOGO_UNCLEAR, NULL);
		return false;
	}
	value = ++reader->at;
	if (!skip_behind(reader, quote == '"' ? "\"" : "'")) {
		return false;
	}
	note_attribute(reader, name, value, (size_t)(reader->at - 1 - value), element);
	return check_attribute(reader, name, prefixed, value, (size_t)(reader->at - 1 - value));
}

/* The text of a <style> up to its end. */
static bool read_style(struct reader *reader)
{
	const char *text = reader->at;

	if (!skip_behind(reader, "</")) {
		return false;
	}
	reader->at -= 2;
	if (memchr(text, '<', (size_t)(reader->at - text)) ||
	    memchr(text, '@', (size_t)(reader->at - text)) ||
	    !is_harmless_style(text, (size_t)(reader->at - text))) {
		refuse_saying(reader->refusal, SAYING_LOGO_UNSAFE, "style", NULL);
		return false;
	}
	logo_links_add_urls(reader->links, text, (size_t)(reader->at - text), true);
	return true;
}

static bool check_element(struct reader *reader, const char *name)
{
	if (!is_harmless_element(name)) {
		refuse_saying(reader->refusal, SAYING_LOGO_UNSAFE, name, NULL);
		return false;
	}
	if (reader->depth == 0 && (reader->has_root || strcmp(name, "svg") != 0)) {
		refuse_saying(reader->refusal, SAYING_LOGO_UNCLEAR, NULL);
		return false;
	}
	return true;
}

static bool read_start_tag(struct reader *reader)
{
	struct element element = {.begin = reader->at++, .anchor = -1};

	if (!read_name(reader, element.name) || !check_element(reader, element.name)) {
		return false;
	}
	reader->has_root = true;
	for (skip_space(reader); reader->at < reader->end; skip_space(reader)) {
		if (begins(reader, "/>")) {
			reader->at += 2;
			logo_links_end(reader->links, element.anchor, reader->at);
			return true;
		}
		if (*reader->at == '>') {
			reader->at++;
			reader->anchors[reader->depth++] = element.anchor;
			return reader->depth < DEPTH_MAX &&
			       (strcmp(element.name, "style") != 0 || read_style(reader));
		}
		if (!read_attribute(reader, &element)) {
			return false;
		}
	}
	refuse_saying(reader->refusal, SAYING_LOGO_UNCLEAR, NULL);
	return false;
}

static bool read_end_tag(struct reader *reader)
{
	if (reader->depth == 0 || !skip_behind(reader, ">")) {
		return false;
	}
	logo_links_end(reader->links, reader->anchors[--reader->depth], reader->at);
	return true;
}

/* Whatever begins with '<'. */
static bool read_markup(struct reader *reader)
{
	if (begins(reader, "<!--")) {
		return skip_behind(reader, "-->");
	}
	if (begins(reader, "<?xml ") && !reader->has_root) {
		return skip_behind(reader, "?>");
	}
	if (begins(reader, "<!DOCTYPE") && !reader->has_root) {
		const char *start = reader->at;

		/* Entities are declared between brackets; without them it is only a name. */
		return skip_behind(reader, ">") &&
		       (!memchr(start, '[', (size_t)(reader->at - start)) ||
			refuse_saying(reader->refusal, SAYING_LOGO_UNSAFE, "DOCTYPE [ ]", NULL) ==
				0);
	}
	if (begins(reader, "</")) {
		return read_end_tag(reader);
	}
	if (begins(reader, "<!") || begins(reader, "<?")) {
		refuse_saying(reader->refusal, SAYING_LOGO_UNSAFE, "<! or <?", NULL);
		return false;
	}
	return read_start_tag(reader);
}

/* Follows it to its end. */
static bool read_all(struct reader *reader)
{
	if (begins(reader, "\xef\xbb\xbf")) {
		reader->at += 3;
	}
	for (;;) {
		const char *next = memchr(reader->at, '<', (size_t)(reader->end - reader->at));

		if (!next) {
			return reader->has_root && reader->depth == 0;
		}
		reader->at = next;
		if (!read_markup(reader)) {
			return false;
		}
	}
}

static bool check_links(struct reader *reader, const char *text, size_t size)
{
	if (reader->links->unclear) {
		refuse_saying(reader->refusal, SAYING_LOGO_UNCLEAR, NULL);
		return false;
	}
	if (!logo_links_are_bounded(reader->links, text, text + size, DRAWN_BYTES)) {
		refuse_saying(reader->refusal, SAYING_LOGO_COSTLY, NULL);
		return false;
	}
	return true;
}

static bool is_svg(const char *text, size_t size, struct refusal *ret_refusal)
{
	struct reader reader = {.at = text, .refusal = ret_refusal};
	char side[12];
	bool good;

	snprintf(side, sizeof(side), "%d", PNG_SIDE_MAX);
	refuse_saying(ret_refusal, SAYING_LOGO_UNKNOWN, side, NULL);
	if (size == 0 || memchr(text, '\0', size)) {
		return false;
	}
	reader.end = text + size;
	reader.links = calloc(1, sizeof(*reader.links));
	good = reader.links && read_all(&reader) && check_links(&reader, text, size);
	free(reader.links);
	return good;
}

const char *logo_check(const unsigned char *bytes, size_t size, struct refusal *ret_refusal)
{
	if (is_png(bytes, size)) {
		return "image/png";
	}
	return is_svg((const char *)bytes, size, ret_refusal) ? "image/svg+xml" : NULL;
}
