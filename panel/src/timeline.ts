// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Readings in the time of their sound. They come at irregular moments, each with the moment of the
// sound at which it was true; what moves by a law is drawn a little behind, between two of them, so
// that its motion on the screen is its motion in the amplifier.

export type Readings = Record<string, number>;

interface Moment {
	/** The sound's own time, in seconds. */
	at: number;
	readings: Readings;
}

/** What came when: the newest ones tell how far behind is far enough. */
interface Arrival {
	/** Less the sound's time; the smallest is that of one that was not held up. */
	offset: number;
	/** Between this one and the one before, in the sound's time. */
	gap: number;
}

const KEEP_S = 1;
/** So many arrivals are looked at: some seconds. */
const LOOK_BACK = 180;
/** A guess, until there have been some. */
const FIRST_GAP_S = 0.045;
/** The few that were held up longest do not keep all others waiting. */
const LATE_SHARE = 0.02;
/**
 * The clock is bent by no more than this when it has to change: far within what a meter may be off.
 */
const BEND = 0.01;
const BEND_OVER_S = 0.4;
/** Further off than this it leaps ahead, or waits. */
const LEAP_S = 0.06;

export class Timeline {
	private moments: Moment[] = [];
	private arrivals: Arrival[] = [];
	private lastSound: { at: number; received: number } | undefined;
	private resting = false;
	private drawnAt: number | undefined;
	/** So far behind this machine's clock the next reading is there before it is needed. */
	private behind = 0;
	/** The sound's time that is on the screen. */
	shown = Number.NaN;

	/** That of the newest reading. */
	get newest(): number {
		return this.moments.at(-1)?.at ?? Number.NaN;
	}

	clear(): void {
		this.moments = [];
		this.arrivals = [];
		this.lastSound = undefined;
		this.drawnAt = undefined;
		this.shown = Number.NaN;
	}

	/**
	 * `at` in seconds of the sound, undefined while there is none; `received` by performance.now().
	 */
	take(readings: Readings, at: number | undefined, received: number): void {
		const now = received / 1000;
		if (at === undefined) {
			this.rest(readings, now);
			return;
		}
		const last = this.lastSound;
		if (last && at <= last.at) {
			if (at === last.at) {
				return;
			}
			this.clear();
		}
		if (this.resting) {
			this.wake(at, now);
		}
		this.arrive(now - at, last ? (this.resting ? 0 : at - last.at) : FIRST_GAP_S);
		this.resting = false;
		this.lastSound = { at, received: now };
		this.keep({ at, readings });
	}

	/**
	 * No sound: time goes on by this machine's clock, and says nothing of how late readings come.
	 */
	private rest(readings: Readings, now: number): void {
		const last = this.lastSound ?? { at: now, received: now };
		this.resting = true;
		this.keep({ at: last.at + (now - last.received), readings });
	}

	/**
	 * Sound again. How late its first reading is cannot be known: not at all, which keeps it safe.
	 */
	private wake(at: number, now: number): void {
		const shift = now - at - Math.min(...this.arrivals.map((arrival) => arrival.offset));
		this.arrivals = this.arrivals.map(({ offset, gap }) => ({ offset: offset + shift, gap }));
		this.moments = this.moments.filter((moment) => moment.at < at);
	}

	private arrive(offset: number, gap: number): void {
		this.arrivals = [...this.arrivals.slice(1 - LOOK_BACK), { offset, gap }];
		const waits = this.arrivals.map((arrival) => arrival.gap + arrival.offset).sort((a, b) => b - a);
		this.behind = waits[Math.floor(waits.length * LATE_SHARE)] ?? 0;
	}

	private keep(moment: Moment): void {
		this.moments.push(moment);
		while (this.moments.length > 2 && moment.at - (this.moments[1] as Moment).at > KEEP_S) {
			this.moments.shift();
		}
	}

	/**
	 * The moments around what is to be drawn at `now` of performance.now(), and how far between.
	 */
	around(now: number): { before: Readings; after: Readings; part: number } | undefined {
		const newest = this.moments.at(-1);
		if (!newest) {
			return undefined;
		}
		const at = Math.min(this.advance(now / 1000), newest.at);
		this.shown = at;
		let i = this.moments.length - 1;
		while (i > 0 && (this.moments[i - 1] as Moment).at >= at) {
			i -= 1;
		}
		const after = this.moments[i] as Moment;
		const before = this.moments[Math.max(0, i - 1)] as Moment;
		const span = after.at - before.at;
		const part = span > 0 ? Math.min(1, Math.max(0, (at - before.at) / span)) : 1;
		return { before: before.readings, after: after.readings, part };
	}

	/** The sound's time at `now`, running as evenly as can be. */
	private advance(now: number): number {
		const wanted = now - this.behind;
		const passed = this.drawnAt === undefined ? Infinity : Math.max(0, now - this.drawnAt);
		const off = wanted - (this.shown + passed);
		this.drawnAt = now;
		if (!(Math.abs(off) < LEAP_S)) {
			return off > -KEEP_S ? Math.max(wanted, this.shown) : wanted;
		}
		const bend = Math.min(BEND, Math.max(-BEND, off / BEND_OVER_S));
		return this.shown + passed * (1 + bend);
	}
}
