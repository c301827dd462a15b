#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What an amplifier is after it was stopped, or killed: the settings of one moment, never loud."""

import json
import random
import signal
import time
import unittest

import harness

KILLS = 200
START_DB = -30.0


class Restart(harness.Place):
    def test_stopped(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            amplifier = self.start()
            self.good("set", "headphone.level=-50", "line.level=-45.5", "monitor.mode=mono",
                      "input=3", "input.3.name=Phono", "dim=on")
            before = self.good("export")
            self.assertEqual(amplifier.stop(number), 0, amplifier.said())
            self.assertFalse(self.socket.exists())
            amplifier = self.start()
            self.assertEqual(self.good("export"), before)
            self.assertEqual(amplifier.stop(), 0)

    def test_the_start_rule(self):
        amplifier = self.start()
        self.good("set", "headphone.level=10", "line.level=-31", "line.start=mute")
        amplifier.stop()
        self.start()
        self.assertEqual(self.good("get", "headphone.level"), "-30.0\n")
        self.assertEqual(self.good("get", "line.level"), "mute\n")
        self.assertIn("lowered", self.good("get", "system.notice"))

    def test_set_at_the_start(self):
        amplifier = self.start("--set", "headphone.level=10", "--set", "line.level=-55",
                               "--set", "input.2.name=Tape")
        self.assertEqual(json.loads(self.good("get", "--json", "headphone.level", "line.level")),
                         {"headphone.level": START_DB, "line.level": -55.0})
        amplifier.stop()
        self.start()
        self.assertEqual(self.good("get", "input.2.name"), "Tape\n")

    def test_standby_is_left_as_it_was(self):
        amplifier = self.start()
        self.good("set", "power=off")
        amplifier.stop()
        amplifier = self.start()
        self.assertEqual(self.good("get", "power"), "off\n")
        self.good("set", "power.auto_on=on")
        amplifier.stop()
        self.start()
        self.assertEqual(self.good("get", "power"), "on\n")


class Killed(harness.Place):
    """Kill -9 at random moments while settings change. Every change is one number, spread over
    several controls: a mixture of two moments would show."""

    @staticmethod
    def change(number):
        return {"input.1.trim": -(number % 41) / 2, "input.5.trim": -(number % 41) / 2,
                "input.3.name": f"change {number}", "sub.lowpass_hz": 40 + number % 161,
                "headphone.level": (number % 60) - 45, "line.level": (number % 60) - 45,
                "device.sub": "x" * (number % 200)}

    def settings(self, client):
        return client.ask({"get": list(self.change(0))})["set"]

    def assert_is_change(self, settings, number):
        wanted = self.change(number)
        for path in ("headphone.level", "line.level"):
            wanted[path] = min(wanted[path], START_DB)
        wanted["input.3.name"] = f"change {number}"
        self.assertEqual(settings, wanted)

    def change_until_killed(self, amplifier, client, number, chance):
        """Changes settings without a pause and kills it on the way: every fifth change waits for
        the disk, and sometimes the kill comes while the last ones are being written. Returns the
        last change sent, and the last one known to be kept."""
        kept = number
        changes = chance.randrange(1, 12)
        for _ in range(changes):
            number += 1
            client.send({"set": self.change(number)})
            if number % 5 == 0:
                client.send({"sync": True})
                while "sync" not in (reply := client.receive()):
                    self.assertNotIn("error", reply)
                kept = number
        if chance.random() < 0.5:
            client.send({"sync": True})  # written now; nobody waits for it
            time.sleep(chance.random() * 0.003)
        else:
            time.sleep(chance.random() * chance.choice((0.002, 0.25)))
        amplifier.process.kill()
        amplifier.process.wait()
        return number, kept

    def test_what_was_acknowledged_is_on_the_disk(self):
        profile = self.folder / "profile.txt"
        profile.write_text("Preamp: -6 dB\n")
        amplifier = self.start()
        self.good("set", "input.1.name=Tape", "headphone.level=-50")
        saved = self.folder / "saved.json"
        saved.write_text(self.good("export"))
        for words in (("set", "headphone.level=-44", "line.level=-47"), ("step", "line.level", "-3"),
                      ("step", "input", "1"), ("set", "line.mute=on"), ("profile", "load", profile, "one"),
                      ("profile", "load", profile, "two"), ("set", "eq.profile=one", "eq=on"),
                      ("profile", "remove", "two"), ("import", saved), ("reset", "--yes")):
            before = self.good("export") + self.good("profile", "list")
            self.good(*words)
            wanted = self.good("export") + self.good("profile", "list")
            amplifier.stop(signal.SIGKILL)
            amplifier = self.start()
            self.assertNotEqual(wanted, before, words)
            self.assertEqual(self.good("export") + self.good("profile", "list"), wanted, words)

    def test_killed(self):
        chance = random.Random(2)
        amplifier = self.start()
        client = harness.Client(self.socket)
        self.addCleanup(lambda: client.close())
        number = 1
        client.ask({"set": self.change(number)})
        client.ask({"sync": True})
        survived = 0
        for _ in range(KILLS):
            sent, kept = self.change_until_killed(amplifier, client, number, chance)
            client.close()
            amplifier.close()
            amplifier = self.start()
            client = harness.Client(self.socket)
            settings = self.settings(client)
            number = int(settings["input.3.name"].split()[1])
            self.assertTrue(kept <= number <= sent, (kept, number, sent))
            self.assert_is_change(settings, number)
            survived += number > kept
        print(f"figure: {KILLS} kills, settings of one moment after each; in {survived} of them "
              "a change was on the disk that nobody had waited for")


if __name__ == "__main__":
    unittest.main()
