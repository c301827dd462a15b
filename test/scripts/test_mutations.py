#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What scripts/mutate changes in a line, and what it leaves alone."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from mutations import apply_mutation, describe_mutation, list_mutations  # noqa: E402

SOURCE = """\
/* a + b */
#define TWICE(x) ((x) * 2)
static const char *text = "a < b"; // 1 < 2

static void run(struct thing *thing)
{
	assert(thing->count > 3);
	reset(thing,
	      1);
}

static int judge(const char *a, const char *b, double c)
{
	if (!a && c <= 2.5f && strcmp(a, b) == 0) {
		run(a);
	}
	return fmax(c, b[0]) - -0x1F;
}

static void fill(void)
{
	char name[20];

	free(name);
	if ((error = reset(name)) < 0) {
	name[2]++;
	}
}
"""


def changes(line):
    """The changed versions of a line."""
    found = list_mutations("src/store/x.c", SOURCE)
    return {describe_mutation(SOURCE, mutation)[1] for mutation in found if mutation.line == line}


class Mutations(unittest.TestCase):
    def test_comments_strings_macros_and_assertions_are_left_alone(self):
        for line in (1, 2, 3, 4, 7):
            self.assertEqual(changes(line), set(), line)

    def test_each_operator(self):
        head, tail = "if (", ") {"
        self.assertEqual(changes(14), {head + changed + tail for changed in (
            "a && c <= 2.5f && strcmp(a, b) == 0", "!a || c <= 2.5f && strcmp(a, b) == 0",
            "!a && c < 2.5f && strcmp(a, b) == 0", "!a && c > 2.5f && strcmp(a, b) == 0",
            "!a && c <= 3.5f && strcmp(a, b) == 0", "!a && c <= 1.5f && strcmp(a, b) == 0",
            "!a && c <= 2.5f || strcmp(a, b) == 0", "!a && c <= 2.5f && strcmp(a, b) != 0",
            "!a && c <= 2.5f && strcmp(a, b) == 1", "!a && c <= 2.5f && strcmp(a, b) == -1")})
        self.assertEqual(changes(17), {"return fmax(c, b[1]) - -0x1F;", "return fmax(c, b[-1]) - -0x1F;",
                                       "return fmax(c, b[0]) + -0x1F;", "return fmax(c, b[0]) - 0x1F;",
                                       "return fmax(c, b[0]) - -0x20;", "return fmax(c, b[0]) - -0x1e;"})

    def test_calls_and_early_returns(self):
        self.assertEqual(changes(15), {";"})
        self.assertEqual(changes(8), {";", "reset(1, thing);"})
        self.assertEqual(changes(6), {"{ return;"})
        self.assertEqual(changes(13), {"{ return 0;"})

    def test_what_makes_no_difference_is_left_out(self):
        self.assertEqual(changes(22), {"char name[19];"})
        self.assertEqual(changes(24), set())
        self.assertEqual(changes(25), {"if ((error = reset(name)) <= 0) {", "if ((error = reset(name)) >= 0) {",
                                       "if ((error = reset(name)) < 1) {"})
        self.assertEqual(changes(26), {"name[3]++;", "name[1]++;", "name[2]--;"})

    def test_lines_stay_where_they_are(self):
        for mutation in list_mutations("src/store/x.c", SOURCE):
            self.assertEqual(apply_mutation(SOURCE, mutation).count("\n"), SOURCE.count("\n"))


if __name__ == "__main__":
    unittest.main()
