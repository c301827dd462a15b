// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// How heavy the panel is and how fast: for the tests, which print it, and the benchmark, which
// judges.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { TOP } from "./harness.mjs";

/** Everything in panel/dist, each file compressed. */
export function bundleBytes() {
	const dist = join(TOP, "panel/dist");
	return readdirSync(dist, { recursive: true }).map((name) => join(dist, name))
		.filter((path) => statSync(path).isFile())
		.reduce((bytes, path) => bytes + gzipSync(readFileSync(path), { level: 9 }).length, 0);
}

/** Milliseconds from the navigation to the first content on the screen. */
export function firstPaint(front) {
	return front.page.evaluate(async () => {
		const paint = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
		while (paint() === undefined) {
			await new Promise((resolve) => requestAnimationFrame(resolve));
		}
		return paint();
	});
}

/** Frames a second on a page of the panel, while its meters move. */
export async function frameRate(front, hash, ms = 1500) {
	await front.go(hash);
	await front.page.waitForFunction(() => document.querySelector("wg-app").amp.readingsAt > 0);
	return front.page.evaluate(async (runMs) => {
		const start = performance.now();
		let frames = 0;
		let now = start;
		while (now - start < runMs) {
			now = await new Promise((resolve) => requestAnimationFrame(resolve));
			frames += 1;
		}
		return (1000 * frames) / (now - start);
	}, ms);
}
