/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A place for a store of a test, and what tests do with stores there.
 */
#ifndef WIREGAIN_TEST_PLACE_OF_STORE_H
#define WIREGAIN_TEST_PLACE_OF_STORE_H

#include "store.h"

/* A folder of its own for each test, and in it the name of a store that is not there yet. */
struct place {
	char folder[64];
	char path[96];
};

int make_place(void **state);
int remove_place(void **state);

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

struct store *open_store(const struct place *place);
void wait_saved(struct store *store, uint64_t number);

/* A kept value, past the rules. */
void put(struct amp *amp, enum control_id id, int instance, int number);

void assert_same_settings(const struct amp *a, const struct amp *b);

/* Opens, loads and closes. */
void load(const struct place *place, struct amp *ret_amp);

void run_sql(const char *path, const char *sql);

/* The one number that it gives. */
long query(const char *path, const char *sql);

/* A store that holds a headphone level of -20.0 dB. */
void make_store(const struct place *place);

/* Root may write everywhere: the test becomes nobody for a while. */
void become_nobody(const struct place *place);

#endif
