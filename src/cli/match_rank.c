/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * wiregain match without a headphone: all of them, ranked for an amplifier.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amplifier.h"
#include "match_inside.h"

/* A headphone on the amplifier. */
struct place {
	char name[LOAD_NAME_BYTES];
	struct load load;
	double full_scale_spl_db, headroom_db;
	double level_db; /* for 110 dB SPL */
	struct load_point at_110_db;
};

struct rank {
	struct place *places;
	size_t count, room;
};

static int add(struct rank *rank, const struct match *match)
{
	struct load_point most;
	struct place *place;

	if (rank->count == rank->room) {
		size_t room = rank->room > 0 ? 2 * rank->room : 128;
		struct place *places = reallocarray(rank->places, room, sizeof(*places));

		if (!places) {
			return -ENOMEM;
		}
		rank->places = places;
		rank->room = room;
	}
	place = &rank->places[rank->count++];
	memcpy(place->name, match->headphone.name, sizeof(place->name));
	place->load = match_load(match);
	load_at(&place->load, 0, &most);
	place->full_scale_spl_db = most.spl_db;
	place->headroom_db = most.spl_db - LOAD_PEAK_SPL_DB;
	place->level_db = match_level_for(&place->load, LOAD_PEAK_SPL_DB, &place->at_110_db);
	return 0;
}

static int by_headroom(const void *a, const void *b)
{
	const struct place *one = a, *other = b;

	if (one->headroom_db != other->headroom_db) {
		return one->headroom_db < other->headroom_db ? 1 : -1;
	}
	return strcmp(one->name, other->name);
}

static void print_table(const struct match *match, const struct rank *rank)
{
	printf("Headphones on %s: full scale, and what 110 dB SPL take\n\n", match->amplifier.name);
	printf("%-30s %6s %14s %9s %7s %7s\n", "", "ohm", "dB SPL", "headroom", "V", "mA");
	for (size_t i = 0; i < rank->count; i++) {
		const struct place *place = &rank->places[i];

		printf("%-30.30s %6.1f %8.1f +-%-3.0f %+9.1f %7.3f %7.1f%s\n", place->name,
		       place->load.ohm, place->full_scale_spl_db, place->load.uncertainty_db,
		       place->headroom_db, place->at_110_db.volts, place->at_110_db.amperes * 1000,
		       place->headroom_db < 0 ? "  not reached" : "");
	}
	printf("\n+-3: the sensitivity was measured; +-8: the maker's data sheet alone is known.\n"
	       "Amplifiers (--amplifier):");
}

static void print_amplifiers(const struct load_tables *tables)
{
	struct load_cursor cursor = {0};
	struct load_amplifier amplifier;

	while (load_next_amplifier(tables, &cursor, &amplifier)) {
		printf("\n  %s", amplifier.name);
	}
	printf("\n");
}

static json_t *describe(const struct place *place)
{
	return json_pack("{s:s, s:f, s:f, s:f, s:f, s:s, s:{s:f, s:f, s:f, s:f, s:b}}", "headphone",
			 place->name, "impedance_ohm", place->load.ohm, "full_scale_spl_db",
			 place->full_scale_spl_db, "uncertainty_db", place->load.uncertainty_db,
			 "headroom_db", place->headroom_db, "sensitivity_from",
			 place->load.source == LOAD_MEASURED ? "measured" : "published",
			 "at_110_db", "level_db", place->level_db, "volts", place->at_110_db.volts,
			 "amperes", place->at_110_db.amperes, "watts", place->at_110_db.watts,
			 "clipped", place->at_110_db.clipped);
}

static void print_rank_json(const struct match *match, const struct rank *rank)
{
	json_t *list = json_array();
	json_t *all;

	for (size_t i = 0; i < rank->count; i++) {
		json_array_append_new(list, describe(&rank->places[i]));
	}
	all = json_pack("{s:s, s:o}", "amplifier", match->amplifier.name, "headphones", list);
	print_json(all);
	json_decref(all);
}

int match_print_rank(const struct match *match)
{
	struct match each = *match;
	struct rank rank = {.count = 0};
	struct load_cursor cursor = {0};
	int error = 0;

	while (error == 0 && load_next_headphone(match->tables, &cursor, &each.headphone)) {
		error = add(&rank, &each);
	}
	if (error == 0 && rank.count > 0) {
		qsort(rank.places, rank.count, sizeof(rank.places[0]), by_headroom);
	}
	if (error == 0 && match->json) {
		print_rank_json(match, &rank);
	} else if (error == 0) {
		print_table(match, &rank);
		print_amplifiers(match->tables);
	}
	free(rank.places);
	return error;
}
