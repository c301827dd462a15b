#!/usr/bin/env node
// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The panel in a browser: its size, its first paint, its frames a second with needles moving, and
// how soon one browser shows what another hand has changed. Ends with 1 when a goal is missed. A
// machine that does something else besides misses them for reasons of its own.

import { launchBrowser } from "../panel/test/browser.mjs";
import { Amplifier, Front, START } from "../panel/test/harness.mjs";
import { latencies, median } from "../panel/test/latency.mjs";
import { bundleBytes, firstPaint, frameRate } from "../panel/test/speed.mjs";

const LOADS = 9;
const CHANGES = 100;
const FRAMES_MS = 5000;
let missed = 0;

function judge(what, value, unit, goal, good) {
	console.log(`${what}: ${value} ${unit} (goal ${goal})${good ? "" : ": missed"}`);
	missed += good ? 0 : 1;
}

const amplifier = await Amplifier.start();
try {
	await amplifier.set({ ...START, "display.meter": "vu" });
	const bytes = bundleBytes();
	judge("the whole bundle, compressed", (bytes / 1000).toFixed(1), "kB", "below 60", bytes < 60000);

	const paints = [];
	for (let i = 0; i < LOADS; i++) {
		const browser = await launchBrowser();
		const front = await Front.open(amplifier, { browser });
		paints.push(await firstPaint(front));
		await browser.close();
	}
	judge(`first paint, 800x480, median of ${LOADS} browsers`, median(paints).toFixed(0), "ms",
		"below 300", median(paints) < 300);

	const browsers = await Promise.all([launchBrowser(), launchBrowser()]);
	const front = await Front.open(amplifier, { browser: browsers[0] });
	for (const page of ["main", "meters"]) {
		const rate = await frameRate(front, `#${page}`, FRAMES_MS);
		judge(`frames a second with needles moving, 800x480, ${page}, drawn by the processor`,
			rate.toFixed(1), "Hz", "60", rate > 59);
	}
	const other = await Front.open(amplifier, { browser: browsers[1] });
	await front.go("#main");
	const { screens, lines } = await latencies(amplifier, [front, other], CHANGES);
	judge(`a change on the screen of another browser, median of ${screens.length}`,
		median(screens).toFixed(1), "ms", "below 50", median(screens) < 50);
	judge(`and at a client of the socket, median of ${lines.length}`, median(lines).toFixed(1),
		"ms", "below 50", median(lines) < 50);
	await Promise.all(browsers.map((browser) => browser.close()));
} finally {
	await amplifier.stop();
}
process.exit(missed === 0 ? 0 : 1);
