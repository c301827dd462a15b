// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The knob, by every hand that may turn it.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { knobHands } from "./hands.mjs";
import { Amplifier, Front, START } from "./harness.mjs";

let amplifier;
let front;
let hands;

before(async () => {
	amplifier = await Amplifier.start();
	front = await Front.open(amplifier, { hasTouch: true });
	hands = await knobHands(front);
});

after(async () => {
	assert.deepEqual(front.faults, []);
	await front.close();
	await amplifier.stop();
});

beforeEach(async () => {
	await amplifier.set(START);
	await front.showsAll({ "headphone.level": -40, "line.level": -40, "knob.target": "headphone" });
});

/** Where the pointer stands, in degrees from the top. */
function pointer() {
	return front.page.evaluate(() =>
		parseFloat(document.querySelector(".knob").style.getPropertyValue("--turn")));
}

test("a drag round it turns by the angle, and the pointer follows the finger", async () => {
	// From -60 dB up the scale has 150 half decibels on 250 degrees: 50 degrees are 15 dB.
	const turn = await hands.drag(0, 50, { held: pointer });
	// -40 dB stands at -33.3 degrees.
	assert.ok(Math.abs(turn - (50 - 33.33)) < 1.5, `the pointer stands at ${turn}`);
	await amplifier.reaches("headphone.level", -25);
	assert.equal(await amplifier.get("line.level"), -40);
	await front.shows("headphone.level", -25);
	assert.equal(await front.page.getAttribute(".knob", "aria-valuetext"), "minus 25.0 decibels");
});

test("a drag the other way turns down, into mute at the end", async () => {
	await hands.drag(0, -130, { by: 5 });
	await amplifier.reaches("headphone.level", "mute");
});

test("the wheel: a notch is half a decibel", async () => {
	await hands.wheel(-100);
	await amplifier.reaches("headphone.level", -39.5);
	await hands.wheel(300);
	await amplifier.reaches("headphone.level", -41);
});

test("keys: arrows half a decibel, pages three, Home is silence, End never loud", async () => {
	const { page } = front;
	await page.focus(".knob");
	for (const [key, level] of [["ArrowUp", -39.5], ["ArrowRight", -39], ["ArrowDown", -39.5],
		["ArrowLeft", -40], ["PageUp", -37], ["PageDown", -40], ["Home", "mute"]]) {
		await page.keyboard.press(key);
		await amplifier.reaches("headphone.level", level);
	}
	await page.keyboard.press("End");
	await amplifier.reaches("headphone.level", await amplifier.get("headphone.start"));
});

test("touch: a drag turns, a tap on the upper or lower half is one step", async () => {
	await hands.touchTap(0);
	await amplifier.reaches("headphone.level", -39.5);
	await hands.touchTap(180);
	await amplifier.reaches("headphone.level", -40);
	await hands.touchDrag(-90, -40);
	await amplifier.reaches("headphone.level", -25);
});

test("both outputs at once, and line alone", async () => {
	await front.page.click('[data-choice="both"]');
	await amplifier.reaches("knob.target", "both");
	await front.shows("knob.target", "both");
	await front.page.focus(".knob");
	await front.page.keyboard.press("PageDown");
	await amplifier.reaches("headphone.level", -43);
	await amplifier.reaches("line.level", -43);
	await front.page.click('.target [data-choice="line"]');
	await front.shows("knob.target", "line");
	await front.page.focus(".knob");
	await front.page.keyboard.press("ArrowUp");
	await amplifier.reaches("line.level", -42.5);
	assert.equal(await amplifier.get("headphone.level"), -43);
});

test("at a limit the pointer slips back to what is true", async () => {
	await amplifier.set({ "headphone.limit": -38 });
	await front.shows("headphone.limit", -38);
	await hands.drag(0, 60, { by: 3, held: () => amplifier.reaches("headphone.level", -38) });
	await front.shows("headphone.level", -38);
	const turn = await pointer();
	assert.ok(Math.abs(turn - (-100 + 22 * 250 / 75)) < 1, `the pointer stands at ${turn}`);
});

test("a frame sends at most one message, and no turn is lost", async () => {
	front.sent.length = 0;
	const frames = await front.page.evaluate(async () => {
		let count = 0;
		let counting = true;
		const tick = () => { count += 1; if (counting) { requestAnimationFrame(tick); } };
		requestAnimationFrame(tick);
		const knob = document.querySelector(".knob");
		for (let i = 0; i < 60; i++) {
			knob.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
			if (i % 10 === 9) {
				await new Promise((resolve) => requestAnimationFrame(resolve));
			}
		}
		counting = false;
		return count;
	});
	await amplifier.reaches("headphone.level", -10);
	const steps = front.sent.filter((payload) => payload.includes('"step"'));
	assert.ok(steps.length <= frames + 1, `${steps.length} messages in ${frames} frames`);
	assert.ok(steps.length <= 8, `${steps.length} messages`);
});
