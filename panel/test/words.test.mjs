// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Every control of the table has a name and a line of help in German too. Who adds a row adds its
// words to panel/src/words.ts.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { build } from "esbuild";
import { PROGRAM, TOP } from "./harness.mjs";

let words;
let levels;
let rows;

before(async () => {
	words = await load("words");
	levels = await load("levels");
	const table = JSON.parse(execFileSync(PROGRAM, ["controls", "--json"], { encoding: "utf8" }));
	rows = Array.isArray(table) ? table : table.controls;
});

async function load(name) {
	const { outputFiles } = await build({ entryPoints: [join(TOP, `panel/src/${name}.ts`)], bundle: true,
		format: "esm", write: false });
	return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

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

/** What is called the same in both languages; whatever else is, has no German word. */
const SAME = new Set(["Bauer", "bs2b", "Chu Moy", "Jan Meier", "RME 1", "RME 2", "RME 3", "RME 4", "RME 5",
	"Mono", "Stereo", "TRS", "XLR 4", "SPL", "VU", "PPM", "II: BBC, EBU", "Rack", "Line", "I: DIN"]);

test("every choice has a word in German", () => {
	const named = (language) => {
		speak(language);
		return rows.flatMap((row) => row.choices.map((choice) =>
			[`${row.path}=${choice}`, words.choiceName(row.path, choice)]));
	};
	const german = new Map(named("de"));
	const missing = named("en").filter(([id, name]) => !/^\d+$/.test(name) && !SAME.has(name) && german.get(id) === name);
	assert.deepEqual(missing, []);
});

test("every sentence with a code has German words, with nothing that is not in it", () => {
	const table = readFileSync(join(TOP, "docs/protocol.md"), "utf8").matchAll(/^\| `(\w+)` \| (.*) \|$/gm);
	const sentences = [...table].filter(([, code]) => code !== "code");
	const names = (text) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
	assert.ok(sentences.length > 50);
	speak("de");
	for (const [, code, english] of sentences) {
		const args = Object.fromEntries([...names(english)].map((name) => [name, `<${name}>`]));
		const german = words.tell({ reason: english, code, args });
		assert.notEqual(german.toLowerCase(), english.toLowerCase(), code);
		assert.doesNotMatch(german, /undefined|\{|\}/, code);
		// Every figure of the sentence is in the German one; names of things may be said in words.
		for (const name of ["level", "from", "to", "most", "least", "value", "count", "seconds", "percent"]) {
			assert.equal(german.includes(`<${name}>`), names(english).has(name), `${code}: ${name}`);
		}
	}
});

test("levels are laid out as the table has them", () => {
	for (const output of ["headphone", "line"]) {
		const row = rows.find(({ path }) => path === `${output}.level`);
		const { minimum, maximum, step, beyond } = row;
		assert.deepEqual({ minimum, maximum, step, beyond }, { minimum: levels.MINIMUM_DB,
			maximum: levels.MAXIMUM_DB, step: 0.5, beyond: levels.levelAt(0) });
		assert.equal(levels.positionOf(maximum), levels.POSITIONS);
		assert.equal(levels.positionOf(0), levels.UNITY);
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
