#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""wiregain match: one headphone, all of them, the user's own tables, and what cannot be."""

import json
import math
import os
import unittest

import harness


class Match(harness.Place):
    def match(self, *words):
        return json.loads(self.good("match", *words, "--json"))

    def table(self, name, text):
        path = self.folder / "config/wiregain" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def test_one(self):
        found = self.match("hd650", "--level", "-40")
        self.assertEqual(found["headphone"], "Sennheiser HD 650")
        self.assertEqual(found["amplifier"], "Benchmark HPA4")
        self.assertAlmostEqual(found["full_scale"]["volts"], 12.05 * 320 / 323.68, 9)
        self.assertAlmostEqual(found["now"]["spl_db"],
                               104.8 + 20 * math.log10(12.05 * 320 / 320.6) - 40, 9)
        self.assertEqual(found["now"]["spl_uncertainty_db"], 3)
        self.assertAlmostEqual(found["at_110_db"]["volts"], 10 ** ((110 - 104.8) / 20), 9)
        self.assertAlmostEqual(found["headroom_db"], found["full_scale"]["spl_db"] - 110, 9)
        self.assertEqual(found["crosstalk_db"]["xlr4"], -133)

    def test_what_is_not_known_is_null(self):
        found = self.match("AKG K1000", "--amplifier", "generic 2 V")
        self.assertNotIn("now", found)
        self.assertEqual(found["uncertainty_db"], 8)
        for name in ("measured_db_per_v", "impedance_peak_ohm", "noise_spl_db", "most_watts"):
            self.assertIsNone(found[name], name)

    def test_text(self):
        for locale in ("C", "C.UTF-8"):
            self.environment["LC_ALL"] = locale
            text = self.good("match", "hd650", "--level", "-40")
            for part in ("dB SPL, +-3 ", " 86.4 ", "noise at the ear", "response error", "110 dB\n",
                         "through a TRS plug", "damping"):
                self.assertIn(part, text)
            self.assertEqual(text.isascii(), locale == "C")
            self.assertLessEqual(max(map(len, text.splitlines())), 88)

    def test_all_are_ranked(self):
        found = self.match("--amplifier", "rme-adi-2-dac-iem")
        headrooms = [each["headroom_db"] for each in found["headphones"]]
        self.assertEqual(len(headrooms), 122)
        self.assertEqual(headrooms, sorted(headrooms, reverse=True))
        self.assertTrue(all(each["uncertainty_db"] in (3, 8) for each in found["headphones"]))
        text = self.good("match")
        self.assertIn("+-8", text)
        self.assertIn("RME ADI-2 DAC, Extreme Power", text)

    def test_own_tables(self):
        self.table("headphones.tsv", "# mine\nMine\tOne\tdynamic\t32\t100\n"
                                     "Sennheiser\tHD 650\tdynamic\t300\t\t103\t300\n")
        self.table("amplifiers.tsv", "My amplifier\t3\t\t\t\t1\t\t\ttrs,xlr4\n")
        found = self.match("mine one", "--amplifier", "my amp", "--connector", "xlr4")
        self.assertAlmostEqual(found["full_scale"]["spl_db"],
                               100 + 20 * math.log10(3 * 32 / 33), 9)
        self.assertEqual(self.match("hd650")["sensitivity_db_per_v"], 103)
        self.assertEqual(len(self.match()["headphones"]), 123)

    def test_bad_tables(self):
        for text, said in (("A\tB\tdynamic\t0\t100\n", "line 1: nominal_ohm: 0 is out of range"),
                           ("#\nA\tB\tdynamic\t32\t300\n", "line 2: published_db_per_v: 300"),
                           ("A\tB\n", "line 1: has 2 columns"),
                           (b"\xff\xfe\0\0" * 50, "line 1"),
                           (os.urandom(5000) + b"\nA", "line "),
                           ("A\tB\tdynamic\t32\t100\n" * 20000, "has more than 256 kB")):
            path = self.table("headphones.tsv", text)
            said_by_it = self.bad(1, "match", "hd650")
            self.assertIn(str(path), said_by_it)
            self.assertIn(said, said_by_it)
        path.unlink()
        os.mkfifo(path)
        self.assertIn("is not a file", self.bad(1, "match", "hd650"))

    def test_asked_wrongly(self):
        for words, said in ((["hd 651"], "did you mean Sennheiser HD 6"),
                            (["utopia"], "Focal Utopia 2016, Focal Utopia 2022?"),
                            (["hd650", "susvara"], "name one headphone"),
                            (["hd650", "--amplifier", "hpa5"], "did you mean Benchmark HPA4?"),
                            (["hd650", "--connector", "usb"], "use trs or xlr4"),
                            (["hd650", "--amplifier", "iem", "--connector", "xlr4"], "has none"),
                            (["hd650", "--level", "99"], "use -200 to 15 dB"),
                            (["hd650", "--level", "loud"], "use -200 to 15 dB"),
                            ([""], "there is no headphone")):
            self.assertIn(said, self.bad(2, "match", *words))
        self.assertIn("no amplifier is running",
                      self.bad(1, "match", "hd650", "--socket", self.folder / "none.sock"))

    def test_the_running_amplifier(self):
        self.start("--set", "load.amplifier=generic 4 V", "--set", "headphone.level=-30",
                   "--set", "load.headphone=hd650")
        found = self.match("hd650")
        self.assertEqual(found["amplifier"], "Generic 4 V desktop")
        self.assertEqual(found["now"]["level_db"], -30)
        spl = json.loads(self.good("get", "load", "--json"))
        self.assertEqual(spl["load.headphone"], "Sennheiser HD 650")
        self.assertAlmostEqual(spl["load.spl"], found["now"]["spl_db"], delta=0.051)
        self.good("set", "headphone.mute=on")
        self.assertNotIn("now", self.match("hd650"))
        self.assertIn("did you mean", self.bad(2, "set", "load.headphone=hd651"))


    def test_run_takes_own_tables(self):
        self.table("headphones.tsv", "Mine\tOne\tdynamic\t32\t100\n")
        amplifier = self.start("--set", "load.headphone=mineone", "--set", "load.full_scale=1")
        self.assertEqual(json.loads(self.good("get", "load.spl_full_scale", "--json")),
                         {"load.spl_full_scale": 100})
        self.assertEqual(amplifier.stop(), 0)
        self.table("headphones.tsv", "Mine\tOne\tdynamic\t0\t100\n")
        amplifier = self.start()
        self.assertIn("headphones.tsv: line 1: nominal_ohm", amplifier.said())
        self.assertIn("load.headphone: there is no headphone Mine One", amplifier.said())
        self.assertEqual(self.good("get", "load.spl_full_scale"), "off\n")
        self.assertEqual(self.good("get", "load.headphone"), "Mine One\n")


if __name__ == "__main__":
    unittest.main()
