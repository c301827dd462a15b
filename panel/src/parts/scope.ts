// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A goniometer: what both sides have in common goes up, their difference across, so that mono is an
// upright line, one side alone a diagonal, and polarity gone wrong a line that lies. Traces fade as
// on a tube; under them how alike both sides are.

import type { Picture } from "../link";
import { printDb } from "../levels";
import { CanvasMeter, FONT } from "./canvas";
import { correlationBar, drawCentreBar } from "./centre";

/** Of a run: 32 pairs of one each. */
const RUN_BYTES = 64;
/** How long a trace is seen, and in how many steps it fades. */
const SEEN_MS = 400;
const FADES = 8;
/** The end of the diagonals is one of these: the next that is loud enough. */
const RANGE_DB = 6;
const HIGHEST_DB = 24;
const LOWEST_DB = -60;
/** A smaller range is taken when the sound was that far below its end for so long. */
const CALM_MS = 1500;

/** Frames that followed each other: across and up, 1 being full scale on one side alone. */
interface Trace {
	at: number;
	points: Float32Array;
}

interface Square {
	x: number;
	y: number;
	/** From the middle to each corner. */
	reach: number;
	font: number;
}

export class Scope extends CanvasMeter {
	static override properties = { ...CanvasMeter.properties, place: {} };
	declare place: string;
	private traces: Trace[] = [];
	private newest = 0;
	private range = 0;
	private loudAt = 0;
	/** The range that would have done since then. */
	private enough = LOWEST_DB;
	private stop: (() => void) | undefined;
	private readonly take = (event: Event) => this.keep((event as CustomEvent<Picture>).detail);

	override connectedCallback(): void {
		super.connectedCallback();
		this.amp.addEventListener("scope", this.take);
		this.watch();
	}

	override disconnectedCallback(): void {
		this.stop?.();
		this.stop = undefined;
		this.amp.removeEventListener("scope", this.take);
		super.disconnectedCallback();
	}

	protected override updated(changes: Map<PropertyKey, unknown>): void {
		if (changes.has("place") && changes.get("place") !== undefined) {
			this.watch();
		}
	}

	private watch(): void {
		this.stop?.();
		this.traces = [];
		this.newest = 0;
		this.stop = this.amp.showsScope(this.place);
	}

	protected get label(): string {
		const w = this.words;
		return `${w.scope} ${w[this.place as "input" | "headphone" | "line"]}`;
	}

	protected get spoken(): string {
		const alike = this.reading(`meter.${this.place}.correlation`, performance.now());
		return `${this.words.correlation} ${alike === undefined ? this.words.unknown : alike.toFixed(2)}`;
	}

	/** The runs of a picture that were not in the one before. */
	private keep(picture: Picture): void {
		if (picture.point !== this.place) {
			return;
		}
		const bytes = Int8Array.from(atob(picture.pairs), (letter) => letter.charCodeAt(0));
		const runs = bytes.length / RUN_BYTES;
		const fresh = Math.min(runs, picture.run < this.newest ? runs : picture.run - this.newest);
		const now = performance.now();
		if (this.newest === 0) {
			this.range = LOWEST_DB;
		}
		this.newest = picture.run;
		for (let run = runs - fresh; run < runs; run++) {
			const part = bytes.subarray(run * RUN_BYTES, (run + 1) * RUN_BYTES);
			this.traces.push({ at: now, points: turned(part, 10 ** (picture.peak / 20)) });
		}
		if (fresh > 0) {
			this.follow(picture.peak, now);
		}
	}

	/** The range: up at once, down after a while. */
	private follow(peak: number, now: number): void {
		const wanted = Math.min(HIGHEST_DB,
			Math.max(LOWEST_DB, Math.ceil((peak - 0.05) / RANGE_DB) * RANGE_DB));
		this.enough = Math.max(this.enough, wanted);
		if (wanted >= this.range || now - this.loudAt > CALM_MS) {
			this.range = this.enough;
			this.enough = LOWEST_DB;
			this.loudAt = now;
		}
	}

	protected draw(context: CanvasRenderingContext2D, _fresh: boolean, now: number): void {
		const { width, height } = this.box;
		const room = Math.max(44, Math.min(84, height * 0.18));
		const alike = this.moving(`meter.${this.place}.correlation`, now, (value) => value);
		const high = height - room;
		const font = Math.max(10, Math.min(18, high / 14));
		const square = { x: width / 2, y: high / 2, reach: Math.min(high, width) / 2 - font * 1.3, font };
		context.clearRect(0, 0, width, height);
		this.traces = this.amp.online ? this.traces.filter((trace) => now - trace.at < SEEN_MS) : [];
		this.drawFace(context, square);
		this.drawTraces(context, square, now);
		drawCentreBar(context, correlationBar(this.words.correlation, alike), width, high, room);
		const { dataset } = this.canvas;
		dataset["square"] = `${square.x} ${square.y} ${square.reach}`;
		dataset["range"] = String(this.range);
		dataset["traces"] = String(this.traces.length);
	}

	private drawFace(context: CanvasRenderingContext2D, { x, y, reach, font }: Square): void {
		const half = reach / 2;
		context.lineWidth = 1;
		context.strokeStyle = "rgba(255,255,255,.16)";
		context.beginPath();
		for (const [dx, dy] of [[0, 1], [1, 0]] as const) {
			context.moveTo(x - dx * reach, y - dy * reach);
			context.lineTo(x + dx * reach, y + dy * reach);
		}
		for (const [dx, dy] of [[1, 1], [1, -1]] as const) {
			context.moveTo(x - dx * half, y - dy * half);
			context.lineTo(x + dx * half, y + dy * half);
		}
		context.stroke();
		context.strokeStyle = "rgba(255,255,255,.34)";
		context.beginPath();
		for (const [dx, dy] of [[0, -1], [1, 0], [0, 1], [-1, 0]] as const) {
			context.lineTo(x + dx * reach, y + dy * reach);
		}
		context.closePath();
		context.stroke();
		context.textAlign = "center";
		context.textBaseline = "middle";
		context.font = `600 ${font}px ${FONT}`;
		context.fillStyle = "#e9e6df";
		const out = half + font * 0.75;
		context.fillText("L", x - out, y - out);
		context.fillText("R", x + out, y - out);
		context.fillStyle = "#9aa0a6";
		context.font = `500 ${font}px ${FONT}`;
		context.fillText("M", x, y - reach - font * 0.65);
		context.fillText("S", x + reach + font * 0.65, y);
		context.fillText("S", x - reach - font * 0.65, y);
		context.textAlign = "left";
		context.fillText(`${printDb(this.range, 0)} dBFS`, x + half * 1.12, y + half + font * 1.6);
	}

	private drawTraces(context: CanvasRenderingContext2D, square: Square, now: number): void {
		const scale = square.reach / (Math.SQRT2 * 10 ** (this.range / 20));
		context.lineWidth = Math.max(1.2, square.reach / 150);
		context.lineJoin = "round";
		for (let fade = FADES - 1; fade >= 0; fade--) {
			context.beginPath();
			for (const trace of this.traces) {
				if (Math.floor(((now - trace.at) / SEEN_MS) * FADES) === fade) {
					addLine(context, trace.points, square, scale);
				}
			}
			const light = (1 - fade / FADES) ** 1.6;
			context.strokeStyle = `rgba(255,197,104,${(0.85 * light).toFixed(2)})`;
			context.stroke();
		}
	}
}

/** Pairs of left and right, turned by an eighth: across and up. */
function turned(pairs: Int8Array, peak: number): Float32Array {
	const points = new Float32Array(pairs.length);
	const factor = peak * Math.SQRT1_2 / 127;
	for (let i = 0; i < pairs.length; i += 2) {
		const left = (pairs[i] as number) * factor, right = (pairs[i + 1] as number) * factor;
		points[i] = right - left;
		points[i + 1] = right + left;
	}
	return points;
}

function addLine(context: CanvasRenderingContext2D, points: Float32Array, square: Square,
	scale: number): void {
	for (let i = 0; i < points.length; i += 2) {
		const x = square.x + (points[i] as number) * scale;
		const y = square.y - (points[i + 1] as number) * scale;
		if (i === 0) {
			// Where it stands still it is a point all the same.
			context.moveTo(x - 0.5, y);
		}
		context.lineTo(x, y);
	}
}

customElements.define("wg-scope", Scope);
