// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// What the panel's tests share: an amplifier of their own, a browser, and a page that is looked at
// as a user would. The amplifier is the real one; the stand-in for work on the panel alone takes its
// place only when WIREGAIN_PANEL says so.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { borrowBrowser, releaseBrowser } from "./browser.mjs";

export const TOP = fileURLToPath(new URL("../..", import.meta.url));
export const PROGRAM = process.env.WIREGAIN ?? join(TOP, "build/wiregain");
export const SIZES = [[480, 320], [800, 480], [1280, 400], [1280, 800], [390, 844], [844, 390]];
const PATIENCE_MS = 30000;

export const standIn = process.env.WIREGAIN_PANEL === "stand-in";

/** Another amplifier with rules of its own would pass for the one that is to be tested. */
function insistOnPanel() {
	const help = spawnSync(PROGRAM, ["help", "run"], { encoding: "utf8" });
	if (!/--panel/.test(help.stdout ?? "")) {
		throw new Error(`${PROGRAM} is no amplifier with a panel (${help.error ?? help.stderr}): build it, `
			+ "or name one in WIREGAIN, or set WIREGAIN_PANEL=stand-in");
	}
}

/** The folder for pictures of the panel; none are made without it. */
export const pictures = process.env.WIREGAIN_PICTURES;

/** A picture as it goes into the documentation: of few colours, so that it is small. */
export async function picture(page, name) {
	if (!pictures) {
		return;
	}
	mkdirSync(pictures, { recursive: true });
	const whole = join(tmpdir(), `wiregain-${process.pid}.png`);
	await page.screenshot({ path: whole });
	execFileSync("ffmpeg", ["-v", "error", "-y", "-i", whole, "-vf",
		"split[a][b];[a]palettegen=max_colors=64[p];[b][p]paletteuse=dither=none",
		join(pictures, `${name}.png`)]);
	rmSync(whole);
}

/** Waits until a question is answered with something true. */
export async function until(question, what, patience = PATIENCE_MS) {
	const end = Date.now() + patience;
	for (;;) {
		const answer = await question();
		if (answer) {
			return answer;
		}
		if (Date.now() > end) {
			throw new Error(`waited in vain until ${what}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 15));
	}
}

async function freePort() {
	const server = createServer();
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address();
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** One amplifier, which can be stopped and started again on the same port with the same store. */
export class Amplifier {
	static async start() {
		const amplifier = new Amplifier();
		amplifier.folder = mkdtempSync(join(tmpdir(), "wiregain-panel-"));
		amplifier.port = await freePort();
		await amplifier.resume();
		return amplifier;
	}

	get address() {
		return `http://127.0.0.1:${this.port}`;
	}

	/** For programs that are to find this amplifier and no other. */
	get environment() {
		return { ...process.env, XDG_RUNTIME_DIR: this.folder, XDG_STATE_HOME: this.folder,
			XDG_CONFIG_HOME: this.folder };
	}

	get socket() {
		return join(this.folder, "wiregain.sock");
	}

	async resume() {
		if (!standIn) {
			insistOnPanel();
			this.child = spawn(PROGRAM, ["run", "--audio", "null", "--panel", `127.0.0.1:${this.port}`],
				{ env: this.environment, stdio: ["ignore", "ignore", "inherit"] });
			// Tests that failed before they could stop it do not wait for it.
			const { child } = this;
			child.unref();
			process.once("exit", () => child.kill("SIGTERM"));
		} else {
			const { serve } = await import("../dev-server.mjs");
			this.standIn = await serve(this.port);
		}
		await until(() => this.get("power").then((power) => power !== undefined, () => false),
			"the amplifier answers");
	}

	async pause() {
		this.standIn?.close();
		this.standIn = undefined;
		if (this.child) {
			this.child.ref();
			const gone = new Promise((resolve) => this.child.once("exit", resolve));
			this.child.kill("SIGTERM");
			await gone;
			this.child = undefined;
		}
	}

	async stop() {
		await this.pause();
		rmSync(this.folder, { recursive: true, force: true });
	}

	async state() {
		const response = await fetch(`${this.address}/api/state`);
		return (await response.json()).set;
	}

	async get(path) {
		return (await this.state())[path];
	}

	async set(values) {
		const response = await fetch(`${this.address}/api/state`, {
			method: "PATCH", headers: { "Content-Type": "application/json" },
			body: JSON.stringify(values),
		});
		if (!response.ok) {
			throw new Error(`${JSON.stringify(values)}: ${await response.text()}`);
		}
	}

	async post(path, body) {
		return fetch(`${this.address}${path}`, { method: "POST", body: JSON.stringify(body),
			headers: { "Content-Type": "application/json" } });
	}

	/** Waits until a control has a value, and says so when it does not come. */
	async reaches(path, value) {
		let last;
		const test = typeof value === "function" ? value : (v) => v === value;
		await until(async () => test(last = await this.get(path)), `${path} is ${value}`, 8000)
			.catch(() => {
				throw new Error(`${path} is ${JSON.stringify(last)}, not ${value}`);
			});
	}
}

/** A quiet beginning that is the same for every test. */
export const START = {
	"power": true, "input": "1", "dim": false, "headphone.mute": false, "line.mute": false,
	"headphone.limit": 15, "line.limit": 15, "headphone.level": -40, "line.level": -40,
	"knob.target": "headphone", "monitor.mode": "stereo", "display.theme": "silver",
	"display.layout": "desktop", "display.meter": "bars", "display.brightness": 100,
};

/** Runs inside each page: waiting there takes one message, not one for each look. */
function installWaits(patience) {
	const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
	window.untilFrame = async (question, what) => {
		const end = performance.now() + patience;
		while (!question()) {
			if (performance.now() > end) {
				throw new Error(`waited in vain until ${what}`);
			}
			await frame();
		}
	};
	window.settle = async () => {
		await frame();
		await frame();
	};
	window.goTo = async (hash) => {
		location.hash = hash;
		const page = hash.replace("#", "").split("/")[0];
		await window.untilFrame(() => document.querySelector(`[data-page="${page}"]`)?.checkVisibility(),
			`there is the page ${page}`);
		await window.settle();
	};
}

export class Front {
	/**
	 * `address`: where the panel is, if not at the amplifier's own address. `prepare` is called with
	 * the context before the page is loaded. `browser`: one that the caller closes, not the shared
	 * one.
	 */
	static async open(amplifier, { size = [800, 480], hash = "", query = "", address, prepare, browser,
		...context } = {}) {
		const front = new Front();
		front.amplifier = amplifier;
		front.isShared = browser === undefined;
		front.context = await (browser ?? await borrowBrowser()).newContext({
			viewport: { width: size[0], height: size[1] }, locale: "en-GB", ...context,
		});
		await front.context.addInitScript(installWaits, PATIENCE_MS);
		await prepare?.(front.context);
		await front.load(hash, query, address);
		return front;
	}

	async load(hash = "", query = "", address = this.amplifier.address) {
		this.page = await this.context.newPage();
		this.faults = [];
		this.sent = [];
		this.page.on("pageerror", (error) => this.faults.push(String(error)));
		this.page.on("console", (message) => {
			if (message.type() === "error" && !/WebSocket|Failed to load|ERR_CONN/.test(message.text())) {
				this.faults.push(message.text());
			}
		});
		this.page.on("websocket", (socket) => socket.on("framesent", (frame) =>
			this.sent.push(frame.payload)));
		await this.page.goto(`${address}/${query}${hash}`);
		await this.online();
	}

	async online() {
		await this.page.waitForSelector('[data-online="true"], [data-page="pairing"]',
			{ timeout: PATIENCE_MS });
	}

	async go(hash) {
		await this.page.evaluate((to) => window.goTo(to), hash);
	}

	/** Two frames: whatever was asked for has been drawn. */
	async settle() {
		await this.page.evaluate(() => window.settle());
	}

	/** Changes the size of the page without a reload. */
	async resize([width, height]) {
		await this.page.setViewportSize({ width, height });
		await this.settle();
	}

	/** Waits until the page's own store has a value. */
	async shows(path, value) {
		await this.showsAll({ [path]: value });
	}

	async showsAll(values) {
		await this.page.evaluate(async (wanted) => {
			const { amp } = document.querySelector("wg-app");
			const missing = () => Object.keys(wanted).filter((path) => amp.values[path] !== wanted[path]);
			await window.untilFrame(() => missing().length === 0, `the page has ${JSON.stringify(wanted)}`);
			await window.settle();
		}, values);
	}

	async box(selector) {
		return this.page.locator(selector).boundingBox();
	}

	async close() {
		await this.context.close();
		if (this.isShared) {
			await releaseBrowser();
		}
	}
}
