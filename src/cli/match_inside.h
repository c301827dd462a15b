/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain match: what its files share.
 */
#ifndef WIREGAIN_MATCH_INSIDE_H
#define WIREGAIN_MATCH_INSIDE_H

#include <stdbool.h>

#include "load_table.h"

/* Who meets whom. */
struct match {
	const struct load_tables *tables;
	struct load_headphone headphone;
	struct load_amplifier amplifier;
	struct load_own own;
	enum load_connector connector;
	double level_db; /* NAN: no level is known; -INFINITY: muted */
	bool json;
};

extern const char *const match_connectors[LOAD_CONNECTORS];

/* The load of `match` with its headphone. */
struct load match_load(const struct match *match);

/* The level at which a sound pressure is reached, in dB, and what it takes there. */
double match_level_for(const struct load *load, double spl_db, struct load_point *ret_point);

void match_print_one(const struct match *match);
void match_print_one_json(const struct match *match);

/* Every headphone of the tables, most headroom first. 0 or -ENOMEM. */
int match_print_rank(const struct match *match);

#endif
