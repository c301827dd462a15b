# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What a card of the booted lab plays: a sound file of 16 bits and two channels that the emulator writes meanwhile."""

import array
import math

RATE = 48000
WINDOW = RATE // 100  # 10 ms
HEADER = 44  # bytes, wrong until the card is gone
FRAME = 4  # bytes
SILENCE_DB = -120.0


def frames_of(file):
    """How many there are. The last few are still in the emulator's hands."""
    return max(0, (file.stat().st_size - HEADER) // FRAME) if file.exists() else 0


def levels_of(file, first, count):
    """The peak of each whole window of 10 ms of those frames, in dBFS, of silence SILENCE_DB."""
    samples = array.array("h")
    with open(file, "rb") as recording:
        recording.seek(HEADER + FRAME * first)
        data = recording.read(FRAME * count)
    samples.frombytes(data[:len(data) // (FRAME * WINDOW) * FRAME * WINDOW])
    peaks = (max(map(abs, samples[start:start + 2 * WINDOW])) for start in range(0, len(samples), 2 * WINDOW))
    return [20 * math.log10(peak / 32768) if peak else SILENCE_DB for peak in peaks]
