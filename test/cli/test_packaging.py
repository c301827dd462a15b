#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The units for systemd start what there is, as it is called."""

import configparser
import pathlib
import sqlite3
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = {path.name: path for path in (ROOT / "packaging").glob("*.service")}


def read(path):
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    unit.optionxform = str
    unit.read_string(path.read_text().replace("\\\n", " "))
    return unit


class Packaging(harness.Place):
    def test_what_a_unit_wants_is_there(self):
        """And it is started, not only waited for."""
        for name, path in UNITS.items():
            unit = read(path)["Unit"]
            for other in unit.get("After", "").split():
                if other.startswith("wiregain"):
                    self.assertIn(other, UNITS, name)
                    self.assertIn(other, unit.get("Wants", "").split(), name)

    def test_the_amplifier_starts_as_its_unit_says(self):
        program, *words = read(UNITS["wiregain.service"])["Service"]["ExecStart"].split()
        self.assertEqual((program, words[0]), ("wiregain", "run"))
        self.start(*words[1:])
        self.assertEqual(self.good("get", "power"), "on\n")

    def test_the_kiosk_opens_the_panel_where_it_is(self):
        address = self.good("help", "run")
        self.assertIn("127.0.0.1:8730", address)
        self.assertIn(" http://127.0.0.1:8730/", read(UNITS["wiregain-kiosk.service"])["Service"]["ExecStart"])


class Documents(harness.Place):
    def test_the_store_is_described_as_it_is(self):
        self.start().stop()
        text = (ROOT / "docs/protocol.md").read_text().split("## The store")[1]
        text = " ".join(text.split())
        with sqlite3.connect(self.store) as database:
            schema, = database.execute("PRAGMA user_version").fetchone()
            self.assertIn(f"is the schema, {schema};", text)
            for name, in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' "
                                          "AND name NOT LIKE 'sqlite_%'").fetchall():
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
                self.assertIn(f"`{name}({', '.join(columns)})`", text)
        database.close()


if __name__ == "__main__":
    unittest.main()
