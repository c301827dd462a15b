// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The stereo image of one place: how alike both sides are, and which of them is louder.

import { printDb } from "../levels";
import { CanvasMeter } from "./canvas";
import { correlationBar, drawCentreBar } from "./centre";

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
		const room = Math.min(HIGHEST_ROW, height / 2);
		drawCentreBar(context, correlationBar(w.correlation, alike), width, 0, room);
		drawCentreBar(context, { name: w.balance, end: BALANCE_DB,
			marks: [[-BALANCE_DB, "L"], [0, "0"], [BALANCE_DB, "R"]], value: balance,
			text: balance === undefined ? undefined : `${printDb(balance)} dB`, color: "#cfd3d6" },
			width, room, room);
		this.canvas.dataset["at"] = `${alike?.toFixed(3)} ${balance?.toFixed(3)}`;
	}
}

customElements.define("wg-image", StereoImage);
