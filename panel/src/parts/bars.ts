// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Level bars: sample peaks of one or more stereo places, -60 to 0 dBFS, with the highest of the
// last moments held as a line and as a number.

import { printDb } from "../levels";
import { CanvasMeter, FONT } from "./canvas";

const FLOOR_DB = -60;
const HOLD_MS = 1800;
/** From the loud end: a label that would touch the one before it is left out. */
const labels = [0, -3, -6, -10, -20, -30, -40, -50, -60];
const sides = ["left", "right"] as const;

interface Held {
	db: number;
	at: number;
}

interface Layout {
	name: number;
	from: number;
	to: number;
	bar: number;
	gap: number;
	font: number;
	scale: number;
}

export class Bars extends CanvasMeter {
	static override properties = {
		...CanvasMeter.properties, places: { attribute: false }, small: { type: Boolean },
	};
	declare places: string[];
	/** Without names, numbers and scale. */
	declare small: boolean;
	private readonly held = new Map<string, Held>();

	constructor() {
		super();
		this.places = [];
		this.small = false;
	}

	protected get label(): string {
		return `${this.words.level} ${this.places.map((place) => this.nameOf(place)).join(", ")}`;
	}

	protected get spoken(): string {
		const now = performance.now();
		return this.places.map((place) => sides.map((side) => {
			const db = this.reading(path(place, side), now);
			return `${this.words[side]} ${db === undefined ? this.words.unknown
				: db < FLOOR_DB ? this.words.silence : printDb(db)}`;
		}).join(", ")).join("; ");
	}

	private nameOf(place: string): string {
		return this.words[place as "input" | "headphone" | "line"];
	}

	private layout(): Layout {
		const { width, height } = this.box;
		const count = this.places.length;
		if (this.small) {
			const bar = Math.max(2, Math.min(9, (height - 2 * count) / (count * 2 + (count - 1))));
			return { name: 0, from: 0, to: width, bar, gap: bar, font: 0, scale: 0 };
		}
		const font = Math.max(9, Math.min(14, height / (count * 5)));
		const scale = font * 1.7;
		const room = (height - scale) / count;
		const bar = Math.max(3, Math.min(22, room * 0.33));
		const name = Math.max(font * 6.4, Math.min(130, width * 0.14));
		return { name, from: name + font * 1.4, to: width - font * 3.6, bar,
			gap: room - 2 * bar - 2, font, scale };
	}

	protected draw(context: CanvasRenderingContext2D, _fresh: boolean, now: number): void {
		const { width, height } = this.box;
		const layout = this.layout();
		context.clearRect(0, 0, width, height);
		if (!this.small) {
			this.drawScale(context, layout);
		}
		const block = 2 * layout.bar + 2 + layout.gap;
		let y = layout.scale + (this.small ? 0 : layout.gap / 2);
		for (const place of this.places) {
			if (!this.small) {
				this.drawName(context, layout, place, y);
			}
			for (const [i, side] of sides.entries()) {
				this.drawBar(context, layout, path(place, side), y + i * (layout.bar + 2), now);
			}
			y += block;
		}
	}

	private drawScale(context: CanvasRenderingContext2D, layout: Layout): void {
		context.font = `500 ${layout.font * 0.92}px ${FONT}`;
		context.textAlign = "center";
		context.textBaseline = "top";
		let free = Infinity;
		for (const db of labels) {
			const x = place(layout, db);
			context.fillStyle = db === 0 ? "#ff8a75" : "#9aa0a6";
			if (x < free) {
				context.fillText(db === 0 ? "0" : printDb(db, 0), x, 0);
				free = x - layout.font * 2.3;
			}
			context.fillStyle = "rgba(255,255,255,.09)";
			context.fillRect(Math.round(x), layout.scale - 3, 1, this.box.height);
		}
	}

	private drawName(context: CanvasRenderingContext2D, layout: Layout, name: string,
		y: number): void {
		context.textBaseline = "middle";
		context.textAlign = "left";
		context.fillStyle = "#e9e6df";
		context.font = `500 ${layout.font}px ${FONT}`;
		context.fillText(this.nameOf(name), 0, y + layout.bar + 1, layout.name);
		context.textAlign = "center";
		context.fillStyle = "#9aa0a6";
		context.font = `500 ${Math.min(layout.font * 0.85, layout.bar + 3)}px ${FONT}`;
		for (const [i, side] of sides.entries()) {
			context.fillText(side === "left" ? "L" : "R", layout.from - layout.font * 0.7,
				y + layout.bar / 2 + i * (layout.bar + 2) + 0.5);
		}
	}

	private drawBar(context: CanvasRenderingContext2D, layout: Layout, name: string, y: number,
		now: number): void {
		const { from, to, bar } = layout;
		context.fillStyle = "rgba(255,255,255,.07)";
		context.fillRect(from, y, to - from, bar);
		const db = this.reading(name, now);
		const held = this.hold(name, db, now);
		if (db === undefined) {
			this.held.delete(name);
			this.drawNumber(context, layout, undefined, y);
			return;
		}
		this.fill(context, layout, this.moving(name, now, (value) => Math.max(value, FLOOR_DB)) ?? db, y);
		if (held.db > FLOOR_DB) {
			context.fillStyle = held.db > -0.1 ? "#ff4a36" : "#fff7e6";
			context.fillRect(Math.min(to - 2, place(layout, held.db) - 1), y, 2, bar);
		}
		this.drawNumber(context, layout, held.db, y);
	}

	private fill(context: CanvasRenderingContext2D, layout: Layout, db: number, y: number): void {
		const end = place(layout, db);
		const bands: [number, number, string][] = [
			[FLOOR_DB, -20, "#cfd3d6"], [-20, -6, "#ffc568"], [-6, -1, "#ff9a2e"], [-1, 0, "#ff4a36"],
		];
		for (const [low, high, color] of bands) {
			const start = place(layout, low);
			const stop = Math.min(end, place(layout, high));
			if (stop > start) {
				context.fillStyle = color;
				context.fillRect(start, y, stop - start, layout.bar);
			}
		}
		// Fine gaps, as between the lamps of a column.
		context.fillStyle = "rgba(6,7,8,.62)";
		for (let x = layout.from + 3; x < end; x += 4) {
			context.fillRect(x, y, 1, layout.bar);
		}
	}

	private drawNumber(context: CanvasRenderingContext2D, layout: Layout, db: number | undefined,
		y: number): void {
		if (this.small) {
			return;
		}
		context.textAlign = "right";
		context.textBaseline = "middle";
		context.font = `500 ${Math.min(layout.font, layout.bar + 4)}px ${FONT}`;
		context.fillStyle = db !== undefined && db > -0.1 ? "#ff8a75" : "#e9e6df";
		const text = db === undefined || db <= FLOOR_DB ? "\u2013"
			: db > -0.05 ? this.words.over : printDb(db);
		context.fillText(text, this.box.width, y + layout.bar / 2 + 0.5, layout.font * 3.4);
	}

	private hold(name: string, db: number | undefined, now: number): Held {
		const before = this.held.get(name);
		if (db !== undefined && (!before || db >= before.db || now - before.at > HOLD_MS)) {
			const held = { db, at: now };
			this.held.set(name, held);
			return held;
		}
		return before ?? { db: -200, at: now };
	}
}

function path(where: string, side: string): string {
	return `meter.${where}.${side}.peak`;
}

function place(layout: Layout, db: number): number {
	const at = Math.min(1, Math.max(0, (db - FLOOR_DB) / -FLOOR_DB));
	return layout.from + at * (layout.to - layout.from);
}

customElements.define("wg-bars", Bars);
