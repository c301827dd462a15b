#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The judge, on recordings that are calculated: each verdict, and what it must let pass."""

import array
import math
import struct
import unittest

import judge
from recording import HEAD, Recording

RATE = 48000
CYCLE = 256
TONE_HZ = 997


def tone(gain_at, seconds, hz=TONE_HZ, phase=0.0):
    """Both channels of a tone in quadrature, with a gain for each frame."""
    turn = 2.0 * math.pi * hz / RATE
    gains = [gain_at(n / RATE) for n in range(round(seconds * RATE))]
    return [array.array("f", (gain * math.sin(start + n * turn) for n, gain in enumerate(gains)))
            for start in (phase, phase + math.pi / 2.0)]


def add(first, second):
    return [array.array("f", (a + b for a, b in zip(*pair))) for pair in zip(first, second)]


def recorded(channels, missing=(), clock=7):
    """What a recorder has of it: cycle by cycle, without the cycles `missing`."""
    recording = Recording()
    for index, at in enumerate(range(0, len(channels[0]), CYCLE)):
        if index not in missing:
            recording.add(10**6 + at, 10**12 + at * 10**9 // RATE, clock,
                          [channel[at:at + CYCLE] for channel in channels])
    return recording


def constant(level_dbfs):
    return lambda t: judge.from_db(level_dbfs)


def change(low_dbfs, high_dbfs, at_s, ramp_s):
    """From one level to another along a quintic curve, or at once."""
    low, high = judge.from_db(low_dbfs), judge.from_db(high_dbfs)

    def gain(t):
        x = (t - at_s) / ramp_s if ramp_s else float(t >= at_s)
        x = min(1.0, max(0.0, x))
        return low + (high - low) * x**3 * (10 - 15 * x + 6 * x * x)

    return gain


def frames(start_s, end_s):
    return (round(start_s * RATE), round(end_s * RATE))


class Judge(unittest.TestCase):
    def find(self, kind, function, *arguments, **options):
        with self.assertRaises(judge.Finding) as caught:
            function(*arguments, **options)
        self.assertEqual(caught.exception.kind, kind, caught.exception)
        return caught.exception.figure


class Level(Judge):
    def test_levels_are_peaks(self):
        recording = recorded(tone(constant(-36.0), 0.5))
        for window in judge.windows(recording, frames(0, 0.5)):
            self.assertAlmostEqual(window.dbfs, -36.0, delta=0.01)

    def test_reached_in_time(self):
        recording = recorded(tone(change(-120, -46, 0.5, 0.2), 1.5))
        reached = judge.require_level(recording, frames(0.2, 1.5), -46.0, within_s=0.6)
        self.assertAlmostEqual(reached, 0.5, delta=0.1)

    def test_reached_at_the_last_moment(self):
        recording = recorded(tone(change(-120, -46, 0.5, 0.0), 1.0))
        self.assertEqual(judge.require_level(recording, frames(0, 1), -46.0, within_s=0.5), 0.5)

    def test_reached_too_late(self):
        recording = recorded(tone(change(-120, -46, 0.8, 0.2), 1.5))
        self.find("level", judge.require_level, recording, frames(0, 1.5), -46.0, within_s=0.6)

    def test_half_a_decibel_off(self):
        recording = recorded(tone(constant(-46.4), 1.0))
        judge.require_level(recording, frames(0, 1), -46.0, within_s=0.1)
        recording = recorded(tone(constant(-46.6), 1.0))
        figure = self.find("level", judge.require_level, recording, frames(0, 1), -46.0,
                           within_s=0.1)
        self.assertAlmostEqual(figure, -46.6, delta=0.01)

    def test_an_amplifier_that_stays_mute(self):
        recording = recorded(tone(lambda t: 0.5 if t < 0.5 else 0.0, 3.0))
        self.find("mute", judge.require_level, recording, frames(0.5, 3), -6.0, within_s=2.0)

    def test_an_amplifier_that_falls_mute_again(self):
        recording = recorded(tone(lambda t: 0.5 if t < 2.5 else 0.0, 3.0))
        self.find("mute", judge.require_level, recording, frames(0.5, 3), -6.0, within_s=2.0)

    def test_nothing_was_recorded(self):
        self.find("mute", judge.require_level, Recording(), (0, 0), -6.0, within_s=2.0)

    def test_reached_and_not_kept_long_enough(self):
        recording = recorded(tone(change(-120, -46, 0.85, 0.001), 1.0))
        self.assertIsNone(judge.find_level(recording, frames(0, 1), -46.0))

    def test_the_louder_channel_counts(self):
        left, right = tone(constant(-20.0), 0.2)
        silence = array.array("f", bytes(4 * len(left)))
        for channels in ((left, silence), (silence, right)):
            recording = recorded(channels)
            self.assertAlmostEqual(judge.loudest(recording, frames(0, 0.2)).dbfs, -20.0, delta=0.01)

    def test_either_polarity_counts(self):
        for peak in (0.1, -0.1):
            channel = array.array("f", (peak if n % 480 == 470 else 0.0 for n in range(4800)))
            recording = recorded([channel, channel])
            self.assertAlmostEqual(judge.loudest(recording, (0, 4800)).dbfs, -20.0, delta=0.01)

    def test_windows_are_counted_from_the_start_of_the_span(self):
        recording = recorded(tone(constant(-20.0), 0.2), missing=(8,))
        starts = [window.start for window in judge.windows(recording, (1000, 9000))]
        self.assertIn(9 * CYCLE, starts)
        self.assertEqual({(start - 1000) % 480 for start in starts if start != 9 * CYCLE}, {0})
        self.assertEqual(sum(window.frames for window in judge.windows(recording, (1000, 9000))),
                         8000 - CYCLE)

    def test_short_windows_are_no_change_of_level(self):
        slow = array.array("f", (0.1 * math.sin(n / 480 * math.pi) for n in range(RATE)))
        recording = recorded([slow, slow], missing=(50,))
        self.assertEqual(judge.find_level(recording, (0, RATE), -20.0), 0.0)


class Rise(Judge):
    BEFORE, AFTER = frames(0, 1), frames(1, 2)

    def test_six_tenths_are_found(self):
        recording = recorded(tone(change(-20.0, -19.4, 1.2, 0.02), 2.0))
        figure = self.find("rise", judge.require_no_rise, recording, self.BEFORE, self.AFTER)
        self.assertAlmostEqual(figure, 0.6, delta=0.01)

    def test_four_tenths_are_within_the_tolerance(self):
        recording = recorded(tone(change(-20.0, -19.6, 1.2, 0.02), 2.0))
        figure = judge.require_no_rise(recording, self.BEFORE, self.AFTER)
        self.assertAlmostEqual(figure, 0.4, delta=0.01)

    def test_a_single_window(self):
        recording = recorded(tone(lambda t: 0.1 if not 1.5 <= t < 1.51 else 0.2, 2.0))
        figure = self.find("rise", judge.require_no_rise, recording, self.BEFORE, self.AFTER)
        self.assertAlmostEqual(figure, 6.0, delta=0.2)

    def test_out_of_silence(self):
        recording = recorded(tone(lambda t: 0.0 if t < 1.5 else 0.5, 2.0))
        figure = self.find("rise", judge.require_no_rise, recording, self.BEFORE, self.AFTER)
        self.assertAlmostEqual(figure, 94.0, delta=0.1)

    def test_the_loudest_before_counts(self):
        recording = recorded(tone(change(-10.0, -30.0, 0.5, 0.02), 2.0))
        self.assertLess(judge.require_no_rise(recording, self.BEFORE, self.AFTER), -19.0)

    def test_nothing_was_recorded(self):
        silent, loud = Recording(), recorded(tone(constant(-20.0), 1.0))
        self.assertEqual(judge.measure_rise(silent, (0, 0), (0, 0))[0], 0.0)
        self.assertAlmostEqual(judge.measure_rise(loud, (0, 0), frames(0, 1))[0], 80.0, delta=0.01)
        self.assertAlmostEqual(judge.measure_rise(loud, frames(0, 1), (0, 0))[0], -80.0, delta=0.01)

    def test_as_asked(self):
        recording = recorded(tone(change(-40.0, -30.0, 1.2, 0.05), 2.0))
        figure = judge.require_rise(recording, self.BEFORE, self.AFTER, 10.0)
        self.assertAlmostEqual(figure, 10.0, delta=0.01)
        self.find("rise", judge.require_rise, recording, self.BEFORE, self.AFTER, 9.4)
        self.find("level", judge.require_rise, recording, self.BEFORE, self.AFTER, 10.6)

    def test_above_an_absolute_level(self):
        recording = recorded(tone(constant(-30.0), 1.0))
        judge.require_at_most(recording, frames(0, 1), -30.0)
        figure = self.find("rise", judge.require_at_most, recording, frames(0, 1), -31.0)
        self.assertAlmostEqual(figure, 1.0, delta=0.01)


class Step(Judge):
    SPAN = frames(0.2, 1)

    def test_a_steady_tone(self):
        recording = recorded(tone(constant(-20.0), 1.0))
        self.assertLess(judge.require_no_step(recording, self.SPAN, [TONE_HZ]), -100.0)

    def test_half_a_decibel_at_once(self):
        for phase in (0.0, 0.7, 1.4):
            recording = recorded(tone(change(-20.0, -19.5, 0.5, 0.0), 1.0, phase=phase))
            figure = self.find("step", judge.require_no_step, recording, self.SPAN, [TONE_HZ])
            self.assertAlmostEqual(figure, judge.to_db(1 - judge.from_db(-0.5)), delta=0.5)

    def test_a_large_one(self):
        recording = recorded(tone(change(-26.0, -14.0, 0.5, 0.0), 1.0))
        figure = self.find("step", judge.require_no_step, recording, self.SPAN, [TONE_HZ])
        self.assertAlmostEqual(figure, judge.to_db(0.75), delta=0.5)

    def test_sound_that_is_cut_off(self):
        recording = recorded(tone(lambda t: 0.1 if t < 0.5 else 0.0, 1.0))
        self.find("step", judge.require_no_step, recording, self.SPAN, [TONE_HZ])

    def test_the_first_frame_of_the_span(self):
        recording = recorded(tone(lambda t: 0.1 if round(t * RATE) < self.SPAN[0] else 0.2, 1.0))
        self.find("step", judge.require_no_step, recording, self.SPAN, [TONE_HZ])

    def test_one_channel(self):
        left, right = tone(change(-26.0, -14.0, 0.5, 0.0), 1.0)
        silence = array.array("f", bytes(4 * len(left)))
        for channels in ((left, silence), (silence, right)):
            self.find("step", judge.require_no_step, recorded(channels), self.SPAN, [TONE_HZ])

    def test_a_ramp_of_20_ms_is_none(self):
        for low, high in ((-120.0, -6.0), (-26.0, -14.0), (-6.0, -120.0)):
            recording = recorded(tone(change(low, high, 0.5, 0.02), 1.0))
            self.assertLess(judge.require_no_step(recording, self.SPAN, [TONE_HZ]), -60.0)

    def test_a_ramp_of_a_third_of_a_millisecond_is_one(self):
        recording = recorded(tone(change(-120.0, -6.0, 0.5, 0.0003), 1.0))
        self.find("step", judge.require_no_step, recording, self.SPAN, [TONE_HZ])

    def test_a_silent_one_is_none(self):
        recording = recorded(tone(lambda t: 0.9e-5 if t >= 0.5 else 0.0, 1.0))
        self.assertEqual(judge.require_no_step(recording, self.SPAN, [TONE_HZ]), -math.inf)

    def test_two_tones(self):
        foreign = tone(constant(-12.0), 1.0, hz=400)
        recording = recorded(add(foreign, tone(constant(-20.0), 1.0)))
        self.assertLess(judge.require_no_step(recording, self.SPAN, [TONE_HZ, 400]), -60.0)
        recording = recorded(add(foreign, tone(change(-20.0, -14.0, 0.5, 0.0), 1.0)))
        self.find("step", judge.require_no_step, recording, self.SPAN, [TONE_HZ, 400])


class Silence(Judge):
    def test_in_time(self):
        recording = recorded(tone(lambda t: 0.1 if t < 0.55 else 0.0, 1.0))
        figure = judge.require_silence(recording, frames(0.5, 1), within_s=0.06)
        self.assertAlmostEqual(figure, 0.05, delta=0.001)

    def test_too_late(self):
        recording = recorded(tone(lambda t: 0.1 if t < 0.58 else 0.0, 1.0))
        self.find("sound", judge.require_silence, recording, frames(0.5, 1), within_s=0.06)

    def test_something_is_left(self):
        recording = recorded(tone(lambda t: 0.1 if t < 0.5 else 1.1e-5, 1.0))
        figure = self.find("sound", judge.require_silence, recording, frames(0.5, 1), within_s=0.06)
        self.assertAlmostEqual(figure, -99.2, delta=0.1)

    def test_something_comes_back(self):
        recording = recorded(tone(lambda t: 0.1 if t < 0.5 or 0.9 <= t < 0.91 else 0.0, 1.0))
        self.find("sound", judge.require_silence, recording, frames(0.5, 1), within_s=0.06)


class Fade(Judge):
    def test_in(self):
        recording = recorded(tone(change(-120.0, -36.0, 0.3, 0.5), 1.0))
        figure = judge.require_fade_in(recording, frames(0.1, 1), at_least_s=0.1)
        self.assertAlmostEqual(figure, 0.24, delta=0.05)

    def test_at_once(self):
        recording = recorded(tone(change(-120.0, -36.0, 0.3, 0.0), 1.0))
        self.find("fade", judge.require_fade_in, recording, frames(0.1, 1), at_least_s=0.1)

    def test_not_at_all(self):
        for recording in (recorded(tone(lambda t: 0.0, 1.0)), Recording()):
            self.find("mute", judge.require_fade_in, recording, frames(0.1, 1), at_least_s=0.1)


class Machine(Judge):
    """What an overloaded machine does to a recording."""

    def test_cycles_that_the_recorder_missed_are_a_hole(self):
        recording = recorded(tone(constant(-20.0), 1.0), missing=(50, 51, 52))
        holes = recording.late_holes(*frames(0, 1))
        self.assertEqual([(hole.start, hole.end) for hole in holes], [(50 * CYCLE, 53 * CYCLE)])
        self.assertEqual(recording.end, RATE // CYCLE * CYCLE + RATE % CYCLE)

    def test_a_hole_is_no_silence_and_no_step(self):
        recording = recorded(tone(constant(-20.0), 1.0), missing=range(50, 60))
        self.assertLess(judge.require_no_step(recording, frames(0, 1), [TONE_HZ]), -60.0)
        for window in judge.windows(recording, frames(0, 1)):
            self.assertGreater(window.dbfs, -24.0)  # those at an edge are short

    def test_silence_is_no_hole(self):
        recording = recorded(tone(lambda t: 0.1 if t < 0.5 else 0.0, 1.0))
        self.assertEqual(recording.holes, [])

    def test_a_cycle_that_was_not_delivered_is_a_dropout(self):
        channels = tone(constant(-20.0), 1.0)
        for channel in channels:
            channel[50 * CYCLE:51 * CYCLE] = array.array("f", bytes(4 * CYCLE))
        recording = recorded(channels)
        self.assertEqual(recording.dropouts(*frames(0, 1)), [(50 * CYCLE, 51 * CYCLE)])
        self.assertLess(judge.require_no_step(recording, frames(0, 1), [TONE_HZ]), -60.0)

    def test_a_fade_to_silence_and_back_is_no_dropout(self):
        def gain(t):
            return 0.1 * min(1.0, max(0.0, abs(t - 0.5) - 0.1) / 0.05)

        self.assertEqual(recorded(tone(gain, 1.0)).dropouts(*frames(0, 1)), [])

    def test_a_pause_with_one_soft_edge_is_no_dropout(self):
        start, end = 50 * CYCLE / RATE, 60 * CYCLE / RATE

        def fades_out(t):
            return 0.1 * min(1.0, max(0.0, (start - t) / 0.05)) if t < end else 0.1

        def fades_in(t):
            return 0.1 * min(1.0, max(0.0, (t - end) / 0.05)) if t >= start else 0.1

        for gain in (fades_out, fades_in):
            self.assertEqual(recorded(tone(gain, 1.0)).dropouts(*frames(0, 1)), [])

    def test_a_hole_beside_which_the_level_is_the_same_hides_no_step(self):
        recording = recorded(tone(constant(-20.0), 1.0), missing=(50,))
        self.assertEqual(judge.seams(recording, frames(0, 1)), [])

    def test_a_hole_where_the_level_changes_may_hide_a_step(self):
        gain = change(-20.0, -19.5, 50.5 * CYCLE / RATE, 0.0)
        recording = recorded(tone(gain, 1.0), missing=(50,))
        judge.require_no_step(recording, frames(0, 1), [TONE_HZ])
        self.assertEqual(judge.seams(recording, frames(0, 1)), [(50 * CYCLE, 51 * CYCLE)])

    def test_a_dropout_beside_a_hole(self):
        channels = tone(constant(-20.0), 1.0)
        for channel in channels:
            channel[51 * CYCLE:52 * CYCLE] = array.array("f", bytes(4 * CYCLE))
            channel[53 * CYCLE:54 * CYCLE] = array.array("f", bytes(4 * CYCLE))
        recording = recorded(channels, missing=(50, 52))
        self.assertEqual(recording.dropouts(*frames(0, 1)), [(51 * CYCLE, 54 * CYCLE)])
        self.assertEqual(judge.seams(recording, frames(0, 1)), [])
        judge.require_no_step(recording, frames(0, 1), [TONE_HZ])

    def test_two_holes_are_looked_at_apart(self):
        gain = change(-20.0, -19.5, 50.5 * CYCLE / RATE, 0.0)
        recording = recorded(tone(gain, 1.0), missing=(20, 50, 80))
        self.assertEqual(judge.seams(recording, frames(0, 1)), [(50 * CYCLE, 51 * CYCLE)])

    def test_one_channel_is_enough_for_a_seam_and_for_a_dropout(self):
        left, right = tone(change(-20.0, -19.0, 50.5 * CYCLE / RATE, 0.0), 1.0)
        silence = array.array("f", bytes(4 * len(left)))
        for channels in ((left, silence), (silence, right)):
            recording = recorded(channels, missing=(50,))
            self.assertEqual(judge.seams(recording, frames(0, 1)), [(50 * CYCLE, 51 * CYCLE)])
        for channel in (left, right):
            channel[50 * CYCLE:51 * CYCLE] = array.array("f", bytes(4 * CYCLE))
        for channels in ((left, silence), (silence, right)):
            self.assertEqual(recorded(channels).dropouts(*frames(0, 1)), [(50 * CYCLE, 51 * CYCLE)])

    def test_so_may_a_dropout(self):
        channels = tone(change(-20.0, -40.0, 50.5 * CYCLE / RATE, 0.0), 1.0)
        for channel in channels:
            channel[50 * CYCLE:51 * CYCLE] = array.array("f", bytes(4 * CYCLE))
        self.assertEqual(judge.seams(recorded(channels), frames(0, 1)), [(50 * CYCLE, 51 * CYCLE)])

    def test_holes_outside_of_the_span_do_not_count(self):
        recording = recorded(tone(constant(-20.0), 1.0), missing=(50,))
        self.assertEqual(recording.late_holes(0, 50 * CYCLE), [])
        self.assertEqual(recording.late_holes(51 * CYCLE, RATE), [])

    def test_another_clock_is_not_lateness(self):
        recording = Recording()
        silence = [array.array("f", bytes(4 * CYCLE))] * 2
        recording.add(1000, 10**9, 7, silence)
        recording.add(90000, 2 * 10**9, 8, silence)
        self.assertEqual([(hole.late, hole.start) for hole in recording.holes], [(False, CYCLE)])
        self.assertEqual(recording.late_holes(0, RATE), [])
        self.assertAlmostEqual(recording.cycles[1].start, RATE, delta=2)

    def test_players_may_jump_where_the_clock_changes(self):
        recording = Recording()
        for clock, phase in ((7, 0.0), (8, 1.0)):
            for index, at in enumerate(range(0, 9600, 480)):
                channels = tone(constant(-20.0), 0.2, phase=phase)
                recording.add(at, (clock * 9600 + at) * 10**9 // RATE, clock,
                              [channel[at:at + 480] for channel in channels])
        self.assertEqual(recording.cycles[20].start, 9600)
        self.assertLess(judge.require_no_step(recording, (0, 19200), [TONE_HZ]), -60.0)

    def test_what_the_recorder_writes_is_read_in_pieces(self):
        cycles = b"".join(
            HEAD.pack(5000 + n * CYCLE, 10**9, 3, 44100, CYCLE, 2) +
            struct.pack(f"={2 * CYCLE}f", *[n / 8] * 2 * CYCLE)
            for n in range(4))
        recording = Recording()
        for at in range(0, len(cycles), 1000):
            recording.feed(cycles[at:at + 1000])
        self.assertEqual((recording.end, recording.rate), (4 * CYCLE, 44100))
        self.assertEqual(recording.holes, [])
        self.assertEqual(recording.cycles[2].channels[1][0], 0.25)


if __name__ == "__main__":
    unittest.main()
