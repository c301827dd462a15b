// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The bundle's size, and what it leaves out; times are printed, not judged.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Amplifier, Front, START, TOP } from "./harness.mjs";
import { bundleBytes, firstPaint, frameRate } from "./speed.mjs";

let amplifier;

before(async () => {
	amplifier = await Amplifier.start();
	await amplifier.set(START);
});

after(() => amplifier.stop());

test("the whole bundle is below 60 kB compressed", () => {
	const bytes = bundleBytes();
	console.log(`figure: the panel's bundle ${(bytes / 1000).toFixed(1)} kB compressed`);
	assert.ok(bytes < 60000, `${bytes} bytes`);
});

test("nothing in it needs inline script or style, or another host", () => {
	const html = readFileSync(join(TOP, "panel/dist/index.html"), "utf8");
	assert.doesNotMatch(html, /<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?:/);
	const script = readFileSync(join(TOP, "panel/dist/app.js"), "utf8");
	assert.doesNotMatch(script, /\sstyle="|eval\(|new Function/);
});

test("the lock file names no registry", () => {
	assert.doesNotMatch(readFileSync(join(TOP, "panel/package-lock.json"), "utf8"), /"resolved"/);
});

test("first paint, and frames a second with needles moving", async () => {
	const front = await Front.open(amplifier);
	try {
		console.log(`figure: first paint after ${(await firstPaint(front)).toFixed(0)} ms`);
		for (const page of ["main", "meters"]) {
			const rate = await frameRate(front, `#${page}`);
			console.log(`figure: ${page} at 800x480 ${rate.toFixed(0)} frames a second, drawn by the processor`);
			assert.ok(rate > 0);
		}
	} finally {
		await front.close();
	}
});
