#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What gets past the amplifier today. Each scene says what must be heard; its mark, what is heard.
A fix removes the mark."""

import scene
from scene import Scene, known_defect


class Killed(Scene):
    @known_defect("kill -9 while a player plays", rise_db=40.0)
    def test_a_player_does_not_get_louder(self):
        self.start_amplifier("headphone.limit=-30", "headphone.level=-40")
        self.play(into="XLR 1", peak_dbfs=-6)
        self.must_hear(level_dbfs=-46)
        self.kill_amplifier()
        self.must_not_rise(for_s=2)


class ForeignStream(Scene):
    @known_defect("start beside a foreign stream into the DAC at 30 %", rise_db=31.4)
    def test_it_does_not_get_louder_when_the_amplifier_starts(self):
        self.turn_volume("DAC", percent=30)
        self.play(into="DAC", peak_dbfs=-12)
        self.must_hear(level_dbfs=-43.4)
        self.start_amplifier()
        self.must_not_rise(for_s=2)


class ForeignProperties(Scene):
    @known_defect("volume 4.0 of the headphone output's node", rise_db=12.0, before=(1, 0))
    def test_they_do_not_make_it_louder(self):
        self.start_amplifier("headphone.limit=-20", "headphone.start=-20", "headphone.level=-20")
        self.play(into="XLR 1", peak_dbfs=-6)
        self.must_hear(level_dbfs=-26)
        self.send_props("headphone output", "{ volume: 4.0 }")
        self.must_not_rise(for_s=2)


if __name__ == "__main__":
    scene.main()
