// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// What the meters show of known readings: angles and lengths as they are drawn, numbers as written.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Amplifier, Front, START } from "./harness.mjs";

let amplifier;
let front;

before(async () => {
	amplifier = await Amplifier.start();
	await amplifier.set(START);
	front = await Front.open(amplifier, { hash: "#meters" });
});

after(async () => {
	assert.deepEqual(front.faults, []);
	await front.close();
	await amplifier.stop();
});

/** Opens a view; from then on its readings are the test's: those of the amplifier are not taken. */
async function view(name) {
	await front.go(`#meters/${name}`);
	await front.page.waitForSelector(`[data-view="${name}"]`);
	await front.page.evaluate(() => {
		const { amp } = document.querySelector("wg-app");
		const take = Object.getPrototypeOf(amp).take;
		amp.give = (message) => take.call(amp, message);
		amp.take = (message) => message.readings || take.call(amp, message);
	});
}

/** Shows readings, all of them of one moment, and returns what a canvas says of its drawing. */
function drawn(readings, canvas, name) {
	return front.page.evaluate(async ([values, selector, data]) => {
		const { amp } = document.querySelector("wg-app");
		amp.timeline.clear();
		amp.give({ readings: values, at: 1 });
		amp.readingsAt = performance.now() + 1e6;
		await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
		return document.querySelector(selector).dataset[data];
	}, [readings, canvas, name]);
}

async function needleAt(what, value) {
	return Number(await drawn({ [`meter.headphone.left.${what}`]: value }, "wg-needle canvas", "angle"));
}

test("the VU needle's angle goes with the voltage", async () => {
	await view("vu");
	const zero = await needleAt("vu", 0);
	assert.ok(Math.abs(zero - 92 / 10 ** (3 / 20)) < 0.01, `0 VU at ${zero} degrees`);
	for (const vu of [-200, -20, -6, 0.1, 3]) {
		const angle = await needleAt("vu", vu);
		assert.ok(Math.abs(angle - zero * 10 ** (vu / 20)) < 0.01, `${vu} VU is drawn at ${angle} degrees`);
	}
});

test("the PPM's needle: type II 4 dB from mark to mark, 4 upright at -18 dBFS; type I 0 at -9", async () => {
	await amplifier.set({ "meter.ppm_scale": "II" });
	await front.shows("meter.ppm_scale", "II");
	await view("ppm");
	const one = await needleAt("ppm", -30);
	const step = (await needleAt("ppm", -6) - one) / 6;
	assert.ok(step > 10);
	for (let mark = 1; mark <= 7; mark++) {
		const angle = await needleAt("ppm", -18 + 4 * (mark - 4));
		assert.ok(Math.abs(angle - one - step * (mark - 1)) < 0.01, `mark ${mark} is drawn at ${angle} degrees`);
	}
	assert.ok(Math.abs(await needleAt("ppm", -18) - 46) < 0.01);
	assert.match(await front.page.getAttribute("wg-needle canvas", "aria-label"), /^PPM Headphone Left/);
	await amplifier.set({ "meter.ppm_scale": "I" });
	await front.shows("meter.ppm_scale", "I");
	await view("ppm");
	assert.ok(Math.abs(await needleAt("ppm", -9) - 0.86 * 92) < 0.01);
	assert.equal(await needleAt("ppm", -59), 0);
	assert.ok(await needleAt("ppm", 0) > 92, "what is beyond +5 lies on the pin");
	await amplifier.set({ "meter.ppm_scale": "II" });
});

test("loudness: bars over EBU +18, and the numbers beside them", async () => {
	await view("loudness");
	const at = "meter.headphone";
	const ends = await drawn({ [`${at}.loudness.momentary`]: -5, [`${at}.loudness.short_term`]: -23,
		[`${at}.loudness.integrated`]: -24.1, [`${at}.loudness.range`]: 5.2, [`${at}.loudness.momentary_max`]: -18,
		[`${at}.loudness.short_term_max`]: -200, [`${at}.true_peak_max`]: -0.35 }, "wg-loudness canvas", "ends");
	assert.equal(ends, "momentary 1.000, short_term 0.667, integrated 0.646");
	await front.page.waitForFunction(() => /−24\.1/.test(document.querySelector(".figures").textContent));
	const text = await front.page.textContent(".figures");
	assert.match(text, /Integrated−24\.1LUFS.*Range5\.2LU.*momentary−18\.0LUFS.*short-term–LUFS.*peak−0\.(3|4)dBTP/s);
});

test("the stereo image: correlation, balance, and the figures of both sides", async () => {
	await view("stereo");
	const at = "meter.headphone";
	assert.equal(await drawn({ [`${at}.correlation`]: -0.25, [`${at}.balance`]: 3, [`${at}.left.crest`]: 3,
		[`${at}.right.clips`]: 7, [`${at}.left.rms`]: -23.04 }, "wg-image canvas", "at"), "-0.250 3.000");
	await front.page.waitForFunction(() =>
		document.querySelector('[data-reading="right.clips"]').textContent === "7");
	assert.equal(await front.page.textContent('[data-reading="left.crest"]'), "3.0");
	assert.equal(await front.page.textContent('[data-reading="left.rms"]'), "−23.0");
});

/** Sides of one tone, as the amplifier sends them: 8 runs of 32 pairs, 127 for the peak. */
function pairsOf(left, right, degrees = 0) {
	const peak = Math.max(Math.abs(left), Math.abs(right));
	return Buffer.from(Int8Array.from({ length: 512 }, (_, i) => {
		const angle = 0.1305 * (i >> 1);
		return Math.round(127 / peak * (i % 2 ? right * Math.sin(angle - degrees * Math.PI / 180)
			: left * Math.sin(angle)));
	})).toString("base64");
}

let run = 1000;

/** Draws it, and returns where the screen is lit: across and up, 1 in each corner. */
function lit(pairs, peak) {
	run += 8;
	return front.page.evaluate(async ([text, db, number]) => {
		const { amp } = document.querySelector("wg-app");
		const canvas = document.querySelector("wg-scope canvas");
		amp.give({ readings: {}, scope: { point: "headphone", run: number, peak: db, pairs: text } });
		const count = await new Promise((resolve) => requestAnimationFrame(() =>
			requestAnimationFrame(() => resolve(canvas.dataset.traces))));
		const [x, y, reach] = canvas.dataset.square.split(" ").map(Number);
		const ratio = canvas.width / canvas.clientWidth;
		const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, Math.round(2 * y * ratio));
		const points = [];
		for (let i = 0; i < data.length; i += 4) {
			// The trace's amber; the face is grey.
			if (data[i + 3] > 100 && data[i] > 200 && data[i + 2] < 150) {
				const at = i / 4;
				points.push([(at % width + 0.5) / ratio - x, y - (Math.floor(at / width) + 0.5) / ratio]
					.map((offset) => offset / reach));
			}
		}
		return { points, count: Number(count), range: Number(canvas.dataset.range), reach };
	}, [pairs, peak, run]);
}

/** Traces of before have faded. */
async function dark() {
	await front.page.waitForFunction(() => document.querySelector("wg-scope canvas").dataset.traces === "0");
}

const spread = (values) => [Math.min(...values), Math.max(...values)];

test("the goniometer: mono upright, turned over flat, one side a diagonal, a quarter late a circle", async () => {
	await view("scope");
	for (const [name, pairs, across, up] of [["mono", pairsOf(0.5, 0.5), 0, 1], ["polarity", pairsOf(0.5, -0.5), 1, 0],
		["left", pairsOf(0.5, 0), -0.5, 0.5], ["right", pairsOf(0, 0.5), 0.5, 0.5]]) {
		await dark();
		const { points, count, range, reach } = await lit(pairs, -6.02);
		const near = 2.5 / reach;
		assert.equal(count, 8, name);
		assert.equal(range, -6, name);
		for (const [x, y] of points) {
			assert.ok(Math.abs(x * up - y * across) / Math.hypot(across, up) < near, `${name} is lit at ${x}, ${y}`);
		}
		for (const [values, end] of [[points.map(([x]) => x), Math.abs(across)], [points.map(([, y]) => y), Math.abs(up)]]) {
			const [low, high] = spread(values);
			assert.ok(Math.abs(high - end) < near && Math.abs(low + end) < near, `${name} from ${low} to ${high}`);
		}
	}
	await dark();
	const { points, reach } = await lit(pairsOf(0.5, 0.5, 90), -6.02);
	const octants = new Set();
	for (const [x, y] of points) {
		assert.ok(Math.abs(Math.hypot(x, y) - Math.SQRT1_2) < 2.5 / reach, `the circle is lit at ${x}, ${y}`);
		octants.add(Math.floor((Math.atan2(y, x) / Math.PI + 1) * 4) % 8);
	}
	assert.equal(octants.size, 8);
});

test("the goniometer's range follows; what came already is not drawn again", async () => {
	await view("scope");
	await dark();
	assert.equal((await lit(pairsOf(0.5, 0.5), -0.5)).range, 0);
	run -= 3; // Five of its runs are new.
	assert.equal((await lit(pairsOf(0.5, 0.5), -40)).count, 13);
	let range;
	for (let i = 0; i < 200 && range !== -36; i++) {
		({ range } = await lit(pairsOf(0.5, 0.5), -40));
	}
	assert.equal(range, -36);
	assert.equal((await lit(pairsOf(0.5, 0.5), 5)).range, 6);
	assert.match(await front.page.getAttribute("wg-scope canvas", "aria-label"), /^Goniometer Headphone/);
});

test("pictures are asked for while a goniometer is on the screen", async () => {
	await front.page.reload();
	await front.online();
	await front.go("#meters/vu");
	front.sent.length = 0;
	await front.page.click('.view-choice [data-choice="scope"]');
	await front.page.waitForFunction(() =>
		Number(document.querySelector("wg-scope canvas")?.dataset.traces) > 8);
	await front.page.click('.place-choice [data-choice="input"]');
	await front.page.waitForFunction(() => /^Goniometer Input: Correlation/.test(
		document.querySelector("wg-scope canvas").getAttribute("aria-label")));
	await front.page.waitForFunction(() =>
		Number(document.querySelector("wg-scope canvas")?.dataset.traces) > 8);
	await front.page.click('.view-choice [data-choice="stereo"]');
	await front.page.waitForSelector("wg-image canvas");
	const asked = front.sent.filter((text) => text.includes("scope")).map((text) => JSON.parse(text).scope);
	assert.equal(asked.at(0), "headphone");
	assert.equal(asked.at(-1), null);
	assert.ok(asked.includes("input"));
});

test("views, places, and starting anew, by hand", async () => {
	await front.go("#meters/vu");
	assert.equal(await front.page.locator("wg-needle").count(), 2);
	assert.equal(await front.page.locator(".bars-glass wg-bars").count(), 1);
	await front.page.click('.place-choice [data-choice="line"]');
	await front.page.waitForFunction(() => /^VU Line Left: /.test(
		document.querySelector("wg-needle canvas").getAttribute("aria-label")));
	// The face says where it measures, too.
	const rest = { "meter.headphone.left.vu": -200, "meter.line.left.vu": -200 };
	const face = () => front.page.evaluate(() => document.querySelector("wg-needle canvas").toDataURL());
	await view("vu");
	await drawn(rest, "wg-needle canvas", "angle");
	const line = await face();
	await front.page.click('.place-choice [data-choice="headphone"]');
	await front.settle();
	await drawn(rest, "wg-needle canvas", "angle");
	assert.notEqual(await face(), line);
	await front.page.click('.view-choice [data-choice="loudness"]');
	await front.page.waitForSelector("wg-loudness canvas");
	front.sent.length = 0;
	await front.page.click('[data-path="meter.reset"]');
	assert.deepEqual(front.sent.filter((text) => text.includes("do")), ['{"do":"meter.reset"}']);
	await front.page.click('.view-choice [data-choice="bars"]');
	await front.page.waitForSelector('[data-view="bars"] wg-bars canvas');
});

test("what the table does not have is not offered", async () => {
	await front.context.route("**/api/controls", async (route) => {
		const response = await route.fetch();
		const { controls } = await response.json();
		await route.fulfill({ json: { controls: controls.filter((row) => !/loudness|ppm|correlation/.test(row.path)) } });
	});
	await front.page.reload();
	await front.online();
	await front.go("#meters");
	await front.page.waitForSelector(".view-choice [role=radio]");
	const offered = await front.page.locator(".view-choice [role=radio]").evaluateAll((all) =>
		all.map((one) => one.dataset.choice));
	assert.deepEqual(offered, ["bars", "vu"]);
});

describe("the main page's meter", () => {
	before(async () => {
		await front.context.unroute("**/api/controls");
		await front.page.reload();
		await front.online();
		await front.resize([1280, 800]);
		await front.go("#main");
	});

	for (const [meter, element] of [["ppm", "wg-needle"], ["loudness", "wg-loudness"], ["vu", "wg-needle"]]) {
		test(`the main page's meter may be ${meter}`, async () => {
			await amplifier.set({ "display.meter": meter });
			await front.shows("display.meter", meter);
			await front.page.waitForSelector(`.glass-meter ${element} canvas`);
			const box = await front.page.locator(`.glass-meter ${element}`).first().boundingBox();
			assert.ok(box.width > 100 && box.height > 80, JSON.stringify(box));
			assert.deepEqual(front.faults, []);
		});
	}
});
