// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Every control of the table has a name and a line of help in German too. Who adds a row adds its
// words to panel/src/words.ts.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { before, test } from "node:test";
import { build } from "esbuild";
import { PROGRAM, TOP } from "./harness.mjs";

let words;
let rows;

before(async () => {
	const { outputFiles } = await build({ entryPoints: [join(TOP, "panel/src/words.ts")], bundle: true,
		format: "esm", write: false });
	words = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
	const table = JSON.parse(execFileSync(PROGRAM, ["controls", "--json"], { encoding: "utf8" }));
	rows = Array.isArray(table) ? table : table.controls;
});

function speak(language) {
	globalThis.localStorage = { getItem: () => language };
}

test("every control has German help", () => {
	speak("de");
	const missing = rows.filter((row) => {
		const help = words.controlHelp(row.path, row.help);
		return help === "" || help === row.help;
	});
	assert.deepEqual(missing.map((row) => row.path), []);
});

test("English help is the table's own", () => {
	speak("en");
	for (const row of rows) {
		assert.equal(words.controlHelp(row.path, row.help), row.help);
	}
});

test("no name is made from a path, and none has a gap", () => {
	for (const language of ["en", "de"]) {
		speak(language);
		for (const row of rows) {
			const name = words.controlName(row.path);
			assert.doesNotMatch(name, /%|undefined|^$/, row.path);
			for (const choice of row.choices) {
				assert.doesNotMatch(words.choiceName(row.path, choice), /_|undefined|^$/, `${row.path}=${choice}`);
			}
		}
	}
});
