// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// How soon what one hand changes is seen by the others: on the screen of each browser, and by a
// client of the local socket. Every change is waited for everywhere, so none can be missed.

import { execFile } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { PROGRAM } from "./harness.mjs";

const run = promisify(execFile);

/** A client of the amplifier's local socket. */
export class Socket {
	static async open(amplifier) {
		const socket = new Socket();
		socket.stream = connect(amplifier.socket);
		socket.waiting = [];
		createInterface({ input: socket.stream }).on("line", (line) => {
			const message = JSON.parse(line);
			(message.rev === undefined ? socket.waiting.shift() : socket.changed)?.(message);
		});
		await new Promise((resolve, reject) => socket.stream.once("connect", resolve).once("error", reject));
		return socket;
	}

	ask(request) {
		return new Promise((resolve) => {
			this.waiting.push(resolve);
			this.stream.write(`${JSON.stringify(request)}\n`);
		});
	}

	close() {
		this.stream.destroy();
	}
}

/** `wiregain set PATH=VALUE`, as in another terminal. */
export function setByProgram(amplifier, path, value) {
	return run(PROGRAM, ["set", `${path}=${value}`], { env: amplifier.environment });
}

/**
 * Notes when each level of the line output has come onto a page's screen, by the machine's clock.
 */
async function watchScreen(front) {
	await front.page.evaluate(() => {
		window.seen = new Map();
		const number = document.querySelector('[data-output="line"] .level-number');
		new MutationObserver(() => requestAnimationFrame(() =>
			window.seen.set(number.dataset.level, performance.timeOrigin + performance.now())))
			.observe(number, { attributes: true });
	});
}

function seenAt(front, level) {
	return front.page.waitForFunction((text) => window.seen.get(text), String(level))
		.then((handle) => handle.jsonValue());
}

/** Milliseconds until each change was seen: on screens, and by the socket. */
export async function latencies(amplifier, fronts, count) {
	const socket = await Socket.open(amplifier);
	const watcher = await Socket.open(amplifier);
	const told = new Map();
	watcher.changed = (message) => told.set(message.set["line.level"], performance.timeOrigin + performance.now());
	watcher.stream.write('{"watch":["line.level"]}\n');
	const screens = [], lines = [];
	await Promise.all(fronts.map(watchScreen));
	for (let i = 0; i < count; i++) {
		const level = -60 - i / 2;
		const started = await change(i % 4, { amplifier, fronts, socket, level });
		const others = i % 4 < fronts.length ? fronts.filter((_, n) => n !== i % 4) : fronts;
		for (const front of others) {
			screens.push(await seenAt(front, level) - started);
		}
		while (!told.has(level)) {
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
		lines.push(told.get(level) - started);
	}
	socket.close();
	watcher.close();
	return { screens, lines };
}

/** The moment of the change, by the machine's clock. */
async function change(who, { amplifier, fronts, socket, level }) {
	if (who < fronts.length) {
		return fronts[who].page.evaluate((to) => {
			const { amp } = document.querySelector("wg-app");
			amp.set({ "line.level": to });
			return performance.timeOrigin + performance.now();
		}, level);
	}
	const started = performance.timeOrigin + performance.now();
	if (who === 2) {
		await socket.ask({ set: { "line.level": level } });
		return started;
	}
	// With the start of the program, as whoever types it has it.
	await setByProgram(amplifier, "line.level", level);
	return started;
}

export function median(list) {
	return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}
