#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""wiregain bench through real servers, each private to its test. With --freewheel the server waits for
every client, so that everything is measured each time, however busy the machine; in real time a stated
loss is tried again until it is measured."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, TOP = sys.argv.pop(1), pathlib.Path(__file__).resolve().parents[2]
REALTIME = subprocess.run(["chrt", "-f", "1", "true"], capture_output=True).returncode == 0
# What a busy machine does to a real-time run, and what is then said.
LOST = r"blocks were lost|samples were (lost|put in)|has a hole|does not come back|no signal|did not get to its device"


class JackServer:
    """jackd with the dummy back end, on a name of its own."""

    name, needs = "jack", ["jackd"]
    says = r"^JACK \d+\.\d+\S*, 48000 Hz, 4096 frames a period, "

    def __init__(self):
        self.environment = dict(os.environ, JACK_DEFAULT_SERVER=f"wiregain-bench-{os.getpid()}",
                                JACK_NO_AUDIO_RESERVATION="1", JACK_NO_START_SERVER="1")
        self.process = subprocess.Popen(
            ["jackd", "-R" if REALTIME else "-r", "-n", self.environment["JACK_DEFAULT_SERVER"],
             "-d", "dummy", "-r", "48000", "-p", "4096"],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        # Gently: one that is killed keeps its place in the registry of servers for ever.
        self.process.terminate()
        self.process.wait()


class PipeWireServer:
    """PipeWire and a session manager in folders of their own, with one null sink."""

    name, needs = "pipewire", ["pipewire", "wireplumber", "dbus-daemon"]
    says = r"^PipeWire \d+\.\d+\S*, 48000 Hz, quantum of \d+ frames"
    configuration = """
context.properties = {
  default.clock.rate = 48000 default.clock.allowed-rates = [ 48000 ]
  default.clock.quantum = 4096 default.clock.min-quantum = 16 default.clock.max-quantum = 8192
  settings.check-quantum = false vm.overrides = { default.clock.min-quantum = 16 }
}
context.objects = [
  { factory = adapter args = { factory.name = support.null-audio-sink node.name = other.sink
    media.class = Audio/Sink object.linger = true audio.position = [ FL FR ] } }
]
"""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wiregain-through-"))
        for name, text in (("pipewire/pipewire.conf.d/10-test.conf", self.configuration),
                           ("wireplumber/bluetooth.lua.d/51-none.lua", "bluez_monitor.enabled = false\n")):
            path = self.folder / "config" / name
            path.parent.mkdir(parents=True)
            path.write_text(text)
        self.environment = {name: value for name, value in os.environ.items()
                            if name not in ("DISPLAY", "WAYLAND_DISPLAY") and not name.startswith("PIPEWIRE")}
        self.environment.update(
            XDG_RUNTIME_DIR=str(self.folder), HOME=str(self.folder), DISABLE_RTKIT="1", LC_ALL="C",
            DBUS_SESSION_BUS_ADDRESS=f"unix:path={self.folder}/bus",
            **{f"XDG_{name}_HOME": f"{self.folder}/{name.lower()}" for name in ("CONFIG", "STATE", "DATA", "CACHE")})
        self.processes = []
        self.start("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={self.folder}/bus")
        self.wait_for("bus")
        self.start("pipewire")
        self.wait_for("pipewire-0")
        self.start("wireplumber")

    def start(self, *words):
        self.processes.append(subprocess.Popen(words, env=self.environment, stdout=subprocess.DEVNULL,
                                               stderr=subprocess.DEVNULL))

    def wait_for(self, name):
        for _ in range(1200):
            if (self.folder / name).is_socket():
                return
            time.sleep(0.05)
        raise AssertionError(f"there is no {name}")

    def stop(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Through:
    """What holds through any server."""

    @classmethod
    def setUpClass(cls):
        for program in cls.server_kind.needs:
            if not shutil.which(program):
                raise unittest.SkipTest(f"there is no {program} here")
        said = subprocess.run([PROGRAM, "bench", "--through", cls.server_kind.name, "--only", "latency"],
                              capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, JACK_DEFAULT_SERVER="wiregain-none", JACK_NO_START_SERVER="1",
                                       XDG_RUNTIME_DIR="/nonexistent", PIPEWIRE_RUNTIME_DIR="/nonexistent"))
        if "built without" in said.stderr:
            raise unittest.SkipTest(said.stderr)
        assert said.returncode == 1 and said.stdout == "", said
        assert re.search(r"no (JACK|PipeWire) server runs", said.stderr), said.stderr

    def setUp(self):
        self.server = self.server_kind()
        self.addCleanup(self.server.stop)
        if self.server.name == "jack":
            self.run_bench("--only", "latency", "--freewheel", until="latency.samples")

    def start_bench(self, *words):
        return subprocess.Popen([PROGRAM, "bench", "--through", self.server.name, "--json", *words],
                                env=self.server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run_bench(self, *words, until=None):
        """The report; with `until`, once that figure is there: a server is still starting, or blocks were lost."""
        for _ in range(100):
            process = self.start_bench(*words)
            out, err = process.communicate(timeout=170)
            figures = {figure["name"] for figure in json.loads(out)["figures"]} if out else set()
            if not until or until in figures:
                break
            self.assertRegex(err, LOST + r"|no JACK server runs")
            time.sleep(0.1)
        self.assertEqual(process.returncode, 0, err)
        return json.loads(out)

    def test_every_figure_is_measured_and_holds_its_limit(self):
        report = self.run_bench("--quick", "--freewheel")
        limits = json.loads((TOP / "docs/figures.json").read_text())[self.server.name]
        judged = {figure["name"]: figure for figure in report["figures"] if figure["better"] != "plain"}
        self.assertEqual(set(judged), set(limits))
        for name, figure in judged.items():
            self.assertEqual(figure["verdict"], "holds", f"{name}: {figure['text']}")
        self.assertRegex(report["server"], self.server.says + ".*freewheeling$")
        for note in report["notes"]:
            self.assertNotIn("could not be measured", note)
        for name in ("gain.headphone.error", "distortion.thd_n", "bits.passthrough", "latency.samples"):
            print(f"figure: {self.server.name}_{name.replace('.', '_')} {judged[name]['value']} {judged[name]['unit']}")

    def test_in_real_time(self):
        report = self.run_bench("--only", "latency", "--only", "bits", until="latency.samples")
        figures = {figure["name"]: figure for figure in report["figures"]}
        for name in ("latency.samples", "latency.skew", "latency.polarity", "server.latency_error"):
            self.assertEqual(figures[name]["verdict"], "holds", f"{name}: {figures[name]['text']}")
        self.assertRegex(report["server"], self.server.says)
        self.assertNotIn("freewheeling", report["server"])

    def test_the_server_has_its_clock_again(self):
        """After Ctrl-C in the middle of freewheeling time passes in the server as it does on the wall."""
        process = self.start_bench("--freewheel")
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=170)
        self.assertEqual(process.returncode, 1, err)
        if out:
            self.assertFalse(json.loads(out)["complete"])
        start = time.monotonic()
        self.run_bench("--only", "jitter", until="jitter.peak")
        # 65536 samples of it, 8192 before them and two markers.
        self.assertGreater(time.monotonic() - start, 1.7)

    def test_a_server_that_ends(self):
        process = self.start_bench()
        time.sleep(2)
        self.server.stop()
        out, err = process.communicate(timeout=170)
        self.assertEqual(process.returncode, 1)
        self.assertRegex(err, rf"{self.server.name}: (the server has ended|no (JACK|PipeWire) server|.*device within)")


class Jack(Through, unittest.TestCase):
    server_kind = JackServer


class PipeWire(Through, unittest.TestCase):
    server_kind = PipeWireServer


class AskedWrongly(unittest.TestCase):
    def test_freewheel_without_a_server(self):
        for through in ("path", "device"):
            result = subprocess.run([PROGRAM, "bench", "--through", through, "--freewheel"], capture_output=True,
                                    text=True, timeout=60)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn("only a sound server can run ahead of the clock", result.stderr)


if __name__ == "__main__":
    unittest.main()
