# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""A recording of what a device plays, on the clock of the graph: cycle after cycle, with a hole
wherever the recorder missed one.

Time is counted in frames since the first recorded cycle. Cycles say where they are on their
driver's clock, so frames that a busy machine did not record are known as such and cannot be
mistaken for silence."""

import array
import struct

# struct recorded_cycle of test/pipewire/recording.h:
# position, nsec, clock_id, rate_hz, frames, channels
HEAD = struct.Struct("=QQIIII")


class Cycle:
    """One cycle of the graph: `start` in frames of the recording, an array of floats a channel."""

    def __init__(self, start, channels):
        self.start = start
        self.channels = channels
        self.frames = len(channels[0]) if channels else 0

    @property
    def end(self):
        return self.start + self.frames

    @property
    def is_zero(self):
        return not any(any(channel) for channel in self.channels)


class Hole:
    """Frames that were not recorded. `late`: the recorder missed cycles of one clock; otherwise the
    clock itself changed, as it does when the device that drives the graph comes or goes."""

    def __init__(self, start, end, late):
        self.start, self.end, self.late = start, end, late


class Recording:
    def __init__(self):
        self.rate = 48000
        self.cycles = []
        self.holes = []
        self._rest = b""
        self._last = None  # position after the newest cycle, its nsec there, clock id

    @property
    def end(self):
        return self.cycles[-1].end if self.cycles else 0

    def frame_of(self, index):
        """Where the cycle of that index starts, or will start when it comes next."""
        return self.cycles[index].start if index < len(self.cycles) else self.end

    def add(self, position, nsec, clock, channels):
        """Adds the next cycle, with what the driver's clock said at its start."""
        start = self.end
        if self._last is not None:
            start += self._measure_hole(position, nsec, clock)
        cycle = Cycle(start, channels)
        self.cycles.append(cycle)
        self._last = (position + cycle.frames, nsec + cycle.frames * 10**9 // self.rate, clock)

    def _measure_hole(self, position, nsec, clock):
        expected, expected_nsec, last_clock = self._last
        if clock == last_clock and position == expected:
            return 0
        late = clock == last_clock and position > expected
        missing = (nsec - expected_nsec) * self.rate // 10**9
        if late:
            missing = position - expected
        missing = max(0, missing)
        self.holes.append(Hole(self.end, self.end + missing, late))
        return missing

    def feed(self, data):
        """Adds what the recorder wrote, in pieces of any length."""
        data = self._rest + data
        at = 0
        while len(data) - at >= HEAD.size:
            position, nsec, clock, rate, frames, channels = HEAD.unpack_from(data, at)
            size = HEAD.size + 4 * frames * channels
            if len(data) - at < size:
                break
            self.rate = rate
            samples = memoryview(data)[at + HEAD.size:at + size].cast("B")
            self.add(position, nsec, clock, [
                array.array("f", bytes(samples[4 * frames * n:4 * frames * (n + 1)]))
                for n in range(channels)])
            at += size
        self._rest = data[at:]

    def stretches(self, start, end):
        """Lists (start, channels) of samples without a hole between `start` and `end`. A change of
        the clock ends one too, for players that follow the clock jump with it."""
        found = []
        previous_end = None
        breaks = self._clock_changes()
        for cycle in self.cycles:
            first, last = max(start, cycle.start), min(end, cycle.end)
            if first >= last:
                continue
            pieces = [channel[first - cycle.start:last - cycle.start] for channel in cycle.channels]
            if (found and previous_end == first and first not in breaks and
                    len(found[-1][1]) == len(pieces)):
                for channel, piece in zip(found[-1][1], pieces):
                    channel.extend(piece)
            else:
                found.append((first, pieces))
            previous_end = last
        return found

    def _clock_changes(self):
        """Where cycles of another clock begin."""
        return {hole.end for hole in self.holes if not hole.late}

    def late_holes(self, start, end):
        return [hole for hole in self.holes if hole.late and hole.start < end and hole.end > start]

    def dropouts(self, start, end):
        """Whole cycles of zeros in the middle of sound, cut off at both edges: somebody in the
        graph came too late. A fade to silence and back is none. The recorder may have missed
        cycles in between. Lists (start, end)."""
        found, run = [], None
        breaks = self._clock_changes()
        for index, cycle in enumerate(self.cycles):
            if cycle.end <= start or cycle.start >= end:
                continue
            if cycle.start in breaks:
                run = None
            elif cycle.is_zero:
                run = index if run is None and index > 0 else run
            else:
                if run is not None and _is_cut(self.cycles[run - 1], cycle):
                    found.append((self.cycles[run].start, cycle.start))
                run = None
        return found


def _is_cut(before, after):
    """The sound stands at its full level where it ends before the zeros, and begins after them."""
    return _is_loud_at_edge(before, -1) and _is_loud_at_edge(after, 0)


def _is_loud_at_edge(cycle, edge):
    frames = min(32, cycle.frames)
    parts = [channel[-frames:] if edge else channel[:frames] for channel in cycle.channels]
    peak = max(largest(channel) for channel in cycle.channels)
    return peak > 0 and max(largest(part) for part in parts) >= peak / 4


def largest(samples):
    """The largest absolute sample."""
    return max(max(samples), -min(samples)) if len(samples) else 0.0
