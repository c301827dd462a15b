// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The stereo image of one place: how alike both sides are, and which of them is louder.

import { printDb } from "../levels";
import { CanvasMeter, FONT } from "./canvas";

const BALANCE_DB = 12;
const HIGHEST_ROW = 150;

export class StereoImage extends CanvasMeter {
	static override properties = { ...CanvasMeter.properties, place: {} };
	declare place: string;

	protected get label(): string {
		const w = this.words;
		return `${w.correlation} ${w[this.place as "input" | "headphone" | "line"]}`;
	}

	protected get spoken(): string {
		const now = performance.now();
		const alike = this.reading(this.path("correlation"), now);
		const balance = this.reading(this.path("balance"), now);
		return alike === undefined || balance === undefined ? this.words.unknown
			: `${alike.toFixed(2)}, ${this.words.balance} ${printDb(balance)}`;
	}

	private path(what: string): string {
		return `meter.${this.place}.${what}`;
	}

	protected draw(context: CanvasRenderingContext2D, _fresh: boolean, now: number): void {
		const { width, height } = this.box;
		const w = this.words;
		context.clearRect(0, 0, width, height);
		const alike = this.moving(this.path("correlation"), now, (value) => value);
		const balance = this.moving(this.path("balance"), now, (value) => value);
		this.drawRow(context, 0, w.correlation, [[-1, "\u22121"], [0, "0"], [1, "+1"]], 1, alike,
			(value) => (value < 0 ? "#ff4a36" : "#ffc568"), alike?.toFixed(2));
		this.drawRow(context, Math.min(HIGHEST_ROW, height / 2), w.balance, [[-BALANCE_DB, "L"], [0, "0"], [BALANCE_DB, "R"]],
			BALANCE_DB, balance, () => "#cfd3d6",
			balance === undefined ? undefined : `${printDb(balance)} dB`);
		this.canvas.dataset["at"] = `${alike?.toFixed(3)} ${balance?.toFixed(3)}`;
	}

	/** A bar from the middle, over a scale from -end to end. */
	private drawRow(context: CanvasRenderingContext2D, top: number, name: string,
		marks: [number, string][], end: number, value: number | undefined,
		color: (value: number) => string, text: string | undefined): void {
		const { width } = this.box;
		const room = Math.min(HIGHEST_ROW, this.box.height / 2);
		const font = Math.max(10, Math.min(18, room / 5.6, width / 22));
		const bar = Math.max(6, Math.min(48, room - font * 4.4));
		const y = top + font * 1.7;
		const from = font * 0.7, to = width - font * 0.7;
		const x = (at: number) =>
			from + ((Math.min(end, Math.max(-end, at)) + end) / (2 * end)) * (to - from);
		context.textBaseline = "top";
		context.font = `500 ${font}px ${FONT}`;
		context.fillStyle = "#9aa0a6";
		context.textAlign = "left";
		context.fillText(name, from, top);
		context.textAlign = "right";
		context.fillStyle = "#e9e6df";
		context.fillText(text ?? "\u2013", to, top);
		context.fillStyle = "rgba(255,255,255,.07)";
		context.fillRect(from, y, to - from, bar);
		if (value !== undefined) {
			context.fillStyle = color(value);
			const a = x(0), b = x(value);
			context.fillRect(Math.min(a, b) - 1, y, Math.abs(b - a) + 2, bar);
		}
		context.textAlign = "center";
		context.font = `500 ${font * 0.85}px ${FONT}`;
		for (const [at, label] of marks) {
			context.fillStyle = "rgba(255,255,255,.25)";
			context.fillRect(Math.round(x(at)), y, 1, bar + 3);
			context.fillStyle = "#9aa0a6";
			context.fillText(label, x(at), y + bar + 4);
		}
	}
}

customElements.define("wg-image", StereoImage);
