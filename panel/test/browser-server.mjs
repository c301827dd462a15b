// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Runs the one browser that the panel's tests share (browser.mjs starts it). It ends when no test
// has used it for a while, and at once when the process that runs the tests is gone.
//
// usage: node browser-server.mjs SOCKET OWNER_PID

import { rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { chromium } from "playwright-core";
import { BROWSER } from "./browser.mjs";

const LINGER_MS = 10000;
const POLL_MS = 200;
const [path, owner] = process.argv.slice(2);

/** Whether it listens; when another server has that socket, it does not. */
function listen(server) {
	return new Promise((resolve) => {
		server.once("error", () => resolve(false));
		server.listen(path, () => resolve(true));
	});
}

/** A socket that a server left behind when it was killed would block the next one. */
function removeIfStale() {
	return new Promise((resolve) => {
		const probe = connect(path, () => {
			probe.destroy();
			resolve();
		});
		probe.once("error", () => {
			rmSync(path, { force: true });
			resolve();
		});
	});
}

function ownerRuns() {
	try {
		process.kill(Number(owner), 0);
		return true;
	} catch (error) {
		return error.code === "EPERM";
	}
}

/**
 * Each client keeps its connection as long as it lives, and gets the browser's address, or why
 * there is none.
 */
function serveClients(server, browser) {
	const clients = new Set();
	let lastUsed = performance.now();
	server.on("connection", async (client) => {
		clients.add(client);
		client.on("error", () => undefined);
		client.on("close", () => {
			clients.delete(client);
			lastUsed = performance.now();
		});
		client.resume();
		client.write(`${JSON.stringify(await browser.then((one) => ({ address: one.wsEndpoint() }),
			(error) => ({ error: error.message })))}\n`);
	});
	setInterval(() => {
		const isIdle = performance.now() - lastUsed > LINGER_MS || !ownerRuns();
		if (clients.size === 0 && isIdle) {
			end(server, browser);
		}
	}, POLL_MS);
}

async function end(server, browser) {
	server.close();
	await browser.then((one) => one.close(), () => undefined);
	process.exit(0);
}

const server = createServer();
if (!await listen(server)) {
	await removeIfStale();
	if (!await listen(server)) {
		process.exit(0);
	}
}
const browser = chromium.launchServer({ ...BROWSER, host: "127.0.0.1" });
serveClients(server, browser);
browser.then((one) => one.on("close", () => {
	rmSync(path, { force: true });
	process.exit(1);
}), () => undefined);
