// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Every page at every size: nothing scrolls that should not, nothing is cut, nothing overlaps,
// every target is large enough; and a picture of each, into the folder WIREGAIN_PICTURES names.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Amplifier, Front, SIZES, START, picture, pictures } from "./harness.mjs";
import { installLayoutFaults } from "./layout-check.mjs";

const PAGES = ["main", "meters", "meters/bars", "meters/ppm", "meters/loudness", "meters/stereo",
	"meters/scope", "inputs", "settings", "settings/monitor", "settings/headphone", "settings/display", "settings/device",
	"settings/crossfeed", "settings/eq", "settings/load", "settings/protect", "settings/dose",
	"settings/system", "lock"];

/** What is hardest to find room for. */
const FULL = { "headphone.level": -118.5, "line.level": "mute", "headphone.mute": true, "dim": true,
	"monitor.mode": "swap", "monitor.invert_left": true, "monitor.invert_right": true,
	"headphone.balance": -12.5, "line.balance": 10, "headphone.limit": -20, "knob.target": "both",
	"input.1.name": "Mastering converter 24 ch", "input.1.bypass": false };

const LOOKS = [
	{ name: "silver", values: START, locale: "en-GB",
		pictures: ["main", "meters", "meters/ppm", "meters/loudness", "meters/stereo",
			"meters/scope", "inputs", "settings/display", "lock"] },
	{ name: "black", values: { ...FULL, "display.theme": "black", "display.meter": "vu",
		"input.1.name": "Studio converter" }, locale: "en-GB", pictures: ["main"] },
	{ name: "rack-german", values: { ...FULL, "display.layout": "rack", "display.meter": "none",
		"input.1.name": "Mastering-Wandler 24 Kan" }, locale: "de-DE", pictures: [] },
];

let amplifier;

before(async () => {
	amplifier = await Amplifier.start();
});

after(() => amplifier.stop());

/** A page of the panel for a group of tests, which change its size. */
function frontFor(options, values) {
	const shared = {};
	before(async () => {
		if (values) {
			await amplifier.set(values);
		}
		shared.front = await Front.open(amplifier, { size: SIZES[0], prepare: installLayoutFaults, ...options });
	});
	after(() => shared.front.close());
	return shared;
}

for (const look of LOOKS) {
	describe(look.name, () => {
		const { "input.1.bypass": _, ...values } = look.values;
		const shared = frontFor({ locale: look.locale }, { ...START, "headphone.balance": 0, "line.balance": 0,
			"monitor.invert_left": false, "monitor.invert_right": false, ...values });
		for (const size of SIZES) {
			test(`${look.name} at ${size.join("x")}`, async () => {
				await shared.front.resize(size);
				await tour(shared.front, look, size);
			});
		}
	});
}

for (const locale of ["en-GB", "de-DE"]) {
	describe(`keyboard, ${locale}`, () => {
		const shared = frontFor({ locale, query: "?kiosk=1", hash: "#inputs" });
		for (const size of [[480, 320], [800, 480]]) {
			test(`the panel's own keyboard at ${size.join("x")}, ${locale}`, async () => {
				const { front } = shared;
				await front.resize(size);
				await front.page.click('[data-path="input.1.name"]');
				await front.settle();
				if (locale === "en-GB") {
					await picture(front.page, `keyboard-${size.join("x")}-silver`);
				}
				const faults = await front.page.evaluate(() =>
					window.layoutFaults({ scrolls: true, within: ".keyboard" }));
				assert.deepEqual(faults, []);
				await front.page.keyboard.press("Escape");
				await front.page.waitForSelector(".keyboard", { state: "detached" });
			});
		}
	});
}

/** Of a picture; settings are one page with many groups, meters are many. */
function nameOf(page) {
	return page.startsWith("settings/") ? "settings" : page.replace("/", "-");
}

async function tour(front, look, size) {
	const found = [];
	for (const page of PAGES) {
		if (pictures && look.pictures.includes(page)) {
			await front.go(`#${page}`);
			await meterReady(front);
			await picture(front.page, `${nameOf(page)}-${size.join("x")}-${look.name}`);
		}
		const faults = await front.page.evaluate(async ([hash, scrolls]) => {
			await window.goTo(hash);
			// A slow machine may lose the line for a moment, and a notice lies over the page.
			await window.untilFrame(() => document.querySelector('[data-online="true"]')
				&& document.querySelector(".notice").textContent === "", "the page is online, without a notice");
			return window.layoutFaults({ scrolls });
		}, [`#${page}`, !/^(main|meters|lock)/.test(page)]);
		found.push(...faults.map((fault) => `${page}: ${fault}`));
	}
	found.push(...front.faults);
	assert.deepEqual(found, []);
}

/**
 * Meters have come to what they show of a programme that goes on, and numbers have been written.
 */
async function meterReady(front) {
	await front.page.waitForFunction(() => document.querySelector("wg-app").amp.readingsAt > 0);
	const places = front.page.locator('.place-choice [data-choice="input"]');
	if (await places.count() > 0) {
		await places.click();
		await front.page.waitForFunction(() => document.querySelector(".large dd")?.textContent !== "\u2013LUFS");
	}
	await front.settle();
}
