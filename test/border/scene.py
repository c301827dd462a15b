# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""A scene: who acts on a desktop with sound devices, and what may be heard at a device.

    class Killed(Scene):
        def test_players_do_not_get_louder(self):
            self.start_amplifier("headphone.limit=-30", "headphone.level=-40")
            self.play(into="XLR 1", peak_dbfs=-6)
            self.must_hear(level_dbfs=-46)
            self.kill_amplifier()
            self.must_not_rise(for_s=2)

Acts are marked in the recording by the cycles that were recorded before and after them, so what the
judge takes as before was played before, however busy the machine is. docs/border.md says how to
write one."""

import array
import contextlib
import functools
import math
import os
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import harness  # noqa: E402
import judge  # noqa: E402
from judge import Finding  # noqa: E402
from programs import PATIENCE_S, REALTIME, Desktop  # noqa: E402
from recording import Recording  # noqa: E402

NODES = {
    "XLR 1": "wiregain.input1", "XLR 2": "wiregain.input2",
    "RCA 1": "wiregain.input3", "RCA 2": "wiregain.input4", "RCA 3": "wiregain.input5",
    "headphone output": "wiregain.headphone", "line output": "wiregain.line",
    "DAC": "test.headphone", "loudspeakers": "test.line", "USB DAC": "test.usb",
}
# A device that is a recorder, not a null sink with a recorder at its monitor. The monitor carries
# the device's volume (channelVolumes) and no other property of its node. Here all of them are
# heard. It runs only while somebody plays.
OWN_DEVICES = ("USB DAC",)
TONE_HZ = 997
ATTEMPTS = 6
FILE_S = 40
QUANTUM = int(os.environ.get("WIREGAIN_BORDER_QUANTUM", 256))
PLAYERS = ("native", "pw-cat", "paplay")
PLAYER = os.environ.get("WIREGAIN_BORDER_PLAYER", "native")
SEEDS = int(os.environ.get("WIREGAIN_BORDER_SEEDS", 1))


class Late(Exception):
    """The machine was too busy to say anything: the scene is played again."""


# On a busy machine with PipeWire 1.4 a link that is there may carry sound as late as a second
# after: the fade-in is then over, and the sound comes at once.
LATE_LINK = {"name": "a link that carries sound after the fade", "kinds": ("step", "fade"),
             "since": (1, 0)}


def pipewire_version():
    """The server's: (0, 3, 65)."""
    output = subprocess.run(["pipewire", "--version"], capture_output=True, text=True).stdout
    return tuple(map(int, re.search(r"libpipewire (\d+)\.(\d+)\.(\d+)", output).groups()))


def known_defect(name, rise_db, tolerance_db=1.0, before=None):
    """The scene finds a rise of that many dB in today's program. Anything else fails, a pass too:
    then the defect is gone, and so must be this line. `before`: only with a PipeWire before that
    version, with others the scene must pass."""
    def decorate(test):
        if before and pipewire_version() >= before:
            return test

        @functools.wraps(test)
        def expect_finding(self):
            try:
                test(self)
            except Finding as finding:
                if finding.kind != "rise" or abs(finding.figure - rise_db) > tolerance_db:
                    raise
                print(f"figure: {name}, known: {finding}", flush=True)
                return
            raise AssertionError(f"{name} passes: the defect is gone, remove its mark")
        return expect_finding
    return decorate


def known_flaw(name, kinds, since):
    """With a PipeWire since that version the scene sometimes finds one of these kinds, and then
    passes. It may also pass as it should, so it does not report when the flaw is gone."""
    def decorate(test):
        @functools.wraps(test)
        def accept_finding(self, *arguments):
            try:
                test(self, *arguments)
            except Finding as finding:
                if finding.kind not in kinds or pipewire_version() < since:
                    raise
                print(f"figure: {name}, known: {finding}", flush=True)
        return accept_finding
    return decorate


def _repeat_while_late(test):
    """A server that is late itself leaves a hole that neither player nor amplifier counts: what is found
    stands when it is a rise, which no lateness makes, or is found again."""
    @functools.wraps(test)
    def play_scene(self):
        found = None
        for attempt in range(1, ATTEMPTS + 1):
            self.desktop = Desktop()
            try:
                self.open_scene()
                return test(self)
            except Late as late:
                print(f"{self.id()}: attempt {attempt}: {late}", flush=True)
                if attempt == ATTEMPTS:
                    raise AssertionError(f"not measured, the machine is too busy: {late}") from late
            except BaseException as error:
                if isinstance(error, Finding) and error.kind != "rise" and not found and attempt < ATTEMPTS:
                    found = error
                    print(f"{self.id()}: attempt {attempt}, played again: {error}", flush=True)
                    continue
                print(self.desktop.logs(), file=sys.stderr, flush=True)
                raise
            finally:
                self.close_scene()
    return play_scene


class Track:
    """The recording of one device, and the recorder that makes it."""

    def __init__(self, desktop, device):
        self._desktop, self._node = desktop, NODES[device]
        self._is_device = device in OWN_DEVICES
        self._name = self._node if self._is_device else f"recorder.{self._node}"
        self._file = os.path.join(desktop.folder, f"{device}.recording")
        self._read = 0
        self.recording = Recording()
        self._earlier = 0  # cycles of the recorders before
        self.begin()

    def begin(self):
        self._program = self._desktop.start(
            self._name, os.environ["WIREGAIN_TEST_RECORDER"], self._name,
            "=" if self._is_device else "-", "2")
        self._desktop.ask(f"ports {self._name} 2")
        if not self._is_device:
            self.connect()
            self._program.expect("streaming")
        self._program.ask("start", "ok")

    def end(self):
        """Its server has gone; what was recorded stays."""
        self._earlier = self.count()
        self.pull()
        self._program.kill()

    def connect(self):
        """Links the recorder to the device, which has just come: no session manager does it, for it
        would link it to another device meanwhile."""
        self._desktop.ask(f"ports {self._node} 4")
        for side in ("FL", "FR"):
            self._desktop.run("pw-link", f"{self._node}:monitor_{side}",
                              f"{self._name}:input_{side}")

    def count(self):
        """The cycles so far."""
        return self._earlier + int(self._program.ask("count", "count "))

    def pull(self):
        """Takes in what was recorded meanwhile."""
        self._program.ask(f"append {self._file}", "appended ")
        with open(self._file, "rb") as file:
            file.seek(self._read)
            data = file.read()
        self._read += len(data)
        self.recording.feed(data)

    def listen_until(self, frame):
        deadline = time.monotonic() + PATIENCE_S
        self.pull()
        while self.recording.end < frame:
            if time.monotonic() > deadline:
                raise AssertionError(f"{self._name}: the device does not run")
            time.sleep(0.02)
            self.pull()


class Mark:
    """An act: how many cycles of each track were recorded when it began and when it was over, and
    how many cycles somebody had been late when it began."""

    def __init__(self, name, begin, late):
        self.name, self.begin, self.end, self.late = name, begin, begin, late


class Scene(unittest.TestCase):
    quantum = QUANTUM
    devices = ("DAC",)  # that are recorded; `at` of each `must_` names another than the first

    def __init_subclass__(cls):
        for name, test in list(vars(cls).items()):
            if name.startswith("test_"):
                cls.add_test(name, test)

    @classmethod
    def add_test(cls, name, test):
        setattr(cls, name, _repeat_while_late(test))

    def open_scene(self):
        self.amplifier = self._client = None
        self.tones_hz = []
        self._players = {}
        self.desktop.ask(f"setting clock.force-quantum {self.quantum}")
        self._tracks = {device: Track(self.desktop, device) for device in self.devices}
        self._mark = Mark("the start", self._count(), 0)

    def close_scene(self):
        if self._client:
            self._client.close()
        self.desktop.close()

    # Who acts.

    @contextlib.contextmanager
    def act(self, name):
        """Whatever is done inside is the act that the next `must_` is about."""
        mark = Mark(name, self._count(), self._count_late())
        yield
        mark.end = self._count()
        self._mark = mark

    def start_amplifier(self, *settings):
        """`wiregain run` with the first device for headphones; waits until it is connected."""
        words = [word for setting in settings for word in ("--set", setting)]
        if not any(setting.startswith("device.headphone=") for setting in settings):
            words += ["--set", f"device.headphone={NODES[self.devices[0]]}"]
        with self.act("start"):
            self.amplifier = self.desktop.start(
                "wiregain", harness.WIREGAIN, "run", "--audio", "pipewire", "--panel", "off",
                *words)
            self._client = self._connect()
            self.wait_for("device.headphone.state", "connected")
            self.desktop.ask("ports wiregain.input5 2")

    def kill_amplifier(self):
        with self.act("kill -9"):
            self.amplifier.kill()
            self._forget_amplifier()

    def stop_amplifier(self, number=signal.SIGTERM):
        with self.act("stop"):
            self.amplifier.signal(number)
            self._forget_amplifier()

    def set(self, *settings):
        """Sets controls of the amplifier: "headphone.level=-20"."""
        values = dict(setting.split("=", 1) for setting in settings)
        with self.act(" ".join(settings)):
            answer = self._client.ask({"set": values})
            self.assertIn("set", answer)

    def do(self, action):
        with self.act(action):
            self.assertIn("done", self._client.ask({"do": action}))

    def play(self, into, peak_dbfs, player=None, hz=TONE_HZ, name="player"):
        """A steady tone into an input or a device, its channels in quadrature, until the end.
        Players are "native", "pw-cat" and "paplay"."""
        target = NODES.get(into, into)
        with self.act(f"play into {into}"):
            program = self._start_player(player or PLAYER, name, target, peak_dbfs, hz)
        if hz not in self.tones_hz:
            self.tones_hz.append(hz)
        self._players[name] = program

    def stop_player(self, name="player"):
        with self.act(f"{name} stops"):
            self._players.pop(name).kill()

    def turn_volume(self, node, percent):
        """As a desktop's slider does: a percentage of its cubic scale."""
        with self.act(f"volume of {node}"):
            self.desktop.run("wpctl", "set-volume", self._node(node), str(percent / 100))

    def send_props(self, node, props):
        """As any program may: `pw-cli s NODE Props PROPS`."""
        with self.act(f"Props {props} of {node}"):
            self.desktop.run("pw-cli", "s", self._node(node), "Props", props)

    def link(self, output, playback):
        """As a patch bay does: ports "line output:output_FL" and "DAC:playback_FL"."""
        ports = [":".join((NODES[device], port))
                 for device, port in (name.rsplit(":", 1) for name in (output, playback))]
        with self.act(f"link {output} to {playback}"):
            self.desktop.run("pw-link", *ports)

    def destroy(self, node):
        """As any program may: the node is gone."""
        with self.act(f"destroy {node}"):
            self.desktop.ask(f"remove {NODES[node]}")

    def plug(self, device):
        with self.act(f"plug {device}"):
            self.desktop.ask(f"add {NODES[device]}")
            if device in self._tracks:
                self._tracks[device].connect()

    unplug = destroy

    def restart_server(self):
        """Server and session manager are killed with -9 and start again, with what the session
        manager had saved; so do the devices. Players do not come back."""
        with self.act("restart of the server"):
            self.desktop.ask("kill-server")
            for track in self._tracks.values():
                track.end()
            self.desktop.ask("start-server")
            self.desktop.ask(f"setting clock.force-quantum {self.quantum}")
            for track in self._tracks.values():
                track.begin()

    # What may be heard.

    def must_hear(self, level_dbfs, within_s=5.0, tolerance_db=judge.TOLERANCE_DB, at=None):
        """The device plays at that level in time, and goes on. One that stays mute is found."""
        track = self._track(at)
        while True:
            begin = self._frame("begin", at)
            limit = begin + self._frames(within_s + judge.STEADY_S, at)
            span = (begin, min(limit, track.recording.end))
            reached = judge.find_level(track.recording, span, level_dbfs, tolerance_db)
            if reached is not None or track.recording.end >= limit:
                break
            time.sleep(0.02)
        return self._judge(at, judge.require_level, span, level_dbfs, within_s, tolerance_db)

    def must_not_rise(self, for_s=1.0, tolerance_db=judge.TOLERANCE_DB, at=None):
        """Nothing gets louder than the loudest level of the second before the act."""
        after = self._after(for_s, at)
        return self._judge(at, judge.require_no_rise, self._before(at), after, tolerance_db)

    def must_rise(self, rise_db, for_s=1.0, tolerance_db=judge.TOLERANCE_DB, at=None):
        """It gets louder by so much, and never by more."""
        after = self._after(for_s, at)
        return self._judge(at, judge.require_rise, self._before(at), after, rise_db, tolerance_db)

    def must_stay_below(self, level_dbfs, for_s=1.0, tolerance_db=judge.TOLERANCE_DB, at=None):
        after = self._after(for_s, at)
        return self._judge(at, judge.require_at_most, after, level_dbfs, tolerance_db)

    def must_fall_silent(self, within_s, for_s=1.0, at=None):
        """Counted from when the act was confirmed, and two cycles: what the graph is at, and the
        monitor of the device that drives it."""
        within_s += 2 * self.quantum / self._track(at).recording.rate
        end = self._after(for_s + within_s, at)[1]
        span = (self._frame("end", at), end)
        return self._judge(at, judge.require_silence, span, within_s)

    def must_not_step(self, for_s=1.0, at=None):
        """What changes is ramped. Players must neither begin nor end meanwhile."""
        after = self._after(for_s, at)
        return self._judge(at, judge.require_no_step, after, self.tones_hz, seamless=True)

    def must_fade_in(self, at_least_s, for_s=2.0, at=None):
        after = self._after(for_s, at)
        return self._judge(at, judge.require_fade_in, after, at_least_s)

    # Conditions that a scene waits for; nothing is judged.

    def wait_for(self, path, value):
        """Until a control of the amplifier has that value."""
        deadline = time.monotonic() + PATIENCE_S
        while self.get(path) != value:
            if time.monotonic() > deadline:
                self.fail(f"{path} is {self.get(path)}, not {value}")
            time.sleep(0.01)

    def get(self, path):
        return self._client.ask({"get": [path]})["set"][path]

    def listen(self, seconds, at=None):
        """Until so much more is recorded."""
        track = self._track(at)
        track.pull()
        track.listen_until(track.recording.end + self._frames(seconds, at))

    # The parts.

    def _node(self, name):
        return self.desktop.node(NODES[name])

    def _track(self, at):
        return self._tracks[at or self.devices[0]]

    def _frames(self, seconds, at):
        return round(seconds * self._track(at).recording.rate)

    def _frame(self, edge, at):
        """Where the last act began or was over, on a track."""
        track = self._track(at)
        track.pull()
        return track.recording.frame_of(getattr(self._mark, edge)[at or self.devices[0]])

    def _before(self, at):
        begin = self._frame("begin", at)
        return (max(0, begin - self._track(at).recording.rate), begin)

    def _after(self, seconds, at):
        """The span since the last act: so many seconds, or more where more was recorded."""
        track = self._track(at)
        end = self._frame("end", at) + self._frames(seconds, at)
        track.listen_until(end)
        return (self._frame("begin", at), max(end, track.recording.end))

    def _connect(self):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return harness.Client(os.path.join(self.desktop.folder, "wiregain.sock"))
            except OSError:
                if not self.amplifier.runs or time.monotonic() > deadline:
                    raise AssertionError("the amplifier does not start") from None
                time.sleep(0.005)

    def _forget_amplifier(self):
        self._client.close()
        self.amplifier = self._client = None

    def _start_player(self, kind, name, target, peak_dbfs, hz):
        peak = judge.from_db(peak_dbfs)
        if kind == "native":
            program = self.desktop.start(name, os.environ["WIREGAIN_TEST_PLAYER"], name, target,
                                         str(hz), repr(peak), "quadrature")
            self.desktop.ask(f"links {name} {target} 2")
            program.expect("streaming")
            return program
        if kind == "pw-cat":
            program = self.desktop.start(
                name, *REALTIME, "pw-cat", "-p", "--target", target, "--volume", "1.0", "-P",
                f"{{ node.name = {name} stream.dont-remix = true }}", tone_file(peak, hz, "wav"))
            self.desktop.ask(f"links {name} {target} 2")
            return program
        self.desktop.start_pulse()
        program = self.desktop.start(
            name, *REALTIME, "paplay", "--raw", "--format=float32le", "--rate=48000",
            "--channels=2", "--latency-msec=200", f"--device={target}", tone_file(peak, hz, "raw"))
        self.desktop.ask(f"links * {target} 2")
        return program

    def _count(self):
        return {device: track.count() for device, track in self._tracks.items()}

    def _count_late(self):
        """What the amplifier and the players know of their own lateness, in cycles."""
        late = sum(int(player.ask("missed", "missed ")) for player in self._players.values()
                   if self._is_native(player) and player.runs)
        return late + (self.get("audio.lost") if self.amplifier and self.amplifier.runs else 0)

    @staticmethod
    def _is_native(player):
        return os.environ["WIREGAIN_TEST_PLAYER"] in player.process.args

    def _judge(self, at, require, *arguments, seamless=False):
        """Runs one of the judge's functions, and prints its figure. A rise stands however busy the
        machine was, for lateness makes nothing louder; anything else that is found, and a verdict
        on a recording with too many holes, is Late. `seamless`: with one that could hide a step."""
        recording = self._track(at).recording
        span = [argument for argument in arguments if isinstance(argument, tuple)][-1]
        try:
            figure = require(recording, *arguments)
        except Finding as finding:
            finding.args = (f"{self._mark.name}: {finding}",)
            if finding.kind != "rise":
                self._require_punctual(recording, span)
            raise
        if seamless and judge.seams(recording, span):
            self._require_punctual(recording, span)
        self._require_recorded(recording, span, (span[1] - span[0]) / recording.rate / 10)
        what = require.__name__[len("require_"):]
        print(f"figure: {self._testMethodName}: {self._mark.name}: {what} {figure:.3g}", flush=True)
        return figure

    def _require_recorded(self, recording, span, holes_s):
        holes = recording.late_holes(*span)
        lost_s = sum(hole.end - hole.start for hole in holes) / recording.rate
        if lost_s > holes_s:
            raise Late(f"{len(holes)} holes in the recording, {lost_s:.2f} s")

    def _require_punctual(self, recording, span):
        """Nobody was late in the span, the recorder, a player or the amplifier."""
        self._require_recorded(recording, span, 0.0)
        dropouts = recording.dropouts(*span)
        late = self._count_late() - self._mark.late
        if dropouts and (late > 0 or not all(map(self._is_native, self._players.values()))):
            raise Late(f"{len(dropouts)} dropouts, {late} cycles late")
        if dropouts:
            at_s = (dropouts[0][0] - span[0]) / recording.rate
            raise Finding("dropout", -math.inf, f"{self._mark.name}: cycles of zeros {at_s:.2f} s "
                          "after, and no program was late")


@functools.lru_cache(maxsize=None)
def _folder():
    folder = tempfile.TemporaryDirectory(prefix="wiregain-border-")
    unittest.addModuleCleanup(folder.cleanup)
    return folder


@functools.lru_cache(maxsize=None)
def tone_file(peak, hz, kind):
    """A file of FILE_S seconds of stereo floats, faded in; quadrature, so that left^2 + right^2 is
    constant."""
    second = array.array("f")
    for n in range(48000):
        phase = 2.0 * math.pi * (n * hz % 48000) / 48000
        second.extend((peak * math.sin(phase), peak * math.cos(phase)))
    first = array.array("f", second)
    for n in range(4800):
        fade = 0.5 - 0.5 * math.cos(math.pi * n / 4800)
        first[2 * n] *= fade
        first[2 * n + 1] *= fade
    path = os.path.join(_folder().name, f"tone-{hz}-{peak:.6f}.{kind}")
    samples = first.tobytes() + second.tobytes() * (FILE_S - 1)
    with open(path, "wb") as file:
        if kind == "wav":
            file.write(_wav_head(len(samples)))
        file.write(samples)
    return path


def _wav_head(size):
    form = struct.pack("<IHHIIHH", 16, 3, 2, 48000, 48000 * 8, 8, 32)
    return (b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + form + b"data" +
            struct.pack("<I", size))


def main():
    unittest.main(verbosity=2)
