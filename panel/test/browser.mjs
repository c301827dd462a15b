// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// How tests get a browser: Debian's Chromium, quiet, with nothing of the network. All test files of
// one run share one (browser-server.mjs); each test has a context of its own in it.

import { spawn } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { connect } from "node:net";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The name of this computer leads to it: the amplifier serves that name as another machine's. */
export const BROWSER = {
	executablePath: process.env.WIREGAIN_BROWSER ?? "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		`--host-resolver-rules=MAP ${hostname()} 127.0.0.1`],
};

/** The process that runs the tests, of one file or of many: the browser does not outlive it. */
const owner = process.env.WIREGAIN_BROWSER_OWNER ?? String(process.pid);
const SOCKET = join(tmpdir(), `wiregain-browser-${process.getuid()}`, owner);
const START_PATIENCE_MS = 90000;
const RETRY_MS = 50;

let connected;
let users = 0;
let browserAddress;

/** A browser of one's own, to close oneself: for measurements that begin with a fresh one. */
export async function launchBrowser() {
	const { chromium } = await import("playwright-core");
	return chromium.launch(BROWSER);
}

/** The shared browser, started if it does not run yet. Each call needs one releaseBrowser(). */
export async function borrowBrowser() {
	users += 1;
	connected ??= connectBrowser();
	return connected;
}

/** Playwright takes a while to load, and not every test that could have a browser wants one. */
async function connectBrowser() {
	const [{ chromium }, address] = await Promise.all([import("playwright-core"), findBrowser()]);
	return chromium.connect(address);
}

/** After the last one this process is disconnected, so that it can end. */
export async function releaseBrowser() {
	users -= 1;
	if (users === 0) {
		const browser = connected;
		connected = undefined;
		await (await browser).close();
	}
}

async function findBrowser() {
	const end = Date.now() + START_PATIENCE_MS;
	for (let isStarted = false; !browserAddress; isStarted = true) {
		browserAddress = await askServer();
		if (browserAddress) {
			break;
		}
		if (Date.now() > end) {
			throw new Error("the browser for the tests did not start");
		}
		if (!isStarted) {
			startServer();
		}
		await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
	}
	return browserAddress;
}

/**
 * Asks the server for the browser's address. The connection stays open as long as this process
 * lives: the server counts them.
 */
function askServer() {
	return new Promise((resolve, reject) => {
		const socket = connect(SOCKET);
		let text = "";
		socket.setEncoding("utf8");
		socket.on("data", (data) => {
			text += data;
			if (text.endsWith("\n")) {
				socket.unref();
				const { address, error } = JSON.parse(text);
				if (error) {
					reject(new Error(error));
				}
				resolve(address);
			}
		});
		socket.on("error", () => resolve(undefined));
		socket.on("close", () => {
			browserAddress = undefined;
			resolve(undefined);
		});
	});
}

function startServer() {
	const folder = dirname(SOCKET);
	mkdirSync(folder, { mode: 0o700, recursive: true });
	if (statSync(folder).uid !== process.getuid()) {
		throw new Error(`${folder} belongs to another user`);
	}
	const program = fileURLToPath(new URL("browser-server.mjs", import.meta.url));
	spawn(process.execPath, [program, SOCKET, owner], { detached: true, stdio: "ignore" }).unref();
}
