// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Levels: how they are written, spoken and laid out on a scale. 275 positions half a decibel apart
// and a mute below them; a position is an integer, mute is 0, -122.0 dB is 1, +15.0 dB is 275.

import type { Value } from "./table";

export const MINIMUM_DB = -122;
export const MAXIMUM_DB = 15;
export const POSITIONS = 275;
const MINUS = "\u2212";

/** That of 0.0 dB. */
export const UNITY = 1 - MINIMUM_DB * 2;

/** The position of a level; undefined for what is not one. */
export function positionOf(level: Value | undefined): number | undefined {
	if (level === "mute") {
		return 0;
	}
	if (typeof level !== "number" || !Number.isFinite(level)) {
		return undefined;
	}
	return Math.round((level - MINIMUM_DB) * 2) + 1;
}

export function levelAt(position: number): number | "mute" {
	return position <= 0 ? "mute" : MINIMUM_DB + (Math.min(position, POSITIONS) - 1) / 2;
}

/** As engraved and printed: one decimal, a true minus, a plus above unity. */
export function printDb(db: number, decimals = 1): string {
	const text = Math.abs(db).toFixed(decimals);
	if (Number(text) === 0) {
		return text;
	}
	return (db < 0 ? MINUS : "+") + text;
}

/** As a screen reader says it. */
export function sayDb(db: number, words: { minus: string; plus: string; decibels: string }):
	string {
	const sign = db < 0 ? `${words.minus} ` : db > 0 ? `${words.plus} ` : "";
	return `${sign}${Math.abs(db).toFixed(1)} ${words.decibels}`;
}

/*
 * The law of the knob's scale. The lower 62 dB, hardly ever visited, share a sixth of the way
 * round; from -60 dB up every half decibel has the same, larger angle, so that a detent can be
 * felt.
 */
const KNEE = 125; // the position of -60.0 dB
const KNEE_AT = 1 / 6;

/** Where a position lies on the scale, 0 to 1. */
export function scaleOf(position: number): number {
	return position <= KNEE
		? (position / KNEE) * KNEE_AT
		: KNEE_AT + ((position - KNEE) / (POSITIONS - KNEE)) * (1 - KNEE_AT);
}

/** The position, not rounded, that lies at a place of the scale. */
export function positionAt(place: number): number {
	const at = Math.min(1, Math.max(0, place));
	return at <= KNEE_AT
		? (at / KNEE_AT) * KNEE
		: KNEE + ((at - KNEE_AT) / (1 - KNEE_AT)) * (POSITIONS - KNEE);
}
