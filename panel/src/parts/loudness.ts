// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Loudness of one place, in LUFS (EBU Tech 3341): momentary, short-term and integrated, as bars
// over the scale EBU +18, whose 0 LU is -23 LUFS, and as numbers.

import { printDb } from "../levels";
import { CanvasMeter, FONT } from "./canvas";

const LOW = -59;
const TARGET = -23;
const HIGH = -5;
const SILENT = -120;
const rows = [["momentary", "M"], ["short_term", "S"], ["integrated", "I"]] as const;

export class Loudness extends CanvasMeter {
	static override properties = { ...CanvasMeter.properties, place: {} };
	declare place: string;

	protected get label(): string {
		const w = this.words;
		return `${w.loudness} ${w[this.place as "input" | "headphone" | "line"]}`;
	}

	protected get spoken(): string {
		const now = performance.now();
		return rows.map(([what]) =>
			`${this.words[what]} ${this.say(this.reading(this.path(what), now))}`).join(", ");
	}

	private path(what: string): string {
		return `meter.${this.place}.loudness.${what}`;
	}

	private say(lufs: number | undefined): string {
		return lufs === undefined ? this.words.unknown
			: lufs < SILENT ? this.words.silence : `${printDb(lufs)} LUFS`;
	}

	protected draw(context: CanvasRenderingContext2D, _fresh: boolean, now: number): void {
		const { width, height } = this.box;
		const font = Math.max(10, Math.min(20, height / 11, width / 26));
		const from = font * 2.2, to = width - font * 4.6, top = font * 2;
		const room = (height - top) / rows.length;
		const bar = Math.max(6, Math.min(64, room * 0.55));
		const x = (lufs: number) =>
			from + Math.min(1, Math.max(0, (lufs - LOW) / (HIGH - LOW))) * (to - from);
		context.clearRect(0, 0, width, height);
		this.drawScale(context, font, x);
		const ends: string[] = [];
		for (const [i, [what, letter]] of rows.entries()) {
			const y = top + i * room + (room - bar) / 2;
			const value = this.moving(this.path(what), now, (lufs) => Math.max(lufs, LOW));
			const read = this.reading(this.path(what), now);
			context.fillStyle = "rgba(255,255,255,.07)";
			context.fillRect(from, y, to - from, bar);
			if (value !== undefined) {
				this.fill(context, x, value, y, bar);
				ends.push(`${what} ${((x(value) - from) / (to - from)).toFixed(3)}`);
			}
			context.textBaseline = "middle";
			context.textAlign = "left";
			context.font = `600 ${font}px ${FONT}`;
			context.fillStyle = "#9aa0a6";
			context.fillText(letter, 0, y + bar / 2 + 0.5);
			context.textAlign = "right";
			context.font = `600 ${Math.min(font * 1.25, bar + 6)}px ${FONT}`;
			context.fillStyle = "#e9e6df";
			context.fillText(read === undefined || read < SILENT ? "\u2013" : printDb(read),
				width, y + bar / 2 + 0.5);
		}
		this.canvas.dataset["ends"] = ends.join(", ");
	}

	private drawScale(context: CanvasRenderingContext2D, font: number,
		x: (lufs: number) => number): void {
		context.font = `500 ${font * 0.9}px ${FONT}`;
		context.textAlign = "center";
		context.textBaseline = "top";
		for (const lufs of [-59, -50, -41, -32, TARGET, -14, -5]) {
			context.fillStyle = lufs === TARGET ? "#ffc568" : "#9aa0a6";
			context.fillText(printDb(lufs, 0), x(lufs), 0);
			context.fillStyle = lufs === TARGET ? "rgba(255,197,104,.5)" : "rgba(255,255,255,.09)";
			context.fillRect(Math.round(x(lufs)), font * 1.5, 1, this.box.height);
		}
	}

	private fill(context: CanvasRenderingContext2D, x: (lufs: number) => number, lufs: number,
		y: number, bar: number): void {
		const start = x(LOW), middle = x(Math.min(lufs, TARGET)), end = x(lufs);
		context.fillStyle = "#cfd3d6";
		context.fillRect(start, y, middle - start, bar);
		context.fillStyle = "#ffb347";
		context.fillRect(middle, y, end - middle, bar);
	}
}

customElements.define("wg-loudness", Loudness);
