#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""wiregain bench --through device with real sound cards: in scripts/lab, whose clock no load disturbs, with a
loopback card and a cable with known faults. What is measured is what the cable does; what cannot be measured is
said, and never a figure instead. device_lab.sh has the cases."""

import json
import math
import pathlib
import re
import subprocess
import sys
import unittest

PROGRAM, CABLE = sys.argv.pop(1), sys.argv.pop(1)
TOP = pathlib.Path(__file__).resolve().parents[2]
MISSING = 77


class Case:
    """What one call in the lab came to."""

    def __init__(self, output, error, code):
        self.output, self.error, self.code = output, error, code

    def figures(self):
        return {figure["name"]: figure for figure in json.loads(self.output)["figures"]}

    def value(self, name):
        return self.figures()[name]["value"]

    def notes(self):
        return "\n".join(json.loads(self.output)["notes"])


def cases_of(text):
    cases = {}
    for name, output, error, code in re.findall(r"^case (\w+)\n(.*?)^error \1\n(.*?)^exit (\d+)\n", text, re.M | re.S):
        cases[name] = Case(output, error, int(code))
    return cases


class Lab(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        words = [TOP / "scripts/lab", "--program", PROGRAM, "--program", CABLE, TOP / "test/bench/device_lab.sh"]
        lab = subprocess.run(words + [cls.__name__.lower()], capture_output=True, text=True, timeout=1700)
        if lab.returncode == MISSING:
            print(lab.stderr, file=sys.stderr)
            sys.exit(MISSING)
        assert lab.returncode == 0, lab.stdout[-2000:] + lab.stderr
        cls.cases = cases_of(lab.stdout)

    def good(self, name):
        case = self.cases[name]
        self.assertEqual(case.code, 0, case.error)
        return case

    def refused(self, name, says):
        case = self.cases[name]
        self.assertEqual(case.code, 1, case.error)
        self.assertRegex(case.error, says)
        if case.output:
            self.assertEqual([n for n in case.figures() if not n.startswith("level.")], [], "a figure, though refused")


class Loop(Lab):
    """From the output to the input as it is."""

    def test_a_loop_in_32_bits_loses_nothing(self):
        case = self.good("clean")
        limits = json.loads((TOP / "docs/figures.json").read_text())["loopback"]
        figures = case.figures()
        for name, row in limits.items():
            figure = figures[name]
            value = -400 if figure["value"] is None else figure["value"]
            holds = value >= row["limit"] if figure["better"] == "higher" else value <= row["limit"]
            print(f"figure: loopback {name} {figure['text']}")
            self.assertTrue(holds, f"{name}: {figure['text']}, limit {row['limit']}")
        self.assertEqual(case.value("level.loop"), 0)
        self.assertNotIn("lost", case.notes())
        self.assertIn("Volts: not known", case.notes())

    def test_noise_of_16_bits(self):
        """TPDF dither of a step q makes q^2/4 in all of the band: closed form."""
        case = self.good("noise")
        self.assertEqual(json.loads(case.output)["server"], "ALSA: out at out16, in at in, S16_LE, 48000 Hz")
        wanted = 10 * math.log10(2 ** -30 / 4 / 0.5 * (20000 - 20) / 24000)
        figure = case.figures()["noise.idle"]
        print(f"figure: loopback noise.idle of 16 bits {figure['text']}")
        self.assertAlmostEqual(figure["value"], wanted, delta=0.15)
        self.assertAlmostEqual(figure["vrms"], 2 * 10 ** (figure["value"] / 20), delta=1e-9)
        self.assertAlmostEqual(case.value("level.full_scale_dbu"), 20 * math.log10(2 / math.sqrt(0.6)), delta=1e-9)
        self.assertIn("by --volts", case.notes())

    def test_a_pause_is_measured_again(self):
        case = self.good("stopped")
        clean = self.cases["clean"]
        self.assertRegex(case.notes(), r"something was lost \d+ times?; what was lost was measured again")
        for name in ("latency.skew", "latency.polarity", "jitter.peak"):
            self.assertEqual(case.figures()[name]["text"], clean.figures()[name]["text"])


class Faults(Lab):
    """What is asked wrongly, what a bad cable does, and calibration."""

    def test_lost_samples_are_said(self):
        case = self.good("drops")
        self.assertRegex(case.notes(), r"something was lost \d+ times?; what was lost was measured again")
        self.assertEqual(case.value("latency.polarity"), 1)

    def test_two_clocks(self):
        self.refused("clocks", "the clocks of output and input differ by (99|100|101) ppm: measure with one card")

    def test_wrong_cards(self):
        self.refused("mono", "mono: records 1 channel, and both sides are needed")
        self.refused("rate", "in48: records not at 44100 Hz but at 48000 Hz: give --rate")
        self.refused("formats", "out16 and in24 have no format in common")

    def test_wrong_cables(self):
        self.refused("swapped", "the sides come back exchanged")
        self.refused("left", "no signal comes back on the right")
        self.refused("muted", "no signal comes back")
        self.refused("unplugged", "no signal comes back")
        self.refused("hot", "the input clips: lower its level")
        case = self.cases["unplugged_later"]
        self.assertEqual(case.code, 1)
        self.assertRegex(case.error, "jitter: device: no signal comes back")
        self.assertNotIn("jitter.peak", case.figures())

    def test_calibration_that_cannot_be(self):
        for name, says in (("read_muted", "no signal comes back on the left.*nothing was kept"),
                           ("read_hot", "the input clips: turn its gain down.*nothing was kept"),
                           ("read_too_much", "full scale of the output would be 600 V rms.*nothing was kept")):
            case = self.cases[name]
            self.assertEqual((case.code, case.output), (1, ""), case.error)
            self.assertRegex(case.error, says)
            self.assertIn("at -6.0 dBFS" if name == "read_hot" else "at -20.0 dBFS", case.error)
        self.assertNotEqual(self.cases["nothing_kept"].code, 0)

    def test_calibration(self):
        """0.2 V of -20 dBFS are 2 V of full scale; 0.505 of it comes in, the other side's hundredth with it."""
        case = self.good("calibrated")
        told = json.loads(case.output)
        self.assertIn("1,5: is no voltage", case.error)
        self.assertIn("0 V: a reading is above 0", case.error)
        self.assertAlmostEqual(told["output_vrms"], 2.0, delta=1e-9)
        self.assertAlmostEqual(told["input_vrms"], 2 / 0.505, delta=1e-5)
        self.assertEqual(json.loads(self.cases["kept"].output)["calibrations"][0]["output_vrms"], told["output_vrms"])
        later = self.good("volts")
        self.assertAlmostEqual(later.value("level.full_scale"), 2.0, delta=1e-9)
        self.assertAlmostEqual(later.value("level.loop"), 20 * math.log10(0.505), delta=1e-5)
        self.assertRegex(later.notes(), r"full scale of the output is 2 V, \+8.2 dBu, of the input 3.96 V.*"
                                        r"by the calibration of 2026-01-01")

    def test_calibration_does_not_outlive_a_turned_knob(self):
        case = self.good("turned")
        self.assertIsNone(json.loads(case.output)["full_scale_vrms"])
        self.assertNotIn("level.full_scale", case.figures())
        self.assertIn("a knob was turned. Calibrate again", case.notes())


if __name__ == "__main__":
    unittest.main()
