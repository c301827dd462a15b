// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A screen on another machine: it asks for the code that the amplifier shows, and only then is it a
// panel. Once at the amplifier's own door, by a name that is not this machine's loopback; at every
// size with a door that is played here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { hostname } from "node:os";
import { after, before, describe, test } from "node:test";
import { Amplifier, Front, SIZES, START, picture } from "./harness.mjs";
import { installLayoutFaults } from "./layout-check.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let amplifier;

before(async () => {
	amplifier = await Amplifier.start();
	await amplifier.set(START);
});

after(() => amplifier.stop());

/** A door between page and amplifier that is shut until the right code comes. */
class Door {
	constructor(code) {
		this.code = code;
		this.isOpen = false;
		this.asked = [];
		this.lines = [];
	}

	async install(context) {
		await context.route("**/api/**", (route) => this.answer(route));
		await context.routeWebSocket("**/api/live", (near) => this.isOpen
			? this.lines.push({ near, far: near.connectToServer() }) : near.close({ code: 1008 }));
	}

	async answer(route) {
		const request = route.request();
		if (request.url().endsWith("/api/pair")) {
			const asked = request.postDataJSON();
			this.asked.push(asked);
			this.isOpen = asked.code === this.code;
			await route.fulfill(this.isOpen ? { status: 200, json: { token: "x" } }
				: { status: 403, json: { error: { path: "system.pairing", reason: "the code is another one" } } });
		} else if (this.isOpen) {
			await route.continue();
		} else {
			await route.fulfill({ status: 401, json: { error: { path: "system.pairing", reason: "pair first" } } });
		}
	}

	/** As when the token is revoked: every line is hung up on. */
	async shut() {
		this.isOpen = false;
		for (const { near, far } of this.lines.splice(0)) {
			await near.close({ code: 1008 });
			await far.close();
		}
	}
}

describe("a door that is played", () => {
	const door = new Door("482913");
	let front;

	before(async () => {
		front = await Front.open(amplifier, { prepare: async (context) => {
			await door.install(context);
			await installLayoutFaults(context);
		} });
		await front.page.evaluate(axe);
	});

	after(() => front.close());

	for (const size of SIZES) {
		test(`pairing at ${size.join("x")}`, async () => {
			const { page } = front;
			await door.shut();
			await page.waitForSelector('[data-page="pairing"]');
			// "Connected again", of the size before, is not part of this page.
			await page.evaluate(() => document.querySelector("wg-app").amp.say(""));
			await front.resize(size);
			await picture(page, `pairing-${size.join("x")}-silver`);
			assert.deepEqual(await page.evaluate(() => window.layoutFaults({ scrolls: false })), []);
			const serious = await page.evaluate(async () =>
				(await window.axe.run(document, { resultTypes: ["violations"] })).violations
					.filter((v) => /serious|critical/.test(v.impact)).map((v) => v.id));
			assert.deepEqual(serious, []);
			await page.fill(".gate-name input", "Tablet");
			await enter(page, "000000");
			await page.waitForFunction(() => /another one/.test(document.querySelector(".wrong").textContent));
			await enter(page, "482913");
			await page.waitForSelector('[data-page="main"][data-online="true"]');
			assert.deepEqual(door.asked.at(-1), { code: "482913", name: "Tablet" });
		});
	}
});

test("at the amplifier's own door: a wrong code, the right one, a cookie that lasts until it is revoked", async () => {
	const front = await Front.open(amplifier, { address: `http://${hostname()}:${amplifier.port}` });
	const { page } = front;
	try {
		await page.waitForSelector('[data-page="pairing"]');
		const code = await amplifier.get("system.pairing");
		assert.match(code, /^\d{6}$/);
		await enter(page, code === "000000" ? "000001" : "000000");
		await page.waitForFunction(() => /^Not the code/.test(document.querySelector(".wrong").textContent));
		await page.fill(".gate-name input", "Real tablet");
		let status;
		do {
			// After a wrong one the next waits as long as the amplifier says.
			const answered = page.waitForResponse((one) => one.url().endsWith("/api/pair"));
			await enter(page, code);
			const response = await answered;
			status = response.status();
			assert.ok([200, 429].includes(status), `${status}`);
			await page.waitForTimeout(1000 * Number(response.headers()["retry-after"] ?? 0));
		} while (status !== 200);
		await page.waitForSelector('[data-page="main"][data-online="true"]');
		const [cookie] = (await front.context.cookies()).filter(({ name }) => name === "wiregain_token");
		assert.ok(cookie.httpOnly && cookie.sameSite === "Strict" && /^[0-9a-f]{64}$/.test(cookie.value));
		assert.equal(await page.evaluate(() => document.cookie), "");
		await page.reload();
		await page.waitForSelector('[data-page="main"][data-online="true"]');
		await page.focus(".knob");
		await page.keyboard.press("ArrowDown");
		await amplifier.reaches("headphone.level", -40.5);
		assert.equal(await page.evaluate(() => document.querySelector("wg-app").amp.text("system.pairing")), "");
		// Revoked on the amplifier's own screen: hung up on, and back at the door.
		const { tokens } = await (await fetch(`${amplifier.address}/api/tokens`)).json();
		const { id } = tokens.find(({ name }) => name === "Real tablet");
		assert.ok((await fetch(`${amplifier.address}/api/tokens/${id}`, { method: "DELETE" })).ok);
		await page.waitForSelector('[data-page="pairing"]');
	} finally {
		await front.close();
	}
});

async function enter(page, code) {
	for (const digit of code) {
		await page.click(`[data-digit="${digit}"]`);
	}
	await page.click('[data-key="go"]');
}
