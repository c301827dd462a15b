#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The headphones' USB card is unplugged while it plays: the amplifier says so and lives, the line output on another
card goes on without a gap, nothing of the headphones' comes there, and plugged in again the card comes back by a fade
to the same level or a lower one."""

import lab

HEADPHONE_DB, LINE_DB = -20.0, -30.0
STEP_DB = 6.0
FADE_WINDOWS = 20  # the fade takes 50 windows of 10 ms: this much of it is above -40 dB of its end


def expect_no_gap(recording, first, wanted):
    levels = recording.levels(first)
    worst = max(levels, key=lambda level: abs(level - wanted))
    assert abs(worst - wanted) < lab.TOLERANCE_DB, f"the line output was at {worst:.1f} dBFS instead of {wanted:.1f}"
    print(f"line output: {len(levels) / 100} s without a gap at {wanted:.2f} dBFS")


def expect_fade(levels):
    levels = [level for level in levels if level > lab.SILENCE_DB]  # the emulated card drops out now and then
    end = levels[-1]
    assert max(levels) < end + lab.TOLERANCE_DB, f"{max(levels):.1f} dBFS before it came to rest at {end:.1f}"
    rising = [level for level in levels if end - 40 < level < end - 0.5]
    steps = [b - a for a, b in zip(levels, levels[1:]) if b > end - 20]
    print(f"USB again: {len(rising)} windows of rise to {end:.2f} dBFS, largest step {max(steps):.1f} dB")
    assert len(rising) >= FADE_WINDOWS and max(steps) < STEP_DB, "that is no fade"


usb, hda = lab.wait_for_sink(lab.USB), lab.wait_for_sink(lab.HDA)
with lab.amplifier(f"device.headphone={usb}", f"device.line={hda}") as amplifier:
    for output in ("headphone", "line"):
        amplifier.wait_for_value(f"device.{output}.state", "connected")
    amplifier.set(f"headphone.level={HEADPHONE_DB}", f"line.level={LINE_DB}")
    with lab.player("wiregain.input1"):
        line, first = lab.Recording("hda"), lab.Recording("usb1")
        first.wait_for_level(lab.TONE_DB + HEADPHONE_DB)
        line_level = line.wait_for_level(lab.TONE_DB + LINE_DB)
        start = line.frames()

        lab.run("lab-host", "unplug", "usb")
        amplifier.wait_for_value("device.headphone.state", "waiting")
        print(f"unplugged: waiting, notice: {amplifier.get('system.notice')}")
        assert amplifier.get("device.line.state") == "connected"
        lab.wait_for("two more seconds of the line output", lambda: line.frames() > start + 2 * lab.RATE)

        again = lab.Recording(lab.run("lab-host", "plug", "usb").strip())
        amplifier.wait_for_value("device.headphone.state", "connected")
        level = float(amplifier.get("headphone.level").split()[0])
        assert level <= HEADPHONE_DB, f"the headphones came back at {level} dB"
        again.wait_for_level(lab.TONE_DB + level)
        expect_fade(again.levels())
        expect_no_gap(line, start, line_level)
    assert amplifier.close() == 0
