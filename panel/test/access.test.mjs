// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// For whoever has no pointer or no eyes for it: axe's rules on every page, a whole tour by
// keyboard, what is said, and less motion on request.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Amplifier, Front, START, until } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PAGES = ["main", "meters", "meters/ppm", "meters/loudness", "meters/stereo",
	"meters/scope", "inputs", "settings/monitor", "settings/headphone", "settings/line",
	"settings/display", "settings/protect", "settings/device", "settings/system", "lock"];

let amplifier;
let front;

before(async () => {
	amplifier = await Amplifier.start();
	await amplifier.set(START);
	front = await Front.open(amplifier);
});

after(async () => {
	assert.deepEqual(front.faults, []);
	await front.close();
	await amplifier.stop();
});

beforeEach(async () => {
	await amplifier.set(START);
	await front.showsAll(START);
	await front.go("#main");
});

/** Presses Tab until the focus is on what is looked for; it must be visible there. */
async function tabTo(page, selector) {
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press("Tab");
		const there = await page.evaluate((want) => {
			const at = document.activeElement;
			if (!at?.matches(want)) {
				return undefined;
			}
			const ring = [at, ...at.querySelectorAll("*")].some((e) => {
				const style = getComputedStyle(e);
				return style.outlineStyle !== "none" || /rgb\(10, 88, 208\)/.test(style.boxShadow);
			});
			return { ring };
		}, selector);
		if (there) {
			assert.ok(there.ring, `${selector} has the focus and does not show it`);
			return;
		}
	}
	assert.fail(`${selector} cannot be reached with Tab`);
}

test("a whole tour by keyboard alone", async () => {
	const { keyboard } = front.page;
	const press = async (selector, key = "Enter") => {
		await tabTo(front.page, selector);
		await keyboard.press(key);
	};
	await press(".knob", "ArrowUp");
	await amplifier.reaches("headphone.level", -39.5);
	await press('[data-key="next"]');
	await amplifier.reaches("input", "2");
	await press('[data-key="headphone.mute"]', "Space");
	await amplifier.reaches("headphone.mute", true);
	await press('[data-key="dim"]', "Space");
	await amplifier.reaches("dim", true);
	await press('.target [aria-checked="true"]', "ArrowRight");
	await amplifier.reaches("knob.target", "line");
	await press('[data-nav="meters"]');
	await front.page.waitForSelector('[data-page="meters"]');
	await press('.place-choice [aria-checked="true"]', "ArrowUp");
	await press('[data-nav="inputs"]');
	await front.page.waitForSelector('[data-page="inputs"]');
	await press('[role="spinbutton"][data-path="input.2.trim"]', "ArrowDown");
	await amplifier.reaches("input.2.trim", -0.5);
	await press('[data-path="input.2.name"]', "End");
	await keyboard.type(" A");
	await keyboard.press("Enter");
	await amplifier.reaches("input.2.name", "XLR 2 A");
	await press('[data-nav="settings"]');
	await press('[data-group="display"]');
	await front.page.waitForSelector('[data-row="display.theme"]');
	await press('[data-row="display.theme"] [aria-checked="true"]', "ArrowRight");
	await amplifier.reaches("display.theme", "black");
	await press('[data-group="system"]');
	await tabTo(front.page, ".hold");
	await keyboard.down("Enter");
	await amplifier.reaches("input.2.name", "XLR 2");
	await keyboard.up("Enter");
});

test("what is said: roles, values with their units, changes", async () => {
	const { page } = front;
	await amplifier.set({ "headphone.level": -32.5, "headphone.mute": true });
	await front.shows("headphone.mute", true);
	const knob = page.getByRole("slider", { name: "Volume, Headphone" });
	assert.equal(await knob.getAttribute("aria-valuetext"), "minus 32.5 decibels, Muted");
	assert.equal(await knob.getAttribute("aria-valuenow"), "-32.5");
	assert.ok(await page.getByRole("button", { name: "Mute headphone", pressed: true }).isVisible());
	assert.ok(await page.getByRole("radio", { name: "Headphone", checked: true }).isVisible());
	assert.match(await page.getByRole("status").first().textContent(), /XLR 1/);
	await front.go("#settings/headphone");
	const limit = page.getByRole("spinbutton", { name: "Limit" });
	assert.equal(await limit.getAttribute("aria-valuetext"), "plus 15.0 decibels");
});

test("less motion: needles move a few times a second only", async () => {
	await front.page.emulateMedia({ reducedMotion: "reduce" });
	await front.go("#meters");
	await front.page.waitForSelector("wg-needle canvas[data-angle]");
	const drawn = await front.page.evaluate(async () => {
		const seen = new Set();
		const end = performance.now() + 900;
		while (performance.now() < end) {
			seen.add(document.querySelector("wg-needle canvas").dataset.angle);
			await new Promise((resolve) => requestAnimationFrame(resolve));
		}
		return seen.size;
	});
	// It does move: the demonstration plays.
	assert.ok(drawn >= 2 && drawn <= 5, `drawn ${drawn} times in 0.9 s`);
	await front.page.emulateMedia({ reducedMotion: null });
});

function findings(front) {
	return front.page.evaluate(async () => {
		const { violations } = await window.axe.run(document, { resultTypes: ["violations"],
			runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
		return violations.filter((v) => v.impact === "serious" || v.impact === "critical")
			.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
	});
}

for (const [theme, size] of [["silver", [800, 480]], ["black", [390, 844]]]) {
	test(`axe finds nothing serious: ${theme}, ${size.join("x")}`, async () => {
		const values = { "display.theme": theme, "headphone.mute": true, "display.meter": "vu" };
		await amplifier.set(values);
		await front.showsAll(values);
		await front.resize(size);
		await front.page.evaluate(axe);
		const found = [];
		for (const page of PAGES) {
			await front.go(`#${page}`);
			found.push(...(await findings(front)).map((f) => `${page}: ${f}`));
		}
		assert.deepEqual(found, []);
	});
}

test("a page of a language is said to be of it", async () => {
	const german = await Front.open(amplifier, { locale: "de-DE" });
	try {
		await until(() => german.page.evaluate(() => document.documentElement.lang === "de"), "German");
		assert.ok(await german.page.getByRole("slider", { name: "Lautstärke, Kopfhörer" }).isVisible());
	} finally {
		await german.close();
	}
});
