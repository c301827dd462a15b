// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// What the hand does and what is heard: the knob is turned in the browser, and the gain is read
// from the sound that left the amplifier. And what is heard and what is seen: a burst moves the
// needle that is drawn as IEC 60268-17 has it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Front, START } from "./harness.mjs";
import { fitNeedle, needleRun } from "./needle-run.mjs";
import { Stage, hasStage } from "./stage.mjs";
import { knobHands } from "./hands.mjs";

const skip = hasStage ? false : "built without PipeWire";
const ATTEMPTS = 12;
let stage;
let front;

before(async () => {
	if (hasStage) {
		stage = await Stage.start();
		await stage.set(START);
		front = await Front.open(stage, { hasTouch: true });
	}
});

after(async () => {
	assert.deepEqual(front?.faults ?? [], []);
	await front?.close();
	assert.equal(await stage?.stop() ?? 0, 0, "the stage's end");
});

/**
 * The gain of the recorded sound comes to that of the level shown, within a hundredth, and stays.
 */
async function sounds(level) {
	await stage.reaches("headphone.level", level);
	await front.shows("headphone.level", level);
	assert.equal(await front.page.getAttribute(".knob", "aria-valuenow"), String(level));
	let gain = await stage.gain();
	for (let i = 0; i < ATTEMPTS && Math.abs(gain - level) > 0.01; i++) {
		gain = await stage.gain();
	}
	assert.ok(Math.abs(gain - level) < 0.01, `shown ${level} dB, heard ${gain} dB`);
	return Math.abs(await stage.gain() - level);
}

test("the knob turned by drag, wheel, keys and touch: the recorded sound has that gain", { skip }, async () => {
	await stage.tone(997, 0.5);
	const hands = await knobHands(front);
	await front.shows("headphone.level", -40);
	let worst = await sounds(-40);
	// From -60 dB up, 50 degrees of the scale are 15 dB.
	await hands.drag(0, 50);
	worst = Math.max(worst, await sounds(-25));
	await hands.wheel(-100);
	worst = Math.max(worst, await sounds(-24.5));
	await hands.wheel(300);
	worst = Math.max(worst, await sounds(-26));
	await hands.keys("ArrowUp", "PageUp", "PageUp", "ArrowDown", "ArrowDown");
	worst = Math.max(worst, await sounds(-20.5));
	await hands.touchTap(0);
	worst = Math.max(worst, await sounds(-20));
	await hands.touchDrag(-40, -90);
	worst = Math.max(worst, await sounds(-35));
	console.log(`figure: gain of the recorded sound after every turn within ${worst.toExponential(1)} dB`);
});

test("a burst of 0 VU from rest: the drawn needle at 300 ms, and its overshoot", { skip }, async () => {
	await front.go("#meters");
	await front.page.click('.place-choice [data-choice="input"]');
	let run;
	for (let i = 0; i < ATTEMPTS && !run?.fair; i++) {
		await stage.still();
		run = await needleRun(front.page, stage, () => stage.tone(1000, 0.1));
	}
	assert.ok(run.fair, `frames were missed each time: ${run.why}`);
	const seen = fitNeedle(run.samples);
	console.log(`figure: drawn needle, 1 kHz of 0 VU from rest: 99 % after ${seen.rise_ms.toFixed(0)} ms, `
		+ `overshoot ${seen.overshoot.toFixed(2)} %, ${run.perSecond.toFixed(0)} frames a second, `
		+ `drawn ${run.behind_ms.toFixed(0)} ms after the newest sound measured`);
	assert.ok(Math.abs(seen.rise_ms - 300) <= 30, `99 % after ${seen.rise_ms} ms`);
	assert.ok(seen.overshoot >= 1 && seen.overshoot <= 1.5, `overshoot ${seen.overshoot} %`);
});
