/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * What refers to what within an SVG, and how much is drawn when all of it is followed: a file of
 * a few lines, of which each draws the one before it ten times, keeps a browser busy for ever.
 */
#ifndef WIREGAIN_LOGO_LINKS_H
#define WIREGAIN_LOGO_LINKS_H

#include <stdbool.h>
#include <stddef.h>

#define LOGO_LINKS   512
#define LOGO_ANCHORS 8192
#define LOGO_NESTING 8 /* links behind links */

/* A name as it stands in the file. */
struct logo_name {
	const char *text;
	size_t length;
};

struct logo_link {
	struct logo_name to;
	const char *at;
	bool of_style; /* of a style sheet: any element may be meant */
};

/* An element with a name. */
struct logo_anchor {
	struct logo_name name;
	const char *begin, *end;
	bool is_gradient; /* colours, that draw nothing by themselves */
	bool is_open;     /* it is being followed */
};

struct logo_links {
	struct logo_link links[LOGO_LINKS];
	struct logo_anchor anchors[LOGO_ANCHORS];
	size_t link_count, anchor_count;
	bool too_many, unclear;
};

/* Notes a link as a whole value, "#name". */
void logo_links_add(struct logo_links *links, const char *value, size_t length);

/* Notes every "url(#name)" of an attribute, or of a style sheet. */
void logo_links_add_urls(struct logo_links *links, const char *text, size_t length, bool of_style);

/* Notes an element with a name. Returns its number, or -1; its end is to be told when it comes. */
int logo_links_name(struct logo_links *links, const char *value, size_t length, const char *begin,
		    bool is_gradient);
void logo_links_end(struct logo_links *links, int anchor, const char *end);

/*
 * Whether what is drawn from `begin` to `end`, with all that is drawn through links once more, is
 * no more than a file of `most` bytes without links draws.
 */
bool logo_links_are_bounded(struct logo_links *links, const char *begin, const char *end,
			    size_t most);

#endif
