// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The line breaks: said at once, nothing old shown as present, no touch carried out late, and back
// by itself.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Amplifier, Front, START, picture } from "./harness.mjs";
import { Line } from "./line.mjs";

let amplifier;

before(async () => {
	amplifier = await Amplifier.start();
});

after(() => amplifier.stop());
beforeEach(() => amplifier.set(START));

async function looksLost(front) {
	await front.page.waitForSelector('[data-online="false"]');
	await front.settle();
	assert.match(await front.page.textContent(".banner"), /No connection/);
	for (const output of ["headphone", "line"]) {
		assert.equal(await front.page.getAttribute(`[data-output="${output}"]`, "aria-label"),
			`${output === "line" ? "Line" : "Headphone"} unknown`);
		assert.equal(await front.page.getAttribute(`[data-output="${output}"] .level-number`, "data-level"), "");
	}
	assert.equal(await front.page.getAttribute(".knob", "aria-valuetext"), "unknown");
	assert.ok(await front.page.isDisabled('[data-key="dim"]'));
	assert.ok(await front.page.isDisabled('[data-key="next"]'));
}

test("the amplifier goes and comes back", async () => {
	const front = await Front.open(amplifier);
	try {
		await front.shows("headphone.level", -40);
		await amplifier.pause();
		await looksLost(front);
		await front.page.focus(".knob");
		await front.page.keyboard.press("ArrowUp");
		await front.page.keyboard.press("PageUp");
		await front.page.mouse.wheel(0, -500);
		await picture(front.page, "lost-800x480-silver");
		await amplifier.resume();
		await front.online();
		await front.page.waitForFunction(() => /Connected again/.test(
			document.querySelector(".notice").textContent));
		const before = await amplifier.get("headphone.level");
		await front.shows("headphone.level", before);
		// A touch from now goes through; those from before do not come with it.
		await front.page.focus(".knob");
		await front.page.keyboard.press("ArrowDown");
		await amplifier.reaches("headphone.level", before - 0.5);
		assert.deepEqual(front.faults, []);
	} finally {
		await front.close();
	}
});

test("a line that stalls: nothing is sent into the pause, and it counts as lost", async () => {
	const line = await Line.to(amplifier.port);
	const front = await Front.open(amplifier, { address: `http://127.0.0.1:${line.port}` });
	try {
		await front.page.waitForFunction(() => document.querySelector("wg-app").amp.readingsAt > 0);
		line.freeze();
		await front.page.waitForFunction(() =>
			performance.now() - document.querySelector("wg-app").amp.readingsAt > 1100);
		front.sent.length = 0;
		await front.page.evaluate(() => {
			const knob = document.querySelector(".knob");
			knob.dispatchEvent(new KeyboardEvent("keydown", { key: "PageUp", bubbles: true }));
			document.querySelector('[data-key="dim"]').click();
		});
		await looksLost(front);
		assert.deepEqual(front.sent.filter((text) => /step|"set"/.test(text)), []);
		line.thaw();
		await front.online();
		await front.shows("headphone.level", -40);
		assert.equal(await amplifier.get("headphone.level"), -40);
		assert.equal(await amplifier.get("dim"), false);
	} finally {
		await front.close();
		line.close();
	}
});

/** Makes a page believe that it was put away, or is looked at again. */
function hide(front, hidden) {
	return front.page.evaluate((to) => {
		Object.defineProperty(document, "hidden", { value: to, configurable: true });
		document.dispatchEvent(new Event("visibilitychange"));
	}, hidden);
}

test("a page that is looked at again over a dead line does not show the old as present", async () => {
	const line = await Line.to(amplifier.port);
	const front = await Front.open(amplifier, { address: `http://127.0.0.1:${line.port}` });
	try {
		await front.shows("headphone.level", -40);
		await hide(front, true);
		line.freeze();
		await hide(front, false);
		await looksLost(front);
		line.thaw();
		await front.online();
		await front.shows("headphone.level", -40);
	} finally {
		await front.close();
		line.close();
	}
});

test("a table that did not come is asked for again", async () => {
	let refused = 0;
	const front = await Front.open(amplifier, { prepare: (context) =>
		context.route("**/api/controls", (route) => refused < 2
			? route.fulfill({ status: ++refused > 1 ? 503 : 500, json: { error: { path: "", reason: "full" } } })
			: route.continue()) });
	try {
		await front.page.waitForFunction(() => document.querySelector("wg-app").amp.has("headphone.level"));
		assert.equal(refused, 2);
		await front.page.waitForSelector(".target");
	} finally {
		await front.close();
	}
});

test("a turn that waited in a hidden page is forgotten", async () => {
	const front = await Front.open(amplifier);
	try {
		await front.shows("headphone.level", -40);
		// A page that is not drawn gets no frames: they are withheld here for longer than a touch
		// lives.
		await front.page.evaluate(async () => {
			const frames = [];
			const real = window.requestAnimationFrame;
			window.requestAnimationFrame = (callback) => frames.push(callback);
			const knob = document.querySelector(".knob");
			knob.dispatchEvent(new KeyboardEvent("keydown", { key: "PageUp", bubbles: true }));
			await new Promise((resolve) => setTimeout(resolve, 700));
			window.requestAnimationFrame = real;
			frames.forEach((callback) => callback(performance.now()));
		});
		await front.page.focus(".knob");
		await front.page.keyboard.press("ArrowDown");
		await amplifier.reaches("headphone.level", -40.5);
	} finally {
		await front.close();
	}
});
