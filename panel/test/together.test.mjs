// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Two browsers, the local socket and the command line at once: each sees what the others change,
// and when all let go, all show the same.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { Amplifier, Front, PROGRAM, START, standIn, until } from "./harness.mjs";
import { Socket, latencies, median, setByProgram } from "./latency.mjs";

const skip = standIn && "the stand-in has no socket";
const IN_BROWSER = 350; // in each of two
const BY_SOCKET = 270;
const BY_PROGRAM = 30;
let amplifier;
let fronts = [];

before(async () => {
	amplifier = await Amplifier.start();
	await amplifier.set(START);
	fronts = await Promise.all([Front.open(amplifier), Front.open(amplifier)]);
});

after(async () => {
	for (const front of fronts) {
		assert.deepEqual(front.faults, []);
		await front.close();
	}
	await amplifier.stop();
});

test("each sees each change of the others", { skip }, async () => {
	const { screens, lines } = await latencies(amplifier, fronts, 60);
	console.log(`figure: a change on the screen of another browser after ${median(screens).toFixed(1)} ms, `
		+ `at another client of the socket after ${median(lines).toFixed(1)} ms (medians of ${screens.length} and ${lines.length})`);
	assert.equal(screens.length, 90);
	assert.equal(lines.length, 60);
});

/** Hands in a browser: keys, wheel and presses at random, as fast as the panel takes them. */
function play(front, count, seed) {
	return front.page.evaluate(async ([times, start]) => {
		const { amp } = document.querySelector("wg-app");
		let state = start;
		const pick = (n) => {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			return Math.floor((state / 2 ** 32) * n);
		};
		const press = (key) => document.querySelector(".knob").dispatchEvent(
			new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
		const click = (selector) => document.querySelector(selector).click();
		const acts = [
			() => press("ArrowUp"), () => press("ArrowDown"), () => press("PageUp"), () => press("PageDown"),
			() => document.querySelector(".knob").dispatchEvent(
				new WheelEvent("wheel", { deltaY: pick(2) ? 200 : -200, bubbles: true, cancelable: true })),
			() => click('[data-key="headphone.mute"]'), () => click('[data-key="line.mute"]'),
			() => click('[data-key="dim"]'), () => click('[data-key="next"]'), () => click('[data-key="previous"]'),
			() => click(`.target [data-choice="${["headphone", "line", "both"][pick(3)]}"]`),
		];
		for (let i = 0; i < times; i++) {
			while (!amp.link.ready) {
				await new Promise((resolve) => setTimeout(resolve, 1));
			}
			acts[pick(acts.length)]();
			if (pick(3) === 0) {
				await new Promise((resolve) => requestAnimationFrame(resolve));
			}
		}
		return times;
	}, [count, seed]);
}

async function playSocket(count) {
	const socket = await Socket.open(amplifier);
	for (let i = 0; i < count; i++) {
		const answer = await socket.ask([
			{ step: { "headphone.level": i % 7 - 3 } }, { set: { "line.level": -90 + (i % 60) / 2 } },
			{ set: { dim: i % 2 === 0, "line.mute": false } }, { set: { "monitor.mode": ["stereo", "mono", "swap"][i % 3] } },
			{ set: { "input.1.name": `Source ${i}` } }, { step: { "headphone.balance": i % 3 - 1 } },
		][i % 6]);
		assert.equal(answer.error, undefined, JSON.stringify(answer));
	}
	socket.close();
	return count;
}

async function playProgram(count) {
	for (let i = 0; i < count; i++) {
		await setByProgram(amplifier, i % 2 ? "headphone.mute" : "headphone.level", i % 2 ? "off" : -40 - i / 2);
	}
	return count;
}

/** What stands on the page, in the words of the controls. */
function onScreen(front) {
	return front.page.evaluate(() => {
		const level = (output) => {
			const text = document.querySelector(`[data-output="${output}"] .level-number`).dataset.level;
			return text === "mute" ? text : Number(text);
		};
		const pressed = (key) => document.querySelector(`[data-key="${key}"]`).getAttribute("aria-pressed") === "true";
		return { "headphone.level": level("headphone"), "line.level": level("line"),
			"headphone.mute": pressed("headphone.mute"), "line.mute": pressed("line.mute"), dim: pressed("dim"),
			input: document.querySelector(".input-name").dataset.input,
			name: document.querySelector(".input-name b").textContent,
			"knob.target": document.querySelector('.target [aria-checked="true"]').dataset.choice };
	});
}

test("a thousand mixed changes end equal everywhere", { skip }, async () => {
	const made = await Promise.all([play(fronts[0], IN_BROWSER, 1), play(fronts[1], IN_BROWSER, 2),
		playSocket(BY_SOCKET), playProgram(BY_PROGRAM)]);
	assert.equal(made.reduce((sum, n) => sum + n, 0), 1000);
	const printed = () => JSON.parse(execFileSync(PROGRAM, ["get", "--json"], { env: amplifier.environment }));
	const fixed = (values) => Object.fromEntries(Object.entries(values)
		.filter(([path]) => !/^(meter|audio|protect)\.|bit_exact/.test(path)).sort());
	const inside = (front) => front.page.evaluate(() => document.querySelector("wg-app").amp.values);
	let all;
	await until(async () => {
		const truth = printed();
		all = [fixed(truth), fixed(await inside(fronts[0])), fixed(await inside(fronts[1]))];
		return JSON.stringify(all[0]) === JSON.stringify(all[1]) && JSON.stringify(all[0]) === JSON.stringify(all[2]);
	}, "all know the same").catch(() => undefined);
	assert.deepEqual(all[1], all[0]);
	assert.deepEqual(all[2], all[0]);
	const truth = all[0];
	for (const front of fronts) {
		await front.settle();
		const { name, ...screen } = await onScreen(front);
		assert.deepEqual(screen, Object.fromEntries(Object.keys(screen).map((path) => [path, truth[path]])));
		assert.equal(name, truth[`input.${truth.input}.name`]);
	}
	console.log("figure: 1000 mixed changes by two browsers, the socket and the command line at once: equal everywhere");
});
