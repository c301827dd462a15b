// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A screen on another machine: it asks for the code that the amplifier shows, and only then is it a
// panel. The amplifier's door is played here; what it does itself is tested beside it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { Amplifier, Front, SIZES, START, picture } from "./harness.mjs";
import { layoutFaults } from "./layout-check.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let amplifier;

before(async () => {
	amplifier = await Amplifier.start();
	await amplifier.set(START);
});

after(() => amplifier.stop());

/** A door that is shut until the right code comes. */
async function shut(front, code) {
	const door = { open: false, asked: [] };
	await front.context.route("**/api/**", async (route) => {
		const request = route.request();
		if (request.url().endsWith("/api/pair")) {
			const asked = request.postDataJSON();
			door.asked.push(asked);
			door.open = asked.code === code;
			await route.fulfill(door.open ? { status: 200, json: { token: "x" } }
				: { status: 403, json: { error: { path: "system.pairing", reason: "the code is another one" } } });
		} else if (door.open) {
			await route.continue();
		} else {
			await route.fulfill({ status: 401, json: { error: { path: "system.pairing", reason: "pair first" } } });
		}
	});
	await front.context.routeWebSocket("**/api/live", (socket) => door.open
		? socket.connectToServer() : socket.close({ code: 1008 }));
	await front.page.reload();
	await front.page.waitForSelector('[data-page="pairing"]');
	return door;
}

for (const size of SIZES) {
	test(`pairing at ${size.join("x")}`, async () => {
		const front = await Front.open(amplifier, { size });
		try {
			const door = await shut(front, "482913");
			await front.settle();
			await picture(front.page, `pairing-${size.join("x")}-silver`);
			assert.deepEqual(await front.page.evaluate(layoutFaults, { scrolls: false }), []);
			await front.page.evaluate(axe);
			const serious = await front.page.evaluate(async () => (await window.axe.run(document)).violations
				.filter((v) => /serious|critical/.test(v.impact)).map((v) => v.id));
			assert.deepEqual(serious, []);
			await front.page.fill(".gate-name input", "Tablet");
			await enter(front.page, "000000");
			await front.page.waitForFunction(() => /another one/.test(document.querySelector(".wrong").textContent));
			await enter(front.page, "482913");
			await front.page.waitForSelector('[data-page="main"][data-online="true"]');
			assert.deepEqual(door.asked.at(-1), { code: "482913", name: "Tablet" });
		} finally {
			await front.close();
		}
	});
}

async function enter(page, code) {
	for (const digit of code) {
		await page.click(`[data-digit="${digit}"]`);
	}
	await page.click('[data-key="go"]');
}
