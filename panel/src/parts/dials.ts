// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// What stands on the face of a needle meter, and how far the needle goes for a value: 0 at rest, 1
// at the end of the scale, a little more at the pin behind it.

import { printDb } from "../levels";

export interface Dial {
	/** The last word of the reading's path. */
	reading: "vu" | "ppm";
	name: string;
	/** White on black, or black on a lit ground. */
	dark: boolean;
	law(value: number): number;
	marks: [value: number, text: string][];
	/** A second, smaller scale inside the first. */
	inner: [value: number, text: string][];
	/** From here on it is written in red. */
	red: number;
	/** What the test's tone reads, for the needle's zero. */
	zero: number;
	say(value: number): string;
}

const PIN = 1.045;

function pinned(at: number): number {
	return Math.min(PIN, Math.max(0, at));
}

/** The moving coil's law: the angle goes with the voltage, 0 VU at 100 %, +3 VU at the end. */
const END_LIN = 10 ** (3 / 20);

function plain(values: number[]): [number, string][] {
	return values.map((value) => [value, String(Math.abs(value))]);
}

export const VU: Dial = {
	reading: "vu",
	name: "VU",
	dark: false,
	law: (vu) => pinned(10 ** (vu / 20) / END_LIN),
	marks: plain([-20, -10, -7, -5, -3, -2, -1, 0, 1, 2, 3]),
	inner: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) =>
		[percent === 0 ? -200 : 20 * Math.log10(percent / 100),
			percent % 20 === 0 ? String(percent) : ""]),
	red: 0,
	zero: 0,
	say: (vu) => printDb(vu),
};

/**
 * IEC 60268-10, type II: 4 stands for -18 dBFS, 4 dB from mark to mark; inside it the EBU's scale.
 */
const PPM4_DBFS = -18;
const PPM_DB = 4;

const PPM_II: Dial = {
	reading: "ppm",
	name: "PPM",
	dark: true,
	law: (dbfs) => pinned(((dbfs - PPM4_DBFS) / PPM_DB + 3.6) / 7.2),
	marks: [1, 2, 3, 4, 5, 6, 7].map((mark) => [PPM4_DBFS + PPM_DB * (mark - 4), String(mark)]),
	inner: [-12, -8, -4, 0, 4, 8, 12].map((db) =>
		[PPM4_DBFS + db, db === 0 ? "TEST" : printDb(db, 0)]),
	red: PPM4_DBFS + 9,
	zero: PPM4_DBFS,
	say: (dbfs) => Math.max(0, 4 + (dbfs - PPM4_DBFS) / PPM_DB).toFixed(1),
};

/** Type I: 0 stands for -9 dBFS; the scale is drawn out towards its end. */
const DIN0_DBFS = -9;
const din: [db: number, at: number][] = [
	[-50, 0], [-40, 0.08], [-30, 0.19], [-20, 0.35], [-10, 0.57], [-5, 0.71], [0, 0.86], [5, 1],
	[10, 1.2],
];

function dinLaw(db: number): number {
	const after = din.findIndex(([value]) => value > db);
	if (after <= 0) {
		return after === 0 ? 0 : PIN;
	}
	const [from, a] = din[after - 1] as [number, number];
	const [to, b] = din[after] as [number, number];
	return pinned(a + ((db - from) / (to - from)) * (b - a));
}

const PPM_I: Dial = {
	...PPM_II,
	law: (dbfs) => dinLaw(dbfs - DIN0_DBFS),
	marks: din.slice(0, -1).map(([db]) => [DIN0_DBFS + db, db > 0 ? `+${db}` : String(Math.abs(db))]),
	inner: [],
	red: DIN0_DBFS,
	zero: DIN0_DBFS,
	say: (dbfs) => printDb(dbfs - DIN0_DBFS),
};

export function ppmDial(scale: string): Dial {
	return scale === "I" ? PPM_I : PPM_II;
}
