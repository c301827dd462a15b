// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The amplifier on a private PipeWire server, with a tone played into it and what leaves it
// recorded (test/pipewire/stage.c).

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Amplifier, TOP } from "./harness.mjs";

const STAGE = process.env.WIREGAIN_TEST_STAGE ?? join(TOP, "build/test/pipewire/pipewire-stage");
const TOOLS = { WIREGAIN_TEST_PROGRAM: "wiregain", WIREGAIN_TEST_PLAYER: "test/pipewire/pipewire-player",
	WIREGAIN_TEST_RECORDER: "test/pipewire/pipewire-recorder" };
const ATTEMPTS = 40;

/** One that is named must be there; by hand, a build without PipeWire has none. */
export const hasStage = process.env.WIREGAIN_TEST_STAGE !== undefined || existsSync(STAGE);

export class Stage extends Amplifier {
	static async start() {
		const stage = new Stage();
		const defaults = Object.fromEntries(Object.entries(TOOLS).map(([name, file]) =>
			[name, join(TOP, "build", file)]));
		stage.child = spawn(STAGE, { env: { ...defaults, ...process.env }, stdio: ["pipe", "pipe", "inherit"] });
		stage.gone = new Promise((resolve) => stage.child.once("exit", (code) => resolve(code)));
		stage.lines = createInterface({ input: stage.child.stdout })[Symbol.asyncIterator]();
		stage.port = Number(/:(\d+)\//.exec(await stage.expect("panel "))[1]);
		return stage;
	}

	/** The next line that begins so; what else is said on the way is for who reads the log. */
	async expect(beginning) {
		for (;;) {
			const { value, done } = await this.lines.next();
			if (done) {
				throw new Error(`the stage ended before it said "${beginning}"`);
			}
			if (value.startsWith(beginning)) {
				return value.slice(beginning.length);
			}
		}
	}

	async ask(command, answer) {
		this.child.stdin.write(`${command}\n`);
		return this.expect(answer);
	}

	tone(hz, amplitude) {
		return this.ask(`tone ${hz} ${amplitude}`, "playing");
	}

	still() {
		return this.ask("still", "ok");
	}

	/** Cycles without their part of the tone. */
	async late() {
		return Number(await this.ask("late", "late "));
	}

	/**
	 * What a tone that was played has gained on its way, in decibels, in a quarter second without
	 * holes.
	 */
	async gain() {
		for (let i = 0; i < ATTEMPTS; i++) {
			const [db, missed] = (await this.ask("gain", "gain ")).split(" ").map(Number);
			if (missed === 0) {
				return db;
			}
		}
		throw new Error("no quarter second without a missed cycle");
	}

	async stop() {
		this.child.stdin.end();
		return this.gone;
	}
}
