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
	received: number;
	/** Arrival less the sound's time; the smallest is that of one that was not held up. */
	offset: number;
	/** Between this one and the one before, in the sound's time. */
	gap: number;
}

const KEEP_S = 1;
const LOOK_BACK_S = 3;
/** The few that were held up longest do not keep all others waiting. */
const LATE_SHARE = 0.02;
/** The clock is bent by no more than this when it has to change: far within what a meter may be off. */
const BEND = 0.02;
const BEND_OVER_S = 0.4;
/** Further off than this it leaps ahead, or waits. */
const LEAP_S = 0.06;

export class Timeline {
	private moments: Moment[] = [];
	private arrivals: Arrival[] = [];
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
		this.drawnAt = undefined;
		this.shown = Number.NaN;
	}

	/** `at` in seconds of the sound, `received` by performance.now(). */
	take(readings: Readings, at: number, received: number): void {
		const last = this.moments.at(-1);
		if (last && at <= last.at) {
			if (at < last.at) {
				this.clear();
			} else {
				return;
			}
		}
		const now = received / 1000;
		this.arrivals.push({ received: now, offset: now - at, gap: last ? at - last.at : 0 });
		this.arrivals = this.arrivals.filter((arrival) => now - arrival.received < LOOK_BACK_S);
		const waits = this.arrivals.map((arrival) => arrival.gap + arrival.offset).sort((a, b) => b - a);
		this.behind = waits[Math.floor(waits.length * LATE_SHARE)] ?? 0;
		this.moments.push({ at, readings });
		while (this.moments.length > 2 && at - (this.moments[1] as Moment).at > KEEP_S) {
			this.moments.shift();
		}
	}

	/** The moments around what is to be drawn at `now` of performance.now(), and how far between. */
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
