// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A VU meter with a needle. The movement is the amplifier's (IEC 60268-17); the scale is the law of
// the moving coil: the angle goes with the voltage, 0 VU stands at 100 %, +3 VU at the end.

import { printDb } from "../levels";
import { CanvasMeter, FONT } from "./canvas";

const REST_DEG = -46;
const SPAN_DEG = 92;
const END_LIN = 10 ** (3 / 20);
/** The pin behind the end of the scale. */
const PIN = 1.045;

const marks: [vu: number, text: string][] = [
	[-20, "20"], [-10, "10"], [-7, "7"], [-5, "5"], [-3, "3"], [-2, "2"], [-1, "1"],
	[0, "0"], [1, "1"], [2, "2"], [3, "3"],
];

/** From rest (0) to the end of the scale (1). */
function deflection(vu: number): number {
	return Math.min(PIN, Math.max(0, 10 ** (vu / 20) / END_LIN));
}

interface Face {
	x: number;
	y: number;
	radius: number;
	size: number;
}

export class Needle extends CanvasMeter {
	static override properties = {
		...CanvasMeter.properties, place: {}, side: {},
	};
	declare place: string;
	declare side: "left" | "right";
	private face: HTMLCanvasElement | undefined;
	private drawn = Number.NaN;
	private lampLit = false;
	private lampUntil = 0;

	protected override get perSecond(): number {
		return 60;
	}

	protected get label(): string {
		const w = this.words;
		return `VU ${w[this.place as "input" | "headphone" | "line"]} ${w[this.side]}`;
	}

	protected get spoken(): string {
		const vu = this.reading(this.path("vu"), performance.now());
		return vu === undefined ? this.words.unknown : vu < -40 ? this.words.silence : printDb(vu);
	}

	private path(what: string): string {
		return `meter.${this.place}.${this.side}.${what}`;
	}

	protected draw(context: CanvasRenderingContext2D, fresh: boolean, now: number): void {
		const at = this.moving(this.path("vu"), now, deflection) ?? 0;
		if ((this.reading(this.path("peak"), now) ?? -200) > -0.1) {
			this.lampUntil = now + 1500;
		}
		const lamp = now < this.lampUntil;
		if (!fresh && at === this.drawn && lamp === this.lampLit) {
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
		canvas.dataset["zeroAngle"] = (SPAN_DEG / END_LIN).toFixed(3);
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
		const glow = context.createRadialGradient(width / 2, height * 1.05, height * 0.1,
			width / 2, height * 0.7, Math.max(width, height) * 0.75);
		glow.addColorStop(0, "#fff6dd");
		glow.addColorStop(0.45, "#f6e3b4");
		glow.addColorStop(1, "#d9b877");
		context.fillStyle = glow;
		context.fillRect(0, 0, width, height);
		const shade = context.createLinearGradient(0, 0, 0, height);
		shade.addColorStop(0, "rgba(60,35,0,.38)");
		shade.addColorStop(0.16, "rgba(60,35,0,0)");
		context.fillStyle = shade;
		context.fillRect(0, 0, width, height);
	}

	private drawScale(context: CanvasRenderingContext2D, face: Face): void {
		const ink = "#241c10";
		const red = "#b3180f";
		const zero = deflection(0);
		const stroke = (from: number, to: number, radius: number, width: number, color: string) => {
			context.beginPath();
			context.arc(face.x, face.y, radius, radians(from), radians(to));
			context.lineWidth = width;
			context.strokeStyle = color;
			context.stroke();
		};
		stroke(0, zero, face.radius, face.size * 0.008, ink);
		stroke(zero, 1, face.radius + face.size * 0.013, face.size * 0.034, red);
		context.textAlign = "center";
		context.textBaseline = "middle";
		for (const [vu, text] of marks) {
			const at = deflection(vu);
			const color = vu > 0 ? red : ink;
			this.drawTick(context, face, at, 0.055, vu > 0 ? red : ink);
			context.font = `600 ${face.size * 0.066}px ${FONT}`;
			context.fillStyle = color;
			const [x, y] = polar(face, at, face.radius + face.size * 0.098);
			context.fillText(text, x, y);
		}
		this.drawPercent(context, face, ink);
		context.fillStyle = ink;
		context.font = `600 ${face.size * 0.13}px ${FONT}`;
		context.fillText("VU", face.x, face.y - face.radius * 0.55);
		context.font = `500 ${face.size * 0.05}px ${FONT}`;
		const names = this.words;
		context.fillText(`${names[this.place as "input"]} ${names[this.side]}`.toUpperCase(),
			face.x, face.y - face.radius * 0.42);
	}

	private drawPercent(context: CanvasRenderingContext2D, face: Face, ink: string): void {
		context.globalAlpha = 0.75;
		context.font = `500 ${face.size * 0.04}px ${FONT}`;
		context.fillStyle = ink;
		for (let percent = 0; percent <= 100; percent += 10) {
			const at = percent / 100 / END_LIN;
			this.drawTick(context, face, at, percent % 20 === 0 ? -0.028 : -0.016, ink);
			if (percent % 20 === 0) {
				const [x, y] = polar(face, at, face.radius - face.size * 0.062);
				context.fillText(String(percent), x, y);
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
		context.fillStyle = lit ? "#ff2a17" : "#6b3a2a";
		context.shadowColor = lit ? "#ff3a20" : "transparent";
		context.shadowBlur = lit ? face.size * 0.08 : 0;
		context.fill();
		context.shadowBlur = 0;
		context.fillStyle = "#241c10";
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
		context.strokeStyle = "#14100a";
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
