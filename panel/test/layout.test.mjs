// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Every page at every size: nothing scrolls that should not, nothing is cut, nothing overlaps,
// every target is large enough; and a picture of each, into the folder WIREGAIN_PICTURES names.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Amplifier, Front, SIZES, START, picture, pictures } from "./harness.mjs";
import { layoutFaults } from "./layout-check.mjs";

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

for (const look of LOOKS) {
	for (const size of SIZES) {
		test(`${look.name} at ${size.join("x")}`, async () => {
			const { "input.1.bypass": _, ...values } = look.values;
			await amplifier.set({ ...START, "headphone.balance": 0, "line.balance": 0,
				"monitor.invert_left": false, "monitor.invert_right": false, ...values });
			const front = await Front.open(amplifier, { size, locale: look.locale });
			try {
				await tour(front, look, size);
			} finally {
				await front.close();
			}
		});
	}
}

for (const size of [[480, 320], [800, 480]]) {
	for (const locale of ["en-GB", "de-DE"]) {
		test(`the panel's own keyboard at ${size.join("x")}, ${locale}`, async () => {
			const front = await Front.open(amplifier, { size, locale, query: "?kiosk=1", hash: "#inputs" });
			try {
				await front.page.click('[data-path="input.1.name"]');
				await front.settle();
				if (locale === "en-GB") {
					await picture(front.page, `keyboard-${size.join("x")}-silver`);
				}
				const faults = await front.page.evaluate(layoutFaults, { scrolls: true, within: ".keyboard" });
				assert.deepEqual(faults, []);
			} finally {
				await front.close();
			}
		});
	}
}

/** Of a picture; settings are one page with many groups, meters are many. */
function nameOf(page) {
	return page.startsWith("settings/") ? "settings" : page.replace("/", "-");
}

async function tour(front, look, size) {
	const found = [];
	for (const page of PAGES) {
		await front.go(`#${page}`);
		if (pictures && look.pictures.includes(page)) {
			await meterReady(front);
			await picture(front.page, `${nameOf(page)}-${size.join("x")}-${look.name}`);
		}
		const scrolls = !/^(main|meters|lock)/.test(page);
		const faults = await front.page.evaluate(layoutFaults, { scrolls });
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
