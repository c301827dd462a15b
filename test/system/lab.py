# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What tests in the booted lab share: waiting, the sound server's view, an amplifier, a player, and what arrived at
a card's far end. Times are the lab's."""

import array
import contextlib
import math
import pathlib
import subprocess
import tempfile
import time
import wave

RATE = 48000
WINDOW = RATE // 100  # 10 ms
PATIENCE_S = 60
TOLERANCE_DB = 0.1
MIXER_DB = 1.0  # the session manager leaves the mixer of the HDA card at -0.8 dB, of the USB card at -0.5 dB
SILENCE_DB = -120.0
TONE_PEAK = 16384  # of 16 bits: -6.02 dBFS
TONE_DB = 20 * math.log10(TONE_PEAK / 32768)

# The cards, by what the session manager calls their sinks.
LOOPBACK, HDA, USB = "alsa_output.platform-snd_aloop", "alsa_output.pci-", "alsa_output.usb-"


def run(*words):
    return subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE).stdout


def wait_for(what, condition, patience_s=PATIENCE_S):
    """Until the condition gives something that counts as true, which it returns."""
    end = time.monotonic() + patience_s
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {patience_s} s")
        time.sleep(0.5)  # cheap in there, while each look takes the processor
    return value


def names(kind):
    """The sound server's sinks or cards, as programs see them. None while it does not run."""
    told = subprocess.run(["pactl", "list", "short", kind], text=True, capture_output=True, timeout=PATIENCE_S).stdout
    return [line.split("\t")[1] for line in told.splitlines()]


def wait_for_sink(start):
    """The full name of a card's sink."""
    return wait_for(f"a sink {start}*", lambda: next((name for name in names("sinks") if name.startswith(start)), None))


class Amplifier:
    """`wiregain run` in a folder of its own."""

    def __init__(self, folder, *settings):
        self.socket = f"{folder}/socket"
        self.log = pathlib.Path(folder) / "log"
        words = ["wiregain", "run", "--audio", "pipewire", "--panel", "off", "--socket", self.socket,
                 "--store", f"{folder}/store"]
        for setting in settings:
            words += ["--set", setting]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)

    def is_alive(self):
        return self.process.poll() is None

    def ask(self, *words):
        return run("wiregain", words[0], "--socket", self.socket, *words[1:])

    def get(self, path):
        assert self.is_alive(), f"the amplifier ended: {self.log.read_text()}"
        words = ["wiregain", "get", "--socket", self.socket, path]
        return subprocess.run(words, text=True, capture_output=True).stdout.strip()

    def set(self, *settings):
        self.ask("set", *settings)

    def wait_for_value(self, path, value):
        wait_for(f"{path} = {value}, it is {self.get(path)}", lambda: self.get(path) == value)

    def close(self):
        self.process.terminate()
        return self.process.wait(timeout=PATIENCE_S)


@contextlib.contextmanager
def amplifier(*settings):
    with tempfile.TemporaryDirectory() as folder:
        running = Amplifier(folder, *settings)
        try:
            yield running
        finally:
            if running.is_alive():
                running.close()
            print(running.log.read_text(), end="")


@contextlib.contextmanager
def player(target, seconds=120):
    """Plays a tone of 1 kHz, in both channels, into a sink, as a program does."""
    period = [round(TONE_PEAK * math.sin(2 * math.pi * i / 48)) for i in range(48)]
    frames = array.array("h", [sample for sample in period for _ in range(2)]).tobytes()
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        with wave.open(file.name, "wb") as tone:
            tone.setparams((2, 2, RATE, 0, "NONE", ""))
            tone.writeframes(frames * (1000 * seconds))
        process = subprocess.Popen(["paplay", f"--device={target}", file.name])
        try:
            yield process
            assert process.poll() is None, "the player ended by itself"
        finally:
            process.kill()
            process.wait()


def db_of(peak, full_scale):
    return 20 * math.log10(peak / full_scale) if peak else SILENCE_DB


class Recording:
    """What a card plays, as its far end heard it: it grows while the card plays."""

    def __init__(self, name):
        self.name = name

    def frames(self):
        return int(run("lab-host", "frames", self.name))

    def levels(self, first=0, count=None):
        """The peak of each window of 10 ms in dBFS."""
        count = self.frames() - first if count is None else count
        return [float(word) for word in run("lab-host", "levels", self.name, str(first), str(count)).split()]

    def latest(self, seconds=0.5):
        count = int(seconds * RATE)
        return self.levels(max(0, self.frames() - count), count)

    def wait_for_level(self, level_db):
        """Until the last half second is at that level throughout, less what the card's mixer takes. Returns it."""
        def is_there():
            levels = self.latest() if self.frames() > RATE else [SILENCE_DB]
            right = level_db - MIXER_DB < min(levels) and max(levels) < level_db + TOLERANCE_DB
            return levels if right and max(levels) - min(levels) < TOLERANCE_DB else None

        try:
            return max(wait_for(f"{level_db:.1f} dBFS in {self.name}", is_there))
        except AssertionError as error:
            raise AssertionError(f"{error}; of {self.frames()} frames the last: {self.latest()}") from None


def loopback_levels(seconds=1):
    """What arrives at the other end of the loopback card: the peak of each window of 10 ms in dBFS."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        run("arecord", "-q", "-D", "hw:Loopback,1,0", "-f", "S32_LE", "-r", str(RATE), "-c", "2",
            "-d", str(seconds), file.name)
        with wave.open(file.name) as recorded:
            samples = array.array("i", recorded.readframes(recorded.getnframes()))
    return [db_of(max(abs(sample) for sample in samples[i:i + 2 * WINDOW]), 2 ** 31)
            for i in range(0, len(samples) - 2 * WINDOW + 1, 2 * WINDOW)]
