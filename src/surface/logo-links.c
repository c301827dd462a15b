/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What an SVG draws through links.
 */
#include "logo-links.h"

#include <string.h>
#include <strings.h>

#define LINK_BYTES 256 /* what following a link costs at least, as if it were text */

static void add(struct logo_links *links, const char *text, size_t length, bool of_style)
{
	struct logo_link *link = &links->links[links->link_count];

	/* In a browser such a name reads otherwise than it is written. */
	links->unclear = links->unclear || memchr(text, '%', length) || memchr(text, '&', length);
	if (links->link_count == LOGO_LINKS) {
		links->too_many = true;
		return;
	}
	*link = (struct logo_link){.to = {text, length}, .at = text, .of_style = of_style};
	links->link_count++;
}

/* How long the name is that begins there. */
static size_t name_length(const char *text, const char *end)
{
	const char *at = text;

	while (at < end && !strchr(" \t\r\n\"')", *at)) {
		at++;
	}
	return (size_t)(at - text);
}

void logo_links_add(struct logo_links *links, const char *value, size_t length)
{
	if (length > 0 && value[0] == '#') {
		add(links, value + 1, name_length(value + 1, value + length), false);
	}
}

void logo_links_add_urls(struct logo_links *links, const char *text, size_t length, bool of_style)
{
	const char *end = text + length;

	for (const char *at = text; at + 4 <= end; at++) {
		if (strncasecmp(at, "url(", 4) != 0) {
			continue;
		}
		for (at += 4; at < end && strchr(" \t\r\n\"'#", *at); at++) {
		}
		add(links, at, name_length(at, end), of_style);
	}
}

int logo_links_name(struct logo_links *links, const char *value, size_t length, const char *begin,
		    bool is_gradient)
{
	links->unclear = links->unclear || memchr(value, '&', length);
	if (links->anchor_count == LOGO_ANCHORS) {
		links->too_many = true;
		return -1;
	}
	links->anchors[links->anchor_count] = (struct logo_anchor){
		.name = {value, length},
		.begin = begin,
		.end = begin,
		.is_gradient = is_gradient,
	};
	return (int)links->anchor_count++;
}

void logo_links_end(struct logo_links *links, int anchor, const char *end)
{
	if (anchor >= 0) {
		links->anchors[anchor].end = end;
	}
}

/* The first of that name, as in a browser; NULL: there is none. */
static struct logo_anchor *find(struct logo_links *links, const struct logo_name *name)
{
	for (size_t i = 0; i < links->anchor_count; i++) {
		struct logo_anchor *anchor = &links->anchors[i];

		if (anchor->name.length == name->length &&
		    memcmp(anchor->name.text, name->text, name->length) == 0) {
			return anchor;
		}
	}
	return NULL;
}

/* A link that comes back to what is being followed draws nothing. */
static bool follow(struct logo_links *links, const char *begin, const char *end, int depth,
		   size_t *left)
{
	for (size_t i = 0; i < links->link_count; i++) {
		const struct logo_link *link = &links->links[i];
		struct logo_anchor *to;
		size_t cost;
		bool fits;

		if (!link->of_style && (link->at < begin || link->at >= end)) {
			continue;
		}
		to = find(links, &link->to);
		if (!to || to->is_gradient || to->is_open) {
			continue;
		}
		cost = (size_t)(to->end - to->begin) + LINK_BYTES;
		if (cost > *left || depth == LOGO_NESTING) {
			return false;
		}
		*left -= cost;
		to->is_open = true;
		fits = follow(links, to->begin, to->end, depth + 1, left);
		to->is_open = false;
		if (!fits) {
			return false;
		}
	}
	return true;
}

bool logo_links_are_bounded(struct logo_links *links, const char *begin, const char *end,
			    size_t most)
{
	size_t left = most;

	return !links->too_many && follow(links, begin, end, 0, &left);
}
