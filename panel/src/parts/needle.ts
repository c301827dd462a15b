// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A meter with a needle. Its movement is the amplifier's (IEC 60268-17 and 60268-10); what is on
// its face, and how far the needle goes for it, is in dials.ts.

import { CanvasMeter, FONT } from "./canvas";
import { VU, ppmDial } from "./dials";

const REST_DEG = -46;
const SPAN_DEG = 92;

interface Face {
	x: number;
	y: number;
	radius: number;
	size: number;
}

export class Needle extends CanvasMeter {
	static override properties = {
		...CanvasMeter.properties, place: {}, side: {}, scale: {},
	};
	declare place: string;
	declare side: "left" | "right";
	declare scale: "vu" | "ppm";
	private dial = VU;
	/** What is written on the face that is kept. */
	private written = "";
	private face: HTMLCanvasElement | undefined;
	private drawn = Number.NaN;
	private lampLit = false;
	private lampUntil = 0;

	constructor() {
		super();
		this.scale = "vu";
	}

	protected override get perSecond(): number {
		return 60;
	}

	protected get label(): string {
		const w = this.words;
		return `${this.dial.name} ${w[this.place as "input" | "headphone" | "line"]} ${w[this.side]}`;
	}

	protected get spoken(): string {
		const value = this.reading(this.path(this.dial.reading), performance.now());
		return value === undefined ? this.words.unknown
			: this.dial.law(value) < 0.005 ? this.words.silence : this.dial.say(value);
	}

	protected override willUpdate(): void {
		this.dial = this.scale === "ppm" ? ppmDial(this.amp.text("meter.ppm_scale")) : VU;
		const written = `${this.label} ${this.words.peak} ${this.dial.marks[0]?.[0]}`;
		if (written !== this.written) {
			this.written = written;
			this.face = undefined;
		}
	}

	private path(what: string): string {
		return `meter.${this.place}.${this.side}.${what}`;
	}

	protected draw(context: CanvasRenderingContext2D, fresh: boolean, now: number): void {
		const { dial } = this;
		const at = this.moving(this.path(dial.reading), now, (value) => dial.law(value)) ?? 0;
		if ((this.reading(this.path("peak"), now) ?? -200) > -0.1) {
			this.lampUntil = now + 1500;
		}
		const lamp = now < this.lampUntil;
		if (!fresh && this.face && at === this.drawn && lamp === this.lampLit) {
			return;
		}
		if (fresh || !this.face) {
			this.face = this.makeFace();
		}
		this.drawn = at;
		this.lampLit = lamp;
		const { width, height } = this.box;
		context.drawImage(this.face, 0, 0, width, height);
		const geometry = this.geometry();
		this.drawLamp(context, geometry, lamp);
		this.drawNeedle(context, geometry, at);
		this.drawCover(context, geometry);
		const canvas = this.canvas;
		canvas.dataset["angle"] = (SPAN_DEG * at).toFixed(3);
		canvas.dataset["zeroAngle"] = (SPAN_DEG * dial.law(dial.zero)).toFixed(3);
	}

	private geometry(): Face {
		const { width, height } = this.box;
		const size = Math.min(width / 1.72, height);
		return { x: width / 2, y: height / 2 + size * 0.62, radius: size * 0.86, size };
	}

	private makeFace(): HTMLCanvasElement {
		const { width, height, ratio } = this.box;
		const canvas = document.createElement("canvas");
		canvas.width = Math.max(1, Math.round(width * ratio));
		canvas.height = Math.max(1, Math.round(height * ratio));
		const context = canvas.getContext("2d");
		if (context) {
			context.scale(ratio, ratio);
			this.drawGround(context);
			this.drawScale(context, this.geometry());
		}
		return canvas;
	}

	private drawGround(context: CanvasRenderingContext2D): void {
		const { width, height } = this.box;
		const [near, middle, far, top] = this.dial.dark
			? ["#34373b", "#222427", "#121315", "rgba(0,0,0,.5)"]
			: ["#fff6dd", "#f6e3b4", "#d9b877", "rgba(60,35,0,.38)"];
		const glow = context.createRadialGradient(width / 2, height * 1.05, height * 0.1,
			width / 2, height * 0.7, Math.max(width, height) * 0.75);
		glow.addColorStop(0, near);
		glow.addColorStop(0.45, middle);
		glow.addColorStop(1, far);
		context.fillStyle = glow;
		context.fillRect(0, 0, width, height);
		const shade = context.createLinearGradient(0, 0, 0, height);
		shade.addColorStop(0, top);
		shade.addColorStop(0.16, "rgba(0,0,0,0)");
		context.fillStyle = shade;
		context.fillRect(0, 0, width, height);
	}

	private get ink(): { plain: string; red: string } {
		return this.dial.dark ? { plain: "#f2efe8", red: "#ff6a58" }
			: { plain: "#241c10", red: "#b3180f" };
	}

	private drawScale(context: CanvasRenderingContext2D, face: Face): void {
		const { dial, ink } = this;
		const red = dial.law(dial.red);
		const stroke = (from: number, to: number, radius: number, width: number, color: string) => {
			context.beginPath();
			context.arc(face.x, face.y, radius, radians(from), radians(to));
			context.lineWidth = width;
			context.strokeStyle = color;
			context.stroke();
		};
		stroke(0, red, face.radius, face.size * 0.008, ink.plain);
		stroke(red, 1, face.radius + face.size * 0.013, face.size * 0.034, ink.red);
		context.textAlign = "center";
		context.textBaseline = "middle";
		for (const [value, text] of dial.marks) {
			const at = dial.law(value);
			const color = value > dial.red ? ink.red : ink.plain;
			this.drawTick(context, face, at, 0.055, color);
			context.font = `600 ${face.size * (dial.dark ? 0.085 : 0.066)}px ${FONT}`;
			context.fillStyle = color;
			const [x, y] = polar(face, at, face.radius + face.size * 0.098);
			context.fillText(text, x, y);
		}
		this.drawInner(context, face);
		context.fillStyle = ink.plain;
		context.font = `600 ${face.size * 0.13}px ${FONT}`;
		context.fillText(dial.name, face.x, face.y - face.radius * 0.55);
		context.font = `500 ${face.size * 0.05}px ${FONT}`;
		const names = this.words;
		context.fillText(`${names[this.place as "input"]} ${names[this.side]}`.toUpperCase(),
			face.x, face.y - face.radius * 0.42);
	}

	private drawInner(context: CanvasRenderingContext2D, face: Face): void {
		const { plain } = this.ink;
		context.globalAlpha = 0.75;
		context.font = `500 ${face.size * 0.04}px ${FONT}`;
		context.fillStyle = plain;
		for (const [value, text] of this.dial.inner) {
			const at = this.dial.law(value);
			this.drawTick(context, face, at, text ? -0.028 : -0.016, plain);
			if (text) {
				const [x, y] = polar(face, at, face.radius - face.size * 0.062);
				context.fillText(text, x, y);
			}
		}
		context.globalAlpha = 1;
	}

	private drawTick(context: CanvasRenderingContext2D, face: Face, at: number, length: number,
		color: string): void {
		const [x1, y1] = polar(face, at, face.radius);
		const [x2, y2] = polar(face, at, face.radius + face.size * length);
		context.beginPath();
		context.moveTo(x1, y1);
		context.lineTo(x2, y2);
		context.lineWidth = face.size * 0.008;
		context.strokeStyle = color;
		context.stroke();
	}

	private drawLamp(context: CanvasRenderingContext2D, face: Face, lit: boolean): void {
		const x = face.x + face.size * 0.72;
		const y = face.y - face.radius * 0.42;
		context.beginPath();
		context.arc(x, y, face.size * 0.026, 0, 7);
		context.fillStyle = lit ? "#ff2a17" : this.dial.dark ? "#4a2a24" : "#6b3a2a";
		context.shadowColor = lit ? "#ff3a20" : "transparent";
		context.shadowBlur = lit ? face.size * 0.08 : 0;
		context.fill();
		context.shadowBlur = 0;
		context.fillStyle = this.ink.plain;
		context.textAlign = "center";
		context.font = `600 ${face.size * 0.038}px ${FONT}`;
		context.fillText(lit ? this.words.over : this.words.peak.toUpperCase(), x, y + face.size * 0.058);
	}

	private drawNeedle(context: CanvasRenderingContext2D, face: Face, at: number): void {
		const [x, y] = polar(face, at, face.radius + face.size * 0.07);
		context.beginPath();
		context.moveTo(face.x, face.y);
		context.lineTo(x, y);
		context.lineWidth = Math.max(1.2, face.size * 0.009);
		context.strokeStyle = this.dial.dark ? "#fff8ea" : "#14100a";
		context.shadowColor = "rgba(50,30,0,.45)";
		context.shadowBlur = face.size * 0.02;
		context.shadowOffsetX = face.size * 0.02 * this.box.ratio;
		context.shadowOffsetY = face.size * 0.015 * this.box.ratio;
		context.stroke();
		context.shadowColor = "transparent";
		context.shadowBlur = context.shadowOffsetX = context.shadowOffsetY = 0;
	}

	/** The black sill that hides the coil. */
	private drawCover(context: CanvasRenderingContext2D, face: Face): void {
		const { width, height } = this.box;
		const top = height / 2 + face.size * 0.39;
		const ground = context.createLinearGradient(0, top, 0, height);
		ground.addColorStop(0, "#34302a");
		ground.addColorStop(0.12, "#171512");
		ground.addColorStop(1, "#0a0908");
		context.fillStyle = ground;
		context.beginPath();
		context.moveTo(0, top + face.size * 0.03);
		context.quadraticCurveTo(width / 2, top - face.size * 0.03, width, top + face.size * 0.03);
		context.lineTo(width, height);
		context.lineTo(0, height);
		context.fill();
	}
}

function radians(at: number): number {
	return ((REST_DEG + SPAN_DEG * at - 90) * Math.PI) / 180;
}

function polar(face: Face, at: number, radius: number): [number, number] {
	return [face.x + radius * Math.cos(radians(at)), face.y + radius * Math.sin(radians(at))];
}

customElements.define("wg-needle", Needle);
