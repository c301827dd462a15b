#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What the amplifier promises at its output, heard at the device."""

import unittest

import judge
import scene
from scene import LATE_LINK, Scene, known_flaw

MUTE_S = 0.06  # a fade of 50 ms and the time to begin it


class Start(Scene):
    def test_it_starts_no_louder_than_the_start_level(self):
        self.start_amplifier("headphone.level=10")
        self.play(into="XLR 1", peak_dbfs=-6)
        self.must_hear(level_dbfs=-36)
        self.must_stay_below(-36)

    @known_flaw(**LATE_LINK)
    def test_power_fades_in_from_silence(self):
        self.start_amplifier("headphone.level=-20")
        self.play(into="XLR 1", peak_dbfs=-6)
        self.must_hear(level_dbfs=-36)
        self.set("power=off")
        self.must_fall_silent(within_s=MUTE_S)
        self.set("power=on")
        self.must_hear(level_dbfs=-36)
        self.must_stay_below(-36)
        self.must_not_step()
        self.must_fade_in(at_least_s=0.1)


class Changes(Scene):
    def test_a_level_rises_by_what_was_asked(self):
        self.start_amplifier("headphone.level=-40")
        self.play(into="XLR 1", peak_dbfs=-6)
        self.must_hear(level_dbfs=-46)
        self.set("headphone.level=-30")
        self.must_rise(10)
        self.must_not_step()
        self.set("headphone.level=-29.5")
        self.must_rise(0.5, tolerance_db=0.1)
        self.must_not_step()
        self.set("headphone.limit=-35")
        self.must_hear(level_dbfs=-41)
        self.must_not_step()

    def test_mute_silences(self):
        self.start_amplifier("headphone.level=-30")
        self.play(into="XLR 1", peak_dbfs=-6)
        self.must_hear(level_dbfs=-36)
        self.set("headphone.mute=on")
        self.must_fall_silent(within_s=MUTE_S)
        self.must_not_step()
        self.set("headphone.mute=off")
        self.must_hear(level_dbfs=-36)
        self.must_stay_below(-36)
        self.must_not_step()

    def test_another_input_is_selected(self):
        self.start_amplifier("headphone.level=-30")
        self.play(into="XLR 1", peak_dbfs=-6)
        self.must_hear(level_dbfs=-36)
        self.set("input=2")
        self.must_fall_silent(within_s=MUTE_S)
        self.must_not_step()
        self.set("input=1")
        self.must_hear(level_dbfs=-36)
        self.must_stay_below(-36)
        self.must_not_step()


class Devices(Scene):
    @known_flaw(**LATE_LINK)
    def test_one_that_vanishes_and_returns_fades_in(self):
        self.start_amplifier("headphone.level=-40")
        self.play(into="XLR 1", peak_dbfs=-6)
        self.must_hear(level_dbfs=-46)
        self.unplug("DAC")
        self.plug("DAC")
        self.must_hear(level_dbfs=-46)
        self.must_stay_below(-46)
        self.must_fade_in(at_least_s=0.1)


class TwoDevices(Scene):
    devices = ("DAC", "loudspeakers")

    def test_sound_of_one_that_vanishes_falls_on_no_other(self):
        self.start_amplifier("headphone.level=-40", f"device.line={scene.NODES['loudspeakers']}",
                             "line.level=-50")
        self.play(into="XLR 1", peak_dbfs=-6)
        self.must_hear(level_dbfs=-46)
        self.must_hear(level_dbfs=-56, at="loudspeakers")
        self.unplug("DAC")
        self.must_not_rise(for_s=1.5, at="loudspeakers")
        self.plug("DAC")
        self.must_hear(level_dbfs=-46)
        self.must_not_rise(at="loudspeakers")
        self.must_hear(level_dbfs=-56, at="loudspeakers")


class Players(Scene):
    """Those that a desktop has, each by its own way in."""

    def play_with(self, player):
        self.start_amplifier("headphone.level=-30")
        self.play(into="XLR 1", peak_dbfs=-6, player=player)
        self.must_hear(level_dbfs=-36)
        self.must_stay_below(-36)
        self.set("headphone.mute=on")
        self.must_fall_silent(within_s=MUTE_S)
        self.set("headphone.mute=off")
        self.must_hear(level_dbfs=-36)
        self.must_stay_below(-36)

    def test_pw_cat(self):
        self.play_with("pw-cat")

    def test_paplay(self):
        self.play_with("paplay")


class Marks(unittest.TestCase):
    """A mark passes for the rise that it names, and for nothing else."""

    @staticmethod
    def find(kind, figure):
        @scene.known_defect("a defect", rise_db=40.0)
        def test(self):
            if kind:
                raise judge.Finding(kind, figure, "found")

        return test

    def test_the_rise_that_is_known(self):
        self.find("rise", 40.6)(self)

    def test_another_rise(self):
        with self.assertRaises(judge.Finding):
            self.find("rise", 31.4)(self)

    def test_another_kind(self):
        with self.assertRaises(judge.Finding):
            self.find("mute", 40.0)(self)

    def test_none_any_more(self):
        with self.assertRaisesRegex(AssertionError, "remove its mark"):
            self.find(None, 0.0)(self)


class Harness(Scene):
    """A scene fails when it must."""

    def test_an_amplifier_that_stays_mute_fails(self):
        self.start_amplifier("headphone.mute=on")
        self.play(into="XLR 1", peak_dbfs=-6)
        with self.assertRaises(judge.Finding) as caught:
            self.must_hear(level_dbfs=-36, within_s=1)
        self.assertEqual(caught.exception.kind, "mute")


if __name__ == "__main__":
    scene.main()
