// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A stand-in for the amplifier, for work on the panel alone: `node dev-server.mjs [PORT]`. It takes
// the controls table from `wiregain controls --json` (or the file in WIREGAIN_CONTROLS), obeys as
// far as a front can tell, and plays demonstration meters. It is not the amplifier: tests use that
// one.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";

const top = dirname(fileURLToPath(import.meta.url));
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css",
	".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp",
	".webmanifest": "application/manifest+json" };

function row(path, type, rest = {}) {
	return { path, type, unit: "", minimum: null, maximum: null, step: null, beyond: null, default: "",
		choices: [], access: "setup", kept: true, help: "", ...rest };
}

/** Rows that the panel needs and an older program does not have yet. */
const extra = [
	row("knob.target", "choice", { choices: ["headphone", "line", "both"], default: "headphone",
		access: "operate", help: "Which level the knob turns" }),
	row("display.brightness", "number", { unit: "%", minimum: 5, maximum: 100, step: 1, default: 100,
		help: "Brightness of the panel" }),
	row("display.timeout_s", "number", { unit: "s", minimum: 0, maximum: 3600, step: 1, default: 0,
		help: "The screen goes dark after so long without use; 0: never" }),
	row("display.off", "switch", { default: false, kept: false, help: "The screen is dark" }),
	row("display.theme", "choice", { choices: ["silver", "black"], default: "silver",
		help: "Finish of the front" }),
	row("display.layout", "choice", { choices: ["desktop", "rack"], default: "desktop",
		help: "Table-top unit, or a front with ears for a rack" }),
	row("display.meter", "choice", { choices: ["bars", "vu", "none"], default: "bars",
		help: "What the main page shows of the signal" }),
	row("display.locked", "switch", { default: false, access: "none", help: "Locked by PIN" }),
	row("display.logo", "text", { access: "none", help: "The studio's own logo" }),
	row("system.pairing", "text", { access: "none", kept: false, default: "482913",
		help: "The code that pairs another screen" }),
	...["input", "headphone", "line"].flatMap((place) => ["left", "right"].flatMap((side) =>
		["peak", "vu"].map((what) => row(`meter.${place}.${side}.${what}`, "number", { unit: "dB",
			minimum: -200, maximum: 40, default: -200, access: "none", kept: false, meter: true })))),
];

function loadTable() {
	const text = process.env.WIREGAIN_CONTROLS ? readFileSync(process.env.WIREGAIN_CONTROLS, "utf8")
		: execFileSync(process.env.WIREGAIN ?? join(top, "../build/wiregain"), ["controls", "--json"],
			{ encoding: "utf8" });
	const parsed = JSON.parse(text);
	const rows = Array.isArray(parsed) ? parsed : parsed.controls;
	const known = new Set(rows.map((r) => r.path));
	return [...rows, ...extra.filter((r) => !known.has(r.path))];
}

class Refused extends Error {
	constructor(path, reason) {
		super(reason);
		this.body = { error: { path, reason } };
	}
}

class World {
	constructor() {
		this.table = new Map(loadTable().map((r) => [r.path, r]));
		this.values = {};
		this.clients = new Set();
		this.rev = 1;
		this.pin = undefined;
		this.logo = undefined;
		this.defaults();
		this.derive();
	}

	defaults() {
		for (const r of this.table.values()) {
			if (r.type !== "action" && !r.meter) {
				this.values[r.path] = r.default;
			}
		}
	}

	number(path) {
		return this.values[path] === "mute" ? -122.5 : this.values[path];
	}

	derive() {
		for (const output of ["headphone", "line"]) {
			const heard = Math.min(this.number(`${output}.limit`), this.number(`${output}.level`)
				+ (this.values.dim ? this.values["dim.amount"] : 0));
			this.values[`${output}.gain`] = this.values[`${output}.mute`] || heard < -122 ? "mute" : heard;
			this.values[`${output}.bit_exact`] = this.values[`${output}.gain`] === 0;
		}
	}

	check(path, value) {
		const r = this.table.get(path);
		if (!r || r.access === "none" || r.type === "action") {
			throw new Refused(path, r ? "can only be read" : "there is no such control");
		}
		const number = typeof value === "number" && value >= r.minimum && value <= r.maximum;
		const fine = { switch: typeof value === "boolean", text: typeof value === "string",
			choice: r.choices.includes(value) || (path === "input" && /^(next|previous)$/.test(value)),
			level: number || (value === r.beyond && value),
			number: number || (value === r.beyond && value) };
		if (!fine[r.type]) {
			throw new Refused(path, `${JSON.stringify(value)} is not in its range`);
		}
		this.checkLock(path, value);
	}

	checkLock(path, value) {
		const lower = /^(headphone|line)\.level$/.test(path)
			&& (value === "mute" || value <= this.number(path));
		if (this.values["display.locked"] && !lower && !/^(dim|headphone\.mute|line\.mute)$/.test(path)) {
			throw new Refused(path, "the panel is locked");
		}
	}

	set(values) {
		for (const [path, value] of Object.entries(values)) {
			this.check(path, value);
		}
		for (const [path, value] of Object.entries(values)) {
			this.values[path] = path === "input" ? this.nextInput(value) : value;
		}
		return this.changed(Object.keys(values));
	}

	nextInput(value) {
		const by = { next: 1, previous: -1 }[value];
		let n = Number(by ? this.values.input : value);
		for (let i = 0; by && i < 5; i++) {
			n = ((n - 1 + by + 5) % 5) + 1;
			if (this.values[`input.${n}.enabled`]) {
				break;
			}
		}
		return String(n);
	}

	step(steps) {
		const values = {};
		for (const [path, n] of Object.entries(steps)) {
			const r = this.table.get(path);
			const low = r.beyond ? r.minimum - r.step : r.minimum;
			const limit = this.values[path.replace(/level$/, "limit")];
			const high = /\.level$/.test(path) && typeof limit === "number" ? limit : r.maximum;
			const now = typeof this.values[path] === "number" ? this.values[path] : low;
			const next = Math.min(high, Math.max(low, now + n * r.step));
			values[path] = next < r.minimum ? r.beyond : next;
		}
		return this.set(values);
	}

	do(path) {
		if (this.values["display.locked"]) {
			throw new Refused(path, "the panel is locked");
		}
		if (path === "system.reset") {
			this.defaults();
			this.changed(Object.keys(this.values));
		}
		return { done: path };
	}

	changed(paths) {
		const before = { ...this.values };
		this.derive();
		const all = [...paths, ...Object.keys(this.values).filter((p) => before[p] !== this.values[p])];
		const set = Object.fromEntries(all.map((path) => [path, this.values[path]]));
		this.tell({ rev: ++this.rev, set });
		return { set };
	}

	tell(message) {
		for (const client of this.clients) {
			client.send(JSON.stringify(message));
		}
	}

	take(message) {
		return message.set ? this.set(message.set) : message.step ? this.step(message.step)
			: this.do(message.do);
	}
}

/** Something like music, so that needles and bars have work. */
function demoReadings(world, t) {
	const readings = {};
	for (const place of ["input", "headphone", "line"]) {
		const gain = place === "input" ? 0 : world.number(`${place}.gain`) < -122 ? -200
			: world.values[`${place}.gain`] === "mute" ? -200
				: Math.min(0, world.values[`${place}.gain`] + 30);
		for (const [i, side] of ["left", "right"].entries()) {
			const beat = Math.exp(-((t * 1.9 + i * 0.04) % 1) * 3);
			const swell = Math.sin(t * 0.7 + i) * 2 + Math.sin(t * 2.3 + i * 2) * 1.5;
			readings[`meter.${place}.${side}.peak`] = Math.max(-200, -15 + 10 * beat + swell + gain);
			readings[`meter.${place}.${side}.vu`] = Math.max(-100, -6 + 5 * beat + swell + gain);
		}
	}
	return readings;
}

async function body(request) {
	const parts = [];
	for await (const part of request) {
		parts.push(part);
	}
	return Buffer.concat(parts);
}

function answer(response, status, value) {
	response.writeHead(status, { "Content-Type": "application/json" });
	response.end(JSON.stringify(value));
}

async function api(world, request, response) {
	const name = `${request.method} ${new URL(request.url, "http://x").pathname}`;
	const data = await body(request);
	const json = () => JSON.parse(data.toString() || "{}");
	const handlers = {
		"GET /api/controls": () => ({ controls: [...world.table.values()] }),
		"GET /api/state": () => ({ rev: world.rev, set: world.values }),
		"PATCH /api/state": () => world.set(json()),
		"GET /api/tokens": () => ({ tokens: [{ id: 1, name: "Tablet", created: 0 }] }),
		"DELETE /api/tokens/1": () => ({}),
		"POST /api/lock": () => lock(world, json().pin),
		"POST /api/unlock": () => unlock(world, json().pin),
		"PUT /api/logo": () => logo(world, data),
		"DELETE /api/logo": () => logo(world, undefined),
	};
	const handler = handlers[name];
	if (!handler) {
		answer(response, 404, { error: { path: request.url, reason: "there is no such thing" } });
		return;
	}
	try {
		answer(response, 200, handler());
	} catch (error) {
		answer(response, 400, error.body ?? { error: { path: "", reason: error.message } });
	}
}

function lock(world, pin) {
	world.pin ??= pin;
	if (world.pin !== pin) {
		throw new Refused("display.locked", "that is not the PIN");
	}
	world.values["display.locked"] = true;
	return world.changed(["display.locked"]);
}

function unlock(world, pin) {
	if (world.pin !== pin) {
		throw new Refused("display.locked", "that is not the PIN");
	}
	world.values["display.locked"] = false;
	return world.changed(["display.locked"]);
}

function logo(world, data) {
	world.logo = data;
	world.values["display.logo"] = data ? createHash("sha256").update(data).digest("hex").slice(0, 8) : "";
	return world.changed(["display.logo"]);
}

function file(world, request, response) {
	const path = new URL(request.url, "http://x").pathname;
	if (path === "/logo" && world.logo) {
		const svg = world.logo.toString("utf8", 0, 1) === "<";
		response.writeHead(200, { "Content-Type": svg ? "image/svg+xml" : "image/png" });
		response.end(world.logo);
		return;
	}
	const name = normalize(path === "/" ? "/index.html" : path);
	try {
		const data = readFileSync(join(top, "dist", name));
		response.writeHead(200, { "Content-Type": types[extname(name)] ?? "application/octet-stream",
			"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'self'" });
		response.end(data);
	} catch {
		response.writeHead(404).end();
	}
}

export function serve(port, host = "127.0.0.1") {
	const world = new World();
	const server = createServer((request, response) => request.url.startsWith("/api/")
		? void api(world, request, response) : file(world, request, response));
	const sockets = new WebSocketServer({ server, path: "/api/live",
		handleProtocols: () => "wiregain" });
	sockets.on("connection", (socket) => {
		world.clients.add(socket);
		socket.send(JSON.stringify({ rev: world.rev, set: world.values }));
		let timer;
		const ask = (rate) => {
			clearInterval(timer);
			timer = rate > 0 ? setInterval(() => socket.send(JSON.stringify({
				readings: demoReadings(world, performance.now() / 1000),
				at: performance.now() / 1000 })), 1000 / rate) : undefined;
		};
		ask(30);
		socket.on("message", (data) => {
			const message = JSON.parse(data);
			if (message.readings !== undefined) {
				ask(message.readings);
				return;
			}
			if (message.scope !== undefined) {
				return;
			}
			try {
				socket.send(JSON.stringify(world.take(message)));
			} catch (error) {
				socket.send(JSON.stringify(error.body ?? { error: { path: "", reason: error.message } }));
			}
		});
		socket.on("close", () => {
			clearInterval(timer);
			world.clients.delete(socket);
		});
	});
	return new Promise((resolve) => server.listen(port, host, () => resolve({ world, close: () => {
		sockets.clients.forEach((client) => client.terminate());
		sockets.close();
		server.close();
		server.closeAllConnections();
	}, port: server.address().port })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { port } = await serve(Number(process.argv[2] ?? 8731));
	console.log(`http://127.0.0.1:${port}/`);
}
