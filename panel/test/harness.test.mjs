// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// What the tests test: the amplifier, or nothing. No other program takes its place unasked.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const HARNESS = new URL("harness.mjs", import.meta.url).href;

function start(environment) {
	const { WIREGAIN_PANEL: _, ...rest } = process.env;
	return spawnSync(process.execPath, ["--input-type=module", "-e",
		`import { Amplifier } from "${HARNESS}"; const one = await Amplifier.start(); await one.stop(); console.log("ran");`],
		{ env: { ...rest, ...environment }, encoding: "utf8", timeout: 60000 });
}

for (const [what, program] of [["missing", "/nowhere/wiregain"], ["another one", process.execPath]]) {
	test(`a program that is ${what} fails`, () => {
		const { status, stdout, stderr } = start({ WIREGAIN: program });
		assert.notEqual(status, 0);
		assert.equal(stdout, "");
		assert.match(stderr, /no amplifier with a panel/);
	});
}

test("the amplifier runs", () => assert.equal(start({}).stdout, "ran\n"));
