// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The amplifier as the panel knows it: the table, the confirmed state, the newest readings, and the
// ways to ask for a change. What is shown comes from here and was confirmed by the amplifier.

import { Link, type Message } from "./link";
import { positionOf } from "./levels";
import { Table, type Control, type Value, type Values } from "./table";
import { Timeline } from "./timeline";
import { tell, words, type Told } from "./words";

export type Output = "headphone" | "line";
export type Target = Output | "both";

/** Readings a second while no meter is on the screen: a sign of life. */
const QUIET_HZ = 10;
/** A touch older than this when its frame comes is not carried out. */
const LATE_MS = 400;
/** A table that did not come is asked for again while the line stands. */
const TABLE_AGAIN_MS = 1000;

export class Amp extends EventTarget {
	table = new Table([]);
	/** What the amplifier has said; empty while it is not there. */
	values: Values = {};
	readings: Record<string, number> = {};
	readonly timeline = new Timeline();
	/** When the newest readings came, by performance.now(). */
	readingsAt = 0;
	online = false;
	/** The amplifier wants a pairing code from this browser. */
	unpaired = false;
	private tableLoaded = false;
	private tableAsked = false;
	private tableTimer = 0;
	/** The code of system.notice, if it has one. */
	private noticeCode: Told = {};
	private readonly link: Link;
	private readonly turns = new Map<string, number>();
	/** When the oldest of them was made. */
	private turnedAt = 0;
	private frame: number | undefined;
	/** What each meter on the screen needs, and what was asked for. */
	private readonly rates: number[] = [];
	private rate: number | undefined;
	private limitedAt = -Infinity;

	constructor() {
		super();
		const scheme = location.protocol === "https:" ? "wss:" : "ws:";
		this.link = new Link(`${scheme}//${location.host}/api/live`, {
			opened: () => void this.loadTable(),
			received: (message) => this.take(message),
			lost: () => this.lose(),
			refused: () => void this.loadTable(),
		});
		document.addEventListener("visibilitychange", () => this.askReadings());
	}

	start(): void {
		void this.loadTable();
		this.askReadings();
		this.link.start();
	}

	/** After pairing: the door is open now. */
	restart(): void {
		this.unpaired = false;
		this.link.stop();
		this.start();
	}

	value(path: string): Value | undefined {
		return this.values[path];
	}

	on(path: string): boolean {
		return this.values[path] === true;
	}

	text(path: string): string {
		const value = this.values[path];
		return typeof value === "string" ? value : "";
	}

	number(path: string): number | undefined {
		const value = this.values[path];
		return typeof value === "number" ? value : undefined;
	}

	control(path: string): Control | undefined {
		return this.table.get(path);
	}

	has(path: string): boolean {
		return this.table.has(path);
	}

	/** What the amplifier last did by itself, in this screen's language. */
	get notice(): string | undefined {
		const reason = this.values["system.notice"];
		return typeof reason === "string" ? tell({ ...this.noticeCode, reason }) : undefined;
	}

	get locked(): boolean {
		return this.on("display.locked");
	}

	get standby(): boolean {
		return this.values["power"] === false;
	}

	get target(): Target {
		const target = this.values["knob.target"];
		return target === "line" || target === "both" ? target : "headphone";
	}

	/** Outputs that the knob turns now. */
	get turned(): Output[] {
		if (this.target !== "both") {
			return [this.target];
		}
		// With line.follow the amplifier takes the other one along by itself.
		return this.text("line.follow") === "level" ? ["headphone"] : ["headphone", "line"];
	}

	/** The limiter has held a sample in the last moments. */
	get limiting(): boolean {
		return performance.now() - this.limitedAt < 1500;
	}

	set(values: Values): boolean {
		return this.send({ set: values });
	}

	toggle(path: string): boolean {
		return this.online && this.send({ set: { [path]: !this.on(path) } });
	}

	do(path: string): boolean {
		return this.send({ do: path });
	}

	step(path: string, n: number): boolean {
		return this.send({ step: { [path]: n } });
	}

	/**
	 * Turns levels by n half decibels. Turns of one frame become one message; what has not gone out
	 * when the line breaks, or waited too long, is forgotten.
	 */
	turn(outputs: Output[], n: number): void {
		if (!this.online || n === 0) {
			return;
		}
		if (this.turns.size === 0) {
			this.turnedAt = performance.now();
		}
		for (const output of outputs) {
			const path = `${output}.level`;
			this.turns.set(path, (this.turns.get(path) ?? 0) + n);
		}
		this.frame ??= requestAnimationFrame(() => this.flush());
	}

	/** A meter comes onto the screen; call what this returns when it goes. */
	showsMeter(perSecond: number): () => void {
		this.rates.push(perSecond);
		this.askReadings();
		return () => {
			this.rates.splice(this.rates.indexOf(perSecond), 1);
			this.askReadings();
		};
	}

	/** A goniometer comes onto the screen: its pictures come as "scope" events. */
	showsScope(place: string): () => void {
		this.link.askScope(place);
		return () => this.link.askScope(null);
	}

	private askReadings(): void {
		const rate = document.hidden ? 0 : Math.max(QUIET_HZ, ...this.rates);
		if (rate !== this.rate) {
			this.rate = rate;
			this.link.askReadings(rate);
		}
	}

	say(text: string): void {
		this.dispatchEvent(new CustomEvent("notice", { detail: text }));
	}

	private flush(): void {
		this.frame = undefined;
		if (performance.now() - this.turnedAt > LATE_MS || !this.online) {
			this.turns.clear();
			return;
		}
		if (!this.link.ready) {
			this.frame = requestAnimationFrame(() => this.flush());
			return;
		}
		const step = Object.fromEntries([...this.turns].filter(([, n]) => n !== 0));
		this.turns.clear();
		if (Object.keys(step).length > 0) {
			this.send({ step });
		}
	}

	private send(request: Parameters<Link["send"]>[0]): boolean {
		const sent = this.online && this.link.send(request);
		if (!sent) {
			this.say(words().notSent);
		}
		return sent;
	}

	private async loadTable(): Promise<void> {
		if (this.tableLoaded || this.tableAsked) {
			return;
		}
		this.tableAsked = true;
		clearTimeout(this.tableTimer);
		try {
			const response = await fetch("/api/controls");
			if (response.status === 401 || response.status === 403) {
				this.unpaired = true;
			} else if (response.ok) {
				const body = await response.json() as { controls: Control[] };
				this.table = new Table(body.controls);
				this.tableLoaded = true;
				this.unpaired = false;
			}
			this.changed();
		} catch {
			// It is not there: the link says so already.
		}
		this.tableAsked = false;
		if (!this.tableLoaded && !this.unpaired && this.link.open) {
			this.tableTimer = setTimeout(() => void this.loadTable(), TABLE_AGAIN_MS);
		}
	}

	private take(message: Message): void {
		if (message.readings) {
			Object.assign(this.readings, message.readings);
			this.readingsAt = performance.now();
			this.timeline.take(message.readings, message.at, this.readingsAt);
			if (message.scope) {
				this.dispatchEvent(new CustomEvent("scope", { detail: message.scope }));
			}
			return;
		}
		if (message.error) {
			this.dispatchEvent(new CustomEvent("refused", { detail: message.error }));
			return;
		}
		if (message.done) {
			this.dispatchEvent(new CustomEvent("done", { detail: message.done }));
		}
		if (message.set) {
			if ("system.notice" in message.set) {
				this.noticeCode = message.notice ?? {};
			}
			this.fold(message.set, message.rev !== undefined);
		}
	}

	private fold(set: Values, change: boolean): void {
		const limited = set["protect.limited"];
		const before = this.values["protect.limited"];
		if (typeof limited === "number" && typeof before === "number" && limited > before) {
			this.limitedAt = performance.now();
			setTimeout(() => this.changed(), 1600);
		}
		Object.assign(this.values, set);
		if (change && !this.online) {
			this.online = true;
		}
		this.changed();
	}

	private lose(): void {
		this.online = false;
		this.values = {};
		this.readings = {};
		this.timeline.clear();
		this.turns.clear();
		// The program behind the socket may be a newer one with another table when it comes back.
		this.tableLoaded = false;
		this.changed();
	}

	private changed(): void {
		this.dispatchEvent(new Event("change"));
	}
}

/** The position of an output's level, if it is known. */
export function levelPosition(amp: Amp, output: Output): number | undefined {
	return positionOf(amp.value(`${output}.level`));
}
