#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""Random acts of a user and of a desktop: whatever comes after whatever, nothing is louder than the
louder of what was heard and what was asked for, and what was asked for is heard."""

import random

import scene
from scene import LATE_LINK, Scene, known_flaw

ACTS = 6
TONE_DBFS = -6.0
START_DB = -30.0
DIM_DB = -20.0
# Of a tone in quadrature: sum and difference of the channels are 3 dB down.
MODES_DB = {"stereo": 0.0, "swap": 0.0, "left": 0.0, "right": 0.0, "mono": -3.01, "side": -3.01}


class Model:
    """What was asked for so far."""

    def __init__(self, level_db):
        self.level_db = level_db
        self.mode = "stereo"
        self.power = self.selected = True
        self.mute = self.dim = False

    @property
    def dbfs(self):
        """What should be heard; None: nothing."""
        if self.mute or not self.power or not self.selected:
            return None
        return TONE_DBFS + self.level_db + MODES_DB[self.mode] + (DIM_DB if self.dim else 0.0)


class Random(Scene):
    @known_flaw(**LATE_LINK)
    def play_seed(self, seed):
        self.choice = random.Random(seed)
        self.model = Model(-40.0)
        self.start_amplifier("headphone.level=-40")
        self.play(into="XLR 1", peak_dbfs=TONE_DBFS)
        self.must_hear(self.model.dbfs)
        for _ in range(ACTS):
            before = self.model.dbfs
            self.choose_act()()
            self.judge_act(before, self.model.dbfs)

    def choose_act(self):
        """One that makes sense now. A level that is set would end mute and dim as well."""
        acts = [self.turn_power] if not self.model.power else [
            self.turn_power, self.turn_mute, self.turn_dim, self.select_input, self.set_mode]
        if self.model.dbfs is not None and not self.model.dim:
            acts += 2 * [self.set_level]
        if self.model.dbfs is not None:
            acts += [self.replug_device]
        return self.choice.choice(acts)

    def judge_act(self, before, after):
        loudest = max((dbfs for dbfs in (before, after) if dbfs is not None), default=None)
        if after is not None:
            self.must_hear(after)
        else:
            self.must_fall_silent(within_s=0.06 if before is not None else 0.0)
        if loudest is not None:
            self.must_stay_below(loudest)
        self.must_not_step()

    def set_level(self):
        self.model.level_db = self.choice.randrange(-120, -40) / 2
        self.set(f"headphone.level={self.model.level_db}")

    def set_mode(self):
        self.model.mode = self.choice.choice(list(MODES_DB))
        self.set(f"monitor.mode={self.model.mode}")

    def turn_mute(self):
        self.model.mute = not self.model.mute
        self.set("headphone.mute=" + ("on" if self.model.mute else "off"))

    def turn_dim(self):
        self.model.dim = not self.model.dim
        self.set("dim=" + ("on" if self.model.dim else "off"))

    def select_input(self):
        self.model.selected = not self.model.selected
        self.set("input=" + ("1" if self.model.selected else "2"))

    def turn_power(self):
        self.model.power = not self.model.power
        self.set("power=" + ("on" if self.model.power else "off"))
        if self.model.power:
            self.model.level_db = min(self.model.level_db, START_DB)

    def replug_device(self):
        self.unplug("DAC")
        self.plug("DAC")
        self.model.level_db = min(self.model.level_db, START_DB)


def add_seed(seed):
    Random.add_test(f"test_seed_{seed}", lambda self: self.play_seed(seed))


for number in range(scene.SEEDS):
    add_seed(number)

if __name__ == "__main__":
    scene.main()
