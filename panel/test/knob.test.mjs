// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The knob, by every hand that may turn it.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Amplifier, Front, START } from "./harness.mjs";

let amplifier;
let front;

before(async () => {
	amplifier = await Amplifier.start();
	front = await Front.open(amplifier, { hasTouch: true });
});

after(async () => {
	assert.deepEqual(front.faults, []);
	await front.close();
	await amplifier.stop();
});

beforeEach(async () => {
	await amplifier.set(START);
	await front.shows("headphone.level", -40);
	await front.shows("line.level", -40);
	await front.shows("knob.target", "headphone");
});

async function place(angle, radius = 0.3) {
	const box = await front.box(".knob");
	const rad = (angle * Math.PI) / 180;
	return [box.x + box.width / 2 + box.width * radius * Math.sin(rad),
		box.y + box.height / 2 - box.height * radius * Math.cos(rad)];
}

test("a drag round it turns by the angle, and the pointer follows the finger", async () => {
	const { mouse } = front.page;
	await mouse.move(...await place(0));
	await mouse.down();
	// From -60 dB up the scale has 150 half decibels on 250 degrees: 50 degrees are 15 dB.
	for (let angle = 0; angle <= 50; angle += 2) {
		await mouse.move(...await place(angle));
	}
	const turn = await front.page.evaluate(() =>
		parseFloat(document.querySelector(".knob").style.getPropertyValue("--turn")));
	await mouse.up();
	// -40 dB stands at -33.3 degrees.
	assert.ok(Math.abs(turn - (50 - 33.33)) < 1.5, `the pointer stands at ${turn}`);
	await amplifier.reaches("headphone.level", -25);
	assert.equal(await amplifier.get("line.level"), -40);
	await front.shows("headphone.level", -25);
	assert.equal(await front.page.getAttribute(".knob", "aria-valuetext"), "minus 25.0 decibels");
});

test("a drag the other way turns down, into mute at the end", async () => {
	const { mouse } = front.page;
	await mouse.move(...await place(0));
	await mouse.down();
	for (let angle = 0; angle >= -130; angle -= 5) {
		await mouse.move(...await place(angle));
	}
	await mouse.up();
	await amplifier.reaches("headphone.level", "mute");
});

test("the wheel: a notch is half a decibel", async () => {
	await front.page.mouse.move(...await place(0));
	await front.page.mouse.wheel(0, -100);
	await amplifier.reaches("headphone.level", -39.5);
	await front.page.mouse.wheel(0, 300);
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
	const touch = await front.context.newCDPSession(front.page);
	const send = async (type, at) => touch.send("Input.dispatchTouchEvent",
		{ type, touchPoints: at ? [{ x: at[0], y: at[1] }] : [] });
	await send("touchStart", await place(0));
	await send("touchEnd");
	await amplifier.reaches("headphone.level", -39.5);
	await send("touchStart", await place(180));
	await send("touchEnd");
	await amplifier.reaches("headphone.level", -40);
	await send("touchStart", await place(-90));
	for (let angle = -90; angle <= -40; angle += 2) {
		await send("touchMove", await place(angle));
	}
	await send("touchEnd");
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
	const { mouse } = front.page;
	await mouse.move(...await place(0));
	await mouse.down();
	for (let angle = 0; angle <= 60; angle += 3) {
		await mouse.move(...await place(angle));
	}
	await amplifier.reaches("headphone.level", -38);
	await mouse.up();
	await front.shows("headphone.level", -38);
	const turn = await front.page.evaluate(() =>
		parseFloat(document.querySelector(".knob").style.getPropertyValue("--turn")));
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
