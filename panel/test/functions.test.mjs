// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Everything that the device does, done by hand on the panel, and asked of the amplifier.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Amplifier, Front, START } from "./harness.mjs";

let amplifier;
let front;

before(async () => {
	amplifier = await Amplifier.start();
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

const click = (selector) => front.page.click(selector);

test("inputs go on and back by their arrows, over those that are not offered", async () => {
	await click('[data-key="next"]');
	await amplifier.reaches("input", "2");
	await amplifier.set({ "input.3.enabled": false });
	await click('[data-key="next"]');
	await amplifier.reaches("input", "4");
	await front.shows("input", "4");
	assert.match(await front.page.textContent(".input-name"), /RCA 2/);
	await click('[data-key="previous"]');
	await amplifier.reaches("input", "2");
	await amplifier.set({ "input.3.enabled": true });
});

test("headphone and line are muted each on its own, and it says so", async () => {
	for (const output of ["headphone", "line"]) {
		await click(`[data-key="${output}.mute"]`);
		await amplifier.reaches(`${output}.mute`, true);
		await front.shows(`${output}.mute`, true);
		assert.match(await front.page.textContent(`[data-output="${output}"]`), /Muted/);
		await click(`[data-key="${output}.mute"]`);
		await amplifier.reaches(`${output}.mute`, false);
	}
});

test("dim, and what is heard then", async () => {
	await click('[data-key="dim"]');
	await amplifier.reaches("dim", true);
	await front.shows("headphone.gain", -60);
	assert.match(await front.page.textContent('[data-output="headphone"]'), /heard −60\.0/);
	await click('[data-key="dim"]');
	await amplifier.reaches("dim", false);
});

test("both levels are shown, down to mute below -122.0", async () => {
	await amplifier.set({ "headphone.level": -122, "line.level": "mute" });
	await front.shows("line.level", "mute");
	await front.shows("headphone.level", -122);
	const shown = (output) => front.page.getAttribute(`[data-output="${output}"]`, "aria-label");
	assert.equal(await shown("headphone"), "Headphone minus 122.0 decibels");
	assert.equal(await shown("line"), "Line Mute");
});

/** What the amplifier would tell, of states that take a sound device or a desktop to come about. */
function told(set) {
	return front.page.evaluate(async (values) => {
		document.querySelector("wg-app").amp.take({ rev: 1, set: values });
		await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
	}, set);
}

test("silence and sound are said as they are, whatever the levels say", async () => {
	const block = (output) => front.page.locator(`[data-output="${output}"]`);
	const knob = () => front.page.getAttribute(".knob", "aria-valuetext");
	await told({ "headphone.level": "mute", "headphone.gain": 0, "line.level": -20, "line.gain": "mute" });
	assert.match(await block("headphone").textContent(), /heard 0\.0MUTE/);
	assert.equal(await block("headphone").getAttribute("aria-label"), "Headphone Mute, heard 0.0 decibels");
	assert.equal(await knob(), "Mute, heard 0.0 decibels");
	assert.match(await block("line").textContent(), /Muted/);
	assert.equal(await block("line").getAttribute("aria-label"), "Line minus 20.0 decibels, Muted");
	await told({ "headphone.level": "mute", "headphone.gain": "mute", "line.level": -20, "line.gain": -40 });
	assert.doesNotMatch(await block("headphone").textContent(), /Muted|heard/);
	assert.equal(await block("line").getAttribute("aria-label"),
		"Line minus 20.0 decibels, heard minus 40.0 decibels");
	await told({ "headphone.level": -40, "headphone.gain": -40, "line.level": -40, "line.gain": -40 });
});

test("a text that is refused does not stay in its field", async () => {
	await front.go("#settings/load");
	const field = '[data-path="load.headphone"]';
	await front.page.fill(field, "No such headphone");
	await front.page.keyboard.press("Enter");
	await front.page.waitForFunction(() => /Not done: ./.test(document.querySelector(".notice").textContent));
	assert.equal(await front.page.inputValue(field), "");
	assert.equal(await amplifier.get("load.headphone"), "");
	await front.go("#settings/system");
	await front.page.fill('[data-path="system.name"]', "  Studio A ");
	await front.page.keyboard.press("Enter");
	await amplifier.reaches("system.name", "Studio A");
	await front.page.waitForFunction(() => document.querySelector('[data-path="system.name"]').value === "Studio A");
});

test("standby and back, with a labelled button", async () => {
	assert.match(await front.page.textContent('[data-key="power"]'), /Power/);
	await click('[data-key="power"]');
	await amplifier.reaches("power", false);
	await front.page.waitForSelector(".standby");
	await click('[data-key="power"]');
	await amplifier.reaches("power", true);
});

test("what is engaged: mono, polarity, balance, bit-exact", async () => {
	await amplifier.set({ "monitor.mode": "mono", "monitor.invert_left": true, "headphone.balance": -2.5 });
	await front.shows("headphone.balance", -2.5);
	const path = await front.page.getAttribute(".path", "aria-label");
	assert.match(path, /Mono, Polarity L, Balance Phones L 2\.5/);
	await amplifier.set({ "monitor.mode": "stereo", "monitor.invert_left": false, "headphone.balance": 0 });
});

test("crossfeed is engaged, and said so", async () => {
	await front.go("#settings/crossfeed");
	await click('[data-row="crossfeed"] [data-choice="natural"]');
	await amplifier.reaches("crossfeed", "natural");
	await front.go("#main");
	assert.match(await front.page.getAttribute(".path", "aria-label"), /Crossfeed Natural/);
	await amplifier.set({ crossfeed: "off" });
	await front.shows("crossfeed", "off");
	assert.doesNotMatch(await front.page.getAttribute(".path", "aria-label"), /Crossfeed/);
});

test("the headphone's profile is said when it is engaged", async () => {
	const take = (on) => front.page.evaluate((eq) => document.querySelector("wg-app").amp.take(
		{ rev: 1, set: { eq } }), on);
	await take(true);
	await front.page.waitForFunction(() => /EQ/.test(document.querySelector(".path").textContent));
	await take(false);
	await front.page.waitForFunction(() => !/EQ/.test(document.querySelector(".path").textContent));
});

test("what the ear gets, and the dose, once headphone and amplifier are known", async () => {
	assert.equal(await front.page.locator(".loudness").count(), 0);
	await amplifier.set({ "load.impedance": 32, "load.sensitivity": 110, "load.full_scale": 2 });
	await front.page.evaluate(() => document.querySelector("wg-app").amp.link.askReadings(0));
	const shown = (readings, text) => front.page.waitForFunction(([values, wanted]) => {
		document.querySelector("wg-app").amp.readings = values;
		return document.querySelector(".loudness")?.textContent.includes(wanted);
	}, [readings, text]);
	// 110 dB at 1 V, 2 V at full scale, and 40 dB less.
	await shown({ "dose.spl.left": 0, "dose.spl.right": 0 },
		`\u2264 ${Math.round(110 + 20 * Math.log10(2) - 40)} dB SPL`);
	await shown({ "dose.spl.left": 71.6, "dose.spl.right": 73.2 }, "73 dB(A)");
	assert.match(await front.page.textContent(".loudness"), /0 % Dose/);
	await amplifier.set({ "load.impedance": "off", "load.sensitivity": "off", "load.full_scale": "off" });
	await front.page.waitForSelector(".loudness", { state: "detached" });
	await front.page.evaluate(() => document.querySelector("wg-app").amp.link.askReadings(30));
});

test("what holds the sound down is said", async () => {
	await front.page.evaluate(() => document.querySelector("wg-app").amp.take(
		{ rev: 1, set: { "protect.acting": "spl" } }));
	await front.page.waitForFunction(() => /SPL limited/.test(document.querySelector(".path").textContent));
	await front.page.evaluate(() => document.querySelector("wg-app").amp.take(
		{ rev: 2, set: { "protect.acting": "none" } }));
	await front.page.waitForFunction(() => !/limited/.test(document.querySelector(".path").textContent));
});

test("a trip of the guard says why, and offers a way out", async () => {
	assert.equal(await front.page.locator(".trip").count(), 0);
	await front.page.evaluate(() => document.querySelector("wg-app").amp.take(
		{ rev: 1, set: { "protect.state": "dc" } }));
	await front.page.waitForSelector('.trip[role="alert"]');
	assert.match(await front.page.textContent(".trip"), /Muted by the guard: Direct current/);
	front.sent.length = 0;
	await click('.trip [data-path="protect.reset"]');
	assert.deepEqual(front.sent, ['{"do":"protect.reset"}']);
	await front.page.evaluate(() => document.querySelector("wg-app").amp.take(
		{ rev: 2, set: { "protect.state": "ok" } }));
	await front.page.waitForSelector(".trip", { state: "detached" });
});

test("the inputs heard so far are matched at one press", async () => {
	await front.go("#inputs");
	front.sent.length = 0;
	await click('[data-path="input.match"]');
	assert.deepEqual(front.sent, ['{"do":"input.match"}']);
});

test("mono, polarity and balance are set where the display leads to", async () => {
	await click(".path");
	await front.page.waitForSelector('[data-page="settings"]');
	await click('[data-choice="mono"]');
	await amplifier.reaches("monitor.mode", "mono");
	await click('[data-path="monitor.invert_right"]');
	await amplifier.reaches("monitor.invert_right", true);
	await click('[data-path="monitor.invert_right"]');
	await amplifier.reaches("monitor.invert_right", false);
	await front.go("#settings/headphone");
	await click('[data-path="headphone.balance"] [data-step="less"]');
	await amplifier.reaches("headphone.balance", -0.5);
	await click('[data-path="headphone.balance"] [data-step="more"]');
	await amplifier.reaches("headphone.balance", 0);
	await click('[data-path="headphone.limit"] [data-step="less"]');
	await amplifier.reaches("headphone.limit", 14.5);
});

test("an input is named, trimmed, bypassed, given levels of its own, and withdrawn", async () => {
	await front.go("#inputs");
	await click('.strip-tabs [data-choice="2"]');
	await front.page.fill('[data-path="input.2.name"]', "Turntable");
	await front.page.keyboard.press("Enter");
	await amplifier.reaches("input.2.name", "Turntable");
	await click('[data-strip="2"] [data-step="less"]');
	await amplifier.reaches("input.2.trim", -0.5);
	for (const what of ["level_memory", "bypass", "enabled"]) {
		const before = await amplifier.get(`input.2.${what}`);
		await click(`[data-path="input.2.${what}"]`);
		await amplifier.reaches(`input.2.${what}`, !before);
		await click(`[data-path="input.2.${what}"]`);
		await amplifier.reaches(`input.2.${what}`, before);
	}
	await click('[data-key="select.2"]');
	await amplifier.reaches("input", "2");
	assert.match(await front.page.textContent('[data-row="input.2.fader"]'), /0\.0 dB/);
	await amplifier.set({ "input.2.trim": 0, "input.2.name": "XLR 2" });
});

test("on a kiosk names are typed on the panel's own keyboard", async () => {
	const kiosk = await Front.open(amplifier, { query: "?kiosk=1", hash: "#inputs", size: [480, 320] });
	try {
		await kiosk.page.click('[data-path="input.1.name"]');
		// Once more than there are letters: an empty field has none to erase.
		const letters = (await kiosk.page.inputValue(".keyboard input")).length;
		for (let i = 0; i <= letters; i++) {
			await kiosk.page.click('.keyboard [data-key="erase"]');
		}
		assert.equal(await kiosk.page.inputValue(".keyboard input"), "");
		await kiosk.page.click('.keyboard [data-key="shift"]');
		for (const letter of ["t", "a", "p", "e"]) {
			await kiosk.page.click(`.keyboard [data-letter="${letter}"]`);
		}
		await kiosk.page.click('.keyboard [data-key="space"]');
		await kiosk.page.click('.keyboard [data-letter="2"]');
		await kiosk.page.click('.keyboard [data-key="enter"]');
		await amplifier.reaches("input.1.name", (name) => /^tape 2$/i.test(name));
	} finally {
		await kiosk.close();
		await amplifier.set({ "input.1.name": "XLR 1" });
	}
});

test("brightness lays black over the page", async () => {
	await front.go("#settings/display");
	const veil = () => front.page.evaluate(() =>
		Number(getComputedStyle(document.querySelector(".veil")).opacity));
	assert.equal(await veil(), 0);
	await amplifier.set({ "display.brightness": 5 });
	await front.shows("display.brightness", 5);
	assert.ok(await veil() > 0.8);
	await click('[data-path="display.brightness"] [data-step="more"]');
	await amplifier.reaches("display.brightness", 10);
});

test("screen off now; the touch that wakes it does nothing else", async () => {
	await front.go("#settings/display");
	await click('[data-path="display.off"]');
	await front.page.waitForSelector("[data-dark]");
	await front.page.evaluate(() => { location.hash = "#main"; });
	await front.page.waitForSelector(".knob", { state: "attached" });
	const box = await front.box(".knob");
	await front.page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.25);
	await front.page.waitForSelector("[data-dark]", { state: "detached" });
	await amplifier.reaches("display.off", false);
	assert.equal(await amplifier.get("headphone.level"), -40);
	await front.page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.25);
	await amplifier.reaches("headphone.level", -39.5);
});

test("the screen goes off when it is not used, and a key wakes it and does nothing else", async () => {
	await front.page.focus(".knob");
	await amplifier.set({ "display.timeout_s": 1 });
	await front.page.waitForSelector("[data-dark]");
	await front.page.keyboard.press("ArrowUp");
	await front.page.waitForSelector("[data-dark]", { state: "detached" });
	await amplifier.set({ "display.timeout_s": "off" });
	await front.shows("display.timeout_s", "off");
	assert.equal(await amplifier.get("headphone.level"), -40);
});

test("silver and black, table-top and rack", async () => {
	await front.go("#settings/display");
	for (const [choice, path] of [["black", "theme"], ["rack", "layout"], ["vu", "meter"]]) {
		await click(`[data-row="display.${path}"] [data-choice="${choice}"]`);
		await amplifier.reaches(`display.${path}`, choice);
	}
	await front.shows("display.layout", "rack");
	assert.equal(await front.page.getAttribute("html", "data-theme"), "black");
	assert.equal(await front.page.getAttribute("html", "data-layout"), "rack");
});

test("an own logo comes, is shown, and goes", async () => {
	await front.go("#settings/display");
	const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40" fill="#a00"/></svg>';
	await front.page.setInputFiles('[data-path="display.logo"]',
		{ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(svg) });
	await amplifier.reaches("display.logo", (hash) => hash !== "");
	await front.page.waitForFunction(() => document.querySelector(".badge img")?.naturalWidth > 0);
	await click('[data-key="logo.remove"]');
	await amplifier.reaches("display.logo", "");
	await front.page.setInputFiles('[data-path="display.logo"]',
		{ name: "big.png", mimeType: "image/png", buffer: Buffer.alloc(300 * 1024) });
	await front.page.waitForFunction(() => /256 KiB/.test(document.querySelector(".notice").textContent));
});

test("locked: level down, mute and dim, nothing else; the PIN opens", async () => {
	const { page } = front;
	await front.go("#lock");
	await page.click('[data-digit="1"]');
	await page.keyboard.type("234");
	await page.click('[data-key="go"]');
	await amplifier.reaches("display.locked", true);
	await page.waitForSelector('[data-page="main"]');
	await front.shows("display.locked", true);
	assert.equal(await page.locator('[data-nav="settings"]').count(), 0);
	for (const key of ["next", "previous", "power"]) {
		assert.ok(await page.isDisabled(`[data-key="${key}"]`), `${key} is open`);
	}
	await page.focus(".knob");
	await page.keyboard.press("ArrowUp");
	await page.waitForFunction(() => /Locked/.test(document.querySelector(".notice").textContent));
	await page.keyboard.press("ArrowDown");
	await amplifier.reaches("headphone.level", -40.5);
	for (const key of ["dim", "headphone.mute", "line.mute"]) {
		await page.click(`[data-key="${key}"]`);
		await amplifier.reaches(key, true);
		await page.click(`[data-key="${key}"]`);
		await amplifier.reaches(key, false);
	}
	await front.go("#lock");
	await page.click('[data-digit="9"]');
	await page.keyboard.type("999");
	await page.click('[data-key="go"]');
	await page.waitForFunction(() => document.querySelector(".wrong").textContent.trim() !== "");
	// A wrong PIN slows down: the right one is tried as soon as the amplifier says.
	let response;
	do {
		const answered = page.waitForResponse((one) => one.url().endsWith("/api/unlock"));
		await page.click('[data-digit="1"]');
		await page.keyboard.type("234");
		await page.click('[data-key="go"]');
		response = await answered;
		assert.ok(response.ok() || response.status() === 429, `${response.status()}`);
		await page.waitForTimeout(1000 * Number(response.headers()["retry-after"] ?? 0));
	} while (!response.ok());
	await amplifier.reaches("display.locked", false);
});

test("the amplifier gets a name; the panel changes its language", async () => {
	await front.go("#settings/system");
	await front.page.fill('[data-path="system.name"]', "Studio B");
	await front.page.keyboard.press("Enter");
	await amplifier.reaches("system.name", "Studio B");
	await front.go("#settings/display");
	await click('[data-row="language"] [data-choice="de"]');
	assert.match(await front.page.textContent('[data-nav="inputs"]'), /Eingänge/);
	assert.equal(await front.page.getAttribute("html", "lang"), "de");
	await click('[data-row="language"] [data-choice="en"]');
});

test("a refusal is said with its reason", async () => {
	await front.page.evaluate(() => document.querySelector("wg-app").amp.set({ "dim.amount": 7 }));
	await front.page.waitForFunction(() => /Not done: ./.test(document.querySelector(".notice").textContent));
});

test("what the amplifier says is said in the language of the screen", async () => {
	const german = await Front.open(amplifier, { locale: "de-DE", hash: "#settings/system" });
	const said = (text) => german.page.waitForFunction((wanted) =>
		document.querySelector(".notice").textContent === wanted, text);
	const take = (message) => german.page.evaluate((one) => document.querySelector("wg-app").amp.take(one), message);
	try {
		await take({ error: { path: "headphone.level", reason: "-10.0 dB is above headphone.limit: use at most -20.0 dB",
			code: "above_limit", args: { level: "-10.0 dB", output: "headphone", most: "-20.0 dB" } } });
		await said("Nicht ausgeführt: −10.0 dB liegt über der Grenze für Kopfhörer: höchstens −20.0 dB");
		// The amplifier's own refusal, and one that its door gives.
		await german.page.evaluate(() => document.querySelector("wg-app").amp.set({ "dim.amount": 7 }));
		await said("Nicht ausgeführt: 7.0 dB liegt außerhalb: −40.0 bis −5.0 dB");
		await german.go("#settings/display");
		await german.page.setInputFiles('[data-path="display.logo"]',
			{ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg><script/></svg>") });
		await german.page.waitForFunction(() => /^Das Bild wurde nicht genommen\. (Ein|Das) SVG/.test(
			document.querySelector(".notice").textContent));
		await german.go("#settings/system");
		await take({ error: { path: "x", reason: "new in headphone.limit_2", code: "not_yet_known", args: {} } });
		await said("Nicht ausgeführt: New in headphone.limit_2");
		const paused = "headphone paused at -20.0 dB, 20 dB below headphone.limit: press again to go on";
		await take({ rev: 1, set: { "system.notice": paused }, notice: { code: "paused",
			args: { output: "headphone", level: "-20.0 dB", below: "20 dB" } } });
		const text = "Kopfhörer hält bei −20.0 dB, 20 dB unter der Grenze: noch einmal drücken, und es geht weiter";
		await said(text);
		assert.equal(await german.page.textContent('[data-row="system.notice"] output'), text);
		await take({ rev: 2, set: { "system.notice": "something of its own" } });
		await said("Something of its own");
		await take({ rev: 3, set: { "system.notice": "level from mute", }, notice: { code: "lowered_at_plug",
			args: { output: "headphone", from: "0.0 dB", to: "mute" } } });
		await said("Kopfhörer eingesteckt: sein Pegel von 0.0 dB auf Stumm gesenkt");
		assert.deepEqual(german.faults, []);
	} finally {
		await german.close();
	}
});

test("a factory reset is said when it is done, not when it is asked for", async () => {
	const notice = () => front.page.textContent(".notice");
	await front.go("#settings/system");
	await front.page.evaluate(() => {
		const app = document.querySelector("wg-app");
		app.amp.say("");
		const { send } = app.amp.link;
		app.amp.link.send = () => { app.amp.link.send = send; return true; };
		document.querySelector("wg-hold").dispatchEvent(new Event("held"));
	});
	await front.settle();
	assert.equal(await notice(), "");
	await front.page.evaluate(() => document.querySelector("wg-hold").dispatchEvent(new Event("held")));
	await front.page.waitForFunction(() =>
		document.querySelector(".notice").textContent === "Every setting is at its default.");
});

test("factory reset only after it has been held", async () => {
	await amplifier.set({ "dim.amount": -30 });
	await front.go("#settings/system");
	await front.page.locator("wg-hold").scrollIntoViewIfNeeded();
	const box = await front.box(".hold");
	const { mouse } = front.page;
	await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
	await mouse.down();
	await front.page.waitForFunction(() => Number(document.querySelector("wg-hold").dataset.held) > 0.2);
	await mouse.up();
	assert.equal(await front.page.getAttribute("wg-hold", "data-held"), "0.00");
	assert.equal(await amplifier.get("dim.amount"), -30);
	await mouse.down();
	await amplifier.reaches("dim.amount", -20);
	await mouse.up();
	assert.equal(await amplifier.get("system.name"), "Wiregain");
	assert.equal(await amplifier.get("headphone.limit"), 15);
});
