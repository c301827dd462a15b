# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What a recording of a device says about the amplifier before it, in windows of 10 ms: level,
rise, step, silence, fade.

Levels are peaks in dBFS. A span is (start, end) in frames of the recording. Each `require_` returns
its figure or raises a Finding, which says what was heard, with the figure and the moment."""

import math

from recording import largest

WINDOW_S = 0.010
SILENCE_DBFS = -100.0
TOLERANCE_DB = 0.5
STEADY_S = 0.2  # a level that stays so long is reached
# The largest sudden change that is no step, against the level: what a ramp of some 3 ms makes. One
# of 20 ms is at -66 dB.
STEP_DB = -50.0
SEAM_FRAMES = 96  # beside a hole, to know the level there: some periods of the tones


class Finding(AssertionError):
    """What was heard that must not be heard, or not heard that must. `kind` is "rise", "step",
    "sound", "mute", "level" or "fade"; `figure` is in dB, or in seconds for a fade."""

    def __init__(self, kind, figure, text):
        super().__init__(text)
        self.kind = kind
        self.figure = figure


class Window:
    def __init__(self, start, frames, peak):
        self.start, self.frames, self.peak = start, frames, peak

    @property
    def dbfs(self):
        return to_db(self.peak)


def to_db(linear):
    return 20.0 * math.log10(linear) if linear > 0 else -math.inf


def from_db(db):
    return 10.0 ** (db / 20.0)


def windows(recording, span):
    """The windows of a span, counted from its start. None is in a hole; near one they are short."""
    length = max(1, round(WINDOW_S * recording.rate))
    found = []
    for start, channels in recording.stretches(*span):
        first = -((start - span[0]) % length)
        for at in range(first, len(channels[0]), length):
            low, high = max(0, at), min(at + length, len(channels[0]))
            peak = max(largest(channel[low:high]) for channel in channels)
            found.append(Window(start + low, high - low, peak))
    return found


def loudest(recording, span):
    """The loudest window of a span, or None where nothing was recorded."""
    return max(windows(recording, span), key=lambda window: window.peak, default=None)


def _seconds(recording, span, frame):
    return (frame - span[0]) / recording.rate


def measure_rise(recording, before, after):
    """How far, in dB, the loudest window after an act is above the loudest before it, and both.
    Silence counts as SILENCE_DBFS."""
    reference = loudest(recording, before)
    window = loudest(recording, after)
    floor = from_db(SILENCE_DBFS)
    low = to_db(max(floor, reference.peak if reference else 0.0))
    high = to_db(max(floor, window.peak if window else 0.0))
    return high - low, low, high


def require_no_rise(recording, before, after, tolerance_db=TOLERANCE_DB):
    """Nothing after is louder than the loudest before."""
    rise, low, high = measure_rise(recording, before, after)
    if rise > tolerance_db:
        window = loudest(recording, after)
        raise Finding("rise", rise, f"rise of {rise:+.1f} dB, from {low:.1f} to {high:.1f} dBFS, "
                      f"{_seconds(recording, after, window.start):.2f} s after: allowed is "
                      f"{tolerance_db:+.1f} dB")
    return rise


def require_rise(recording, before, after, rise_db, tolerance_db=TOLERANCE_DB):
    """The loudest after is that much above the loudest before, no more and no less."""
    rise, low, high = measure_rise(recording, before, after)
    if rise > rise_db + tolerance_db:
        raise Finding("rise", rise, f"rise of {rise:+.1f} dB, from {low:.1f} to {high:.1f} dBFS: "
                      f"asked was {rise_db:+.1f} dB")
    if rise < rise_db - tolerance_db:
        raise Finding("level", rise, f"change of {rise:+.1f} dB, from {low:.1f} to {high:.1f} dBFS:"
                      f" asked was {rise_db:+.1f} dB")
    return rise


def require_at_most(recording, span, level_dbfs, tolerance_db=TOLERANCE_DB):
    """No window of the span is above a level."""
    window = loudest(recording, span)
    if window and window.dbfs > level_dbfs + tolerance_db:
        raise Finding("rise", window.dbfs - level_dbfs, f"{window.dbfs:.1f} dBFS was heard "
                      f"{_seconds(recording, span, window.start):.2f} s after: allowed is "
                      f"{level_dbfs:.1f} dBFS")
    return window.dbfs if window else -math.inf


def require_silence(recording, span, within_s, below_dbfs=SILENCE_DBFS):
    """From `within_s` on the whole span is silent. Returns when the last sound ended, in s."""
    floor = from_db(below_dbfs)
    loud = [window for window in windows(recording, span) if window.peak > floor]
    last_s = 0.0
    if loud:
        last_s = _seconds(recording, span, _last_frame_above(recording, loud[-1], floor))
    if last_s > within_s:
        raise Finding("sound", loud[-1].dbfs, f"{loud[-1].dbfs:.1f} dBFS is still heard "
                      f"{last_s:.3f} s after: silence was due within {within_s:.3f} s")
    return last_s


def _last_frame_above(recording, window, floor):
    (start, channels), = recording.stretches(window.start, window.start + window.frames)
    return start + max(n for channel in channels
                       for n, sample in enumerate(channel) if abs(sample) > floor)


def find_level(recording, span, level_dbfs, tolerance_db=TOLERANCE_DB):
    """When the level is reached for good, in seconds: from then to the end of the span it stays
    within the tolerance, for STEADY_S at least. None: it is not."""
    length = round(WINDOW_S * recording.rate)
    since = None
    for window in windows(recording, span):
        if window.frames < length:
            continue
        if abs(window.dbfs - level_dbfs) > tolerance_db:
            since = None
        elif since is None:
            since = window.start
    if since is None or span[1] - since < STEADY_S * recording.rate:
        return None
    return _seconds(recording, span, since)


def require_level(recording, span, level_dbfs, within_s, tolerance_db=TOLERANCE_DB):
    """The amplifier is audible at that level within `within_s`, and stays there to the end of the
    span. An amplifier that stays mute is found here. Returns when it was reached."""
    reached_s = find_level(recording, span, level_dbfs, tolerance_db)
    if reached_s is not None and reached_s <= within_s + WINDOW_S:
        return reached_s
    window = loudest(recording, (max(span[0], span[1] - round(STEADY_S * recording.rate)), span[1]))
    if window is None or window.dbfs <= SILENCE_DBFS:
        raise Finding("mute", -math.inf, f"nothing is heard {within_s:.1f} s after: "
                      f"{level_dbfs:.1f} dBFS was due")
    late = "" if reached_s is None else f" since {reached_s:.2f} s after"
    raise Finding("level", window.dbfs, f"{window.dbfs:.1f} dBFS is heard{late}: "
                  f"{level_dbfs:.1f} dBFS was due within {within_s:.1f} s")


def require_fade_in(recording, span, at_least_s, depth_db=40.0):
    """From silence, or `depth_db` below where it ends, up to 3 dB below that takes `at_least_s`.
    Returns how long it took."""
    found = windows(recording, span)
    top = max((window.peak for window in found), default=0.0)
    if to_db(top) <= SILENCE_DBFS:
        raise Finding("mute", -math.inf, "nothing faded in: the span is silent")
    arrived = next(n for n, window in enumerate(found) if window.peak >= top * from_db(-3.0))
    quiet = [n for n in range(arrived) if found[n].peak < top * from_db(-depth_db)]
    took_s = (found[arrived].start - found[quiet[-1]].start) / recording.rate if quiet else 0.0
    if took_s < at_least_s:
        raise Finding("fade", took_s, f"came in within {took_s:.3f} s: a fade of at least "
                      f"{at_least_s:.3f} s was due")
    return took_s


def _annihilate(samples, turn):
    """What is left of samples when a sine of that many radians per sample is predicted from the two
    before: nothing while it is steady, the jump itself where it jumps."""
    factor = 2.0 * math.cos(turn)
    return [c - factor * b + a for a, b, c in zip(samples, samples[1:], samples[2:])]


def _residual_energy(channels, turns):
    """The energy of what no prediction of these tones expects, over the length of its response:
    item n is of the samples from n on."""
    for turn in turns:
        channels = [_annihilate(channel, turn) for channel in channels]
    length = 2 * len(turns)
    energy = [sum(x * x for x in samples) for samples in zip(*channels)]
    return [sum(energy[n:n + length]) for n in range(len(energy))]


def _unit_step_energy(turns, channels):
    """The same for tones of amplitude 1 that begin at once, on average over their phases."""
    total, phases = 0.0, 8
    for turn in turns:
        for phase in range(phases):
            start = 2.0 * math.pi * phase / phases
            tone = [math.sin(start + n * turn) if n >= 0 else 0.0
                    for n in range(-2 * len(turns), 2 * len(turns))]
            total += max(_residual_energy([tone], turns))
    return channels * total / (phases * len(turns))


def steps(recording, span, tones_hz):
    """Lists (frame, dB): sudden changes where the tones should go on or be ramped, as amplitude
    against the loudest window within 10 ms. Left out are edges of dropouts and of holes, and
    changes that are themselves silent."""
    turns = [2.0 * math.pi * hz / recording.rate for hz in tones_hz or [0]]
    length = round(WINDOW_S * recording.rate)
    edges = [edge for dropout in recording.dropouts(*span) for edge in dropout]
    found = []
    history = 2 * len(turns)  # so that a step on the first frame is seen
    for start, channels in recording.stretches(max(0, span[0] - history), span[1]):
        unit = _unit_step_energy(turns, len(channels))
        energy = _residual_energy(channels, turns)
        for at in range(0, len(energy), length):
            part = energy[at:at + length]
            most = max(part)
            frame = start + at + part.index(most) + 2 * len(turns)
            low, high = max(0, at - length), at + 2 * length
            peak = max(largest(channel[low:high]) for channel in channels)
            jump = math.sqrt(most / unit)
            if peak <= from_db(SILENCE_DBFS) or any(abs(frame - edge) <= length for edge in edges):
                continue
            if jump > from_db(SILENCE_DBFS):
                found.append((frame, to_db(jump / peak)))
    return found


def seams(recording, span):
    """Lists the holes and dropouts, as (start, end), after which the level is not as it was before,
    by more than 2 % of the loudest: they could hide a step."""
    window = loudest(recording, span)
    return [gap for gap in _gaps(recording, span)
            if abs(_edge_peak(recording, gap[0] - SEAM_FRAMES, gap[0]) -
                   _edge_peak(recording, gap[1], gap[1] + SEAM_FRAMES)) > window.peak / 50]


def _gaps(recording, span):
    """Holes and dropouts; those with no more than SEAM_FRAMES between them are one."""
    gaps = [(hole.start, hole.end) for hole in recording.late_holes(*span)]
    merged = []
    for start, end in sorted(gaps + recording.dropouts(*span)):
        if merged and start - merged[-1][1] <= SEAM_FRAMES:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged


def _edge_peak(recording, start, end):
    return max((largest(channel) for _, channels in recording.stretches(start, end)
                for channel in channels), default=0.0)


def require_no_step(recording, span, tones_hz, limit_db=STEP_DB):
    """No sudden change in the span. Returns the largest, in dB against the level."""
    largest_step = max(steps(recording, span, tones_hz), key=lambda step: step[1], default=None)
    if largest_step is None:
        return -math.inf
    frame, db = largest_step
    if db > limit_db:
        raise Finding("step", db, f"a step of {db:.1f} dB against the level, "
                      f"{_seconds(recording, span, frame):.3f} s after: a ramp was due "
                      f"(at most {limit_db:.0f} dB)")
    return db
