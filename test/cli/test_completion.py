#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The completion scripts: each shell finds them right, and really completes with them."""

import os
import pty
import select
import shutil
import subprocess
import time
import unittest

import harness


class Completion(harness.Place):
    def script(self, shell):
        if not shutil.which(shell):
            self.skipTest(f"{shell} is not installed")
        path = self.folder / f"completion.{shell}"
        path.write_text(self.good("completion", shell))
        subprocess.run([shell, "-n", str(path)], check=True)
        return path

    def bash(self, line, wordbreaks=None):
        """What bash offers for a line, as its completion calls the function."""
        script = f"source {self.script('bash')}\n"
        if wordbreaks is not None:
            script += f"COMP_WORDBREAKS='{wordbreaks}'\n"
        script += (f"COMP_LINE='{line}' COMP_POINT={len(line)}\n"
                   "compopt() { :; }\n_wiregain\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n")
        offered = subprocess.run(["bash", "--norc", "-c", script], check=True,
                                 capture_output=True, text=True, env=self.environment)
        self.assertEqual(offered.stderr, "")
        return sorted(offered.stdout.split())

    def test_bash(self):
        self.assertEqual(self.bash("wiregain se"), ["set"])
        self.assertIn("completion", self.bash("wiregain "))
        self.assertEqual(self.bash("wiregain get headphone.l"),
                         ["headphone.level", "headphone.level.shared", "headphone.limit"])
        self.assertEqual(self.bash("wiregain set headphone.l"),
                         ["headphone.level=", "headphone.limit="])
        self.assertEqual(self.bash("wiregain set dim=on headphone.mu"), ["headphone.mute="])
        self.assertEqual(self.bash("wiregain set headphone.mute="), ["off", "on"])
        self.assertEqual(self.bash("wiregain set monitor.mode=s"), ["side", "stereo", "swap"])
        self.assertEqual(self.bash("wiregain set monitor.mode=s", wordbreaks=" "),
                         ["monitor.mode=side", "monitor.mode=stereo", "monitor.mode=swap"])
        self.assertEqual(self.bash("wiregain step line.lev"), ["line.level"])
        self.assertEqual(self.bash("wiregain do "), ["input.match", "meter.reset", "protect.reset", "system.reset"])
        self.assertEqual(self.bash("wiregain run --au"), ["--audio"])
        self.assertEqual(self.bash("wiregain run --audio p"), ["pipewire"])
        self.assertEqual(self.bash("wiregain run --set input=n"), ["next"])
        self.assertEqual(self.bash("wiregain completion f"), ["fish"])
        self.assertEqual(self.bash("wiregain get audio.r"), ["audio.rate"])
        self.assertEqual(self.bash("wiregain set audio.r"), [])
        self.assertEqual(self.bash("wiregain match sennheiser-hd-65"), ["sennheiser-hd-650"])
        self.assertEqual(self.bash("wiregain match hd650 --connector "), ["trs", "xlr4"])
        self.assertEqual(self.bash("wiregain match hd650 --amplifier ben"), ["benchmark-hpa4"])

    def test_bash_offers_files(self):
        (self.folder / "my settings.json").write_text("{}")
        line = f"wiregain import {self.folder}/my"
        self.assertEqual(self.bash(line), sorted(f"{self.folder}/my settings.json".split()))

    def test_fish(self):
        script = self.script("fish")
        for line, words in (("wiregain se", ["set"]),
                            ("wiregain get headphone.li", ["headphone.limit"]),
                            ("wiregain set headphone.mute=",
                             ["headphone.mute=", "headphone.mute=off", "headphone.mute=on"]),
                            ("wiregain do ", ["input.match", "meter.reset", "protect.reset", "system.reset"]),
                            ("wiregain completion f", ["fish"]),
                            ("wiregain run --audio p", ["pipewire"])):
            offered = subprocess.run(
                ["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"],
                check=True, capture_output=True, text=True, env=self.environment)
            self.assertEqual(sorted(item.split("\t")[0] for item in offered.stdout.splitlines()),
                             words, (line, offered.stderr))

    def zsh(self, typed, wanted):
        """Types into an interactive zsh, until the wanted text is on its line."""
        script = self.script("zsh")
        (self.folder / ".zshrc").write_text(
            "PS1='>'\nautoload -Uz compinit\ncompinit -u -D\n"
            f"path=({os.path.dirname(harness.WIREGAIN)} $path)\nsource {script}\necho ready\n")
        child, terminal = pty.fork()
        if child == 0:
            os.environ.update(self.environment, ZDOTDIR=str(self.folder), TERM="dumb")
            os.execvp("zsh", ["zsh", "-i"])
        try:
            self.expect(terminal, "ready")
            os.write(terminal, typed.encode() + b"\t")
            self.expect(terminal, wanted)
        finally:
            os.close(terminal)
            os.kill(child, 9)
            os.waitpid(child, 0)

    def expect(self, terminal, text):
        seen = ""
        deadline = time.monotonic() + harness.PATIENCE_S
        while text not in seen:
            self.assertLess(time.monotonic(), deadline, seen)
            if select.select([terminal], [], [], 1)[0]:
                seen += os.read(terminal, 4096).decode(errors="replace")

    def test_zsh(self):
        self.zsh("wiregain compl", "completion")
        self.zsh("wiregain get headphone.lim", "headphone.limit")
        self.zsh("wiregain set headphone.mu", "headphone.mute=")
        self.zsh("wiregain set monitor.mode=ste", "monitor.mode=stereo")
        self.zsh("wiregain do sys", "system.reset")


if __name__ == "__main__":
    unittest.main()
