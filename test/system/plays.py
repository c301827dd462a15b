#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""`wiregain run` plays into each card, and the right level arrives at its far end."""

import lab

LEVEL_DB = -20.0


def play_into(amplifier, sink, place, wait_for_level):
    amplifier.set(f"device.headphone={sink}")
    amplifier.wait_for_value("device.headphone.state", "connected")
    amplifier.set(f"headphone.level={LEVEL_DB}")
    level = wait_for_level(lab.TONE_DB + LEVEL_DB)
    print(f"{place}: {level:.2f} dBFS, played at {lab.TONE_DB + LEVEL_DB:.2f}")


def wait_for_loopback(wanted):
    """Its other end is heard a second at a time, which begins with a fade."""
    def steady():
        levels = lab.loopback_levels()[-50:]
        return levels if max(abs(level - wanted) for level in levels) < lab.TOLERANCE_DB else None

    return max(lab.wait_for(f"{wanted:.1f} dBFS at the loopback's other end", steady))


cards = [lab.wait_for_sink(start) for start in (lab.HDA, lab.USB, lab.LOOPBACK)]
with lab.amplifier(f"device.headphone={cards[0]}") as amplifier:
    amplifier.wait_for_value("device.headphone.state", "connected")
    with lab.player("wiregain.input1"):
        play_into(amplifier, cards[0], "HDA", lab.Recording("hda").wait_for_level)
        play_into(amplifier, cards[1], "USB", lab.Recording("usb1").wait_for_level)
        play_into(amplifier, cards[2], "loopback", wait_for_loopback)
