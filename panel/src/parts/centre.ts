// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A bar that begins in the middle of its scale: how alike two sides are, which of them is louder.

import { FONT } from "./canvas";

export interface CentreBar {
	name: string;
	/** The scale goes from -end to end. */
	end: number;
	marks: [value: number, text: string][];
	value: number | undefined;
	/** The value as it is written; a dash stands for none. */
	text: string | undefined;
	color: string;
}

/** Draws one into `width`, from `top` on, as high as there is `room`. */
export function drawCentreBar(context: CanvasRenderingContext2D, bar: CentreBar, width: number,
	top: number, room: number): void {
	const font = Math.max(10, Math.min(18, room / 5.6, width / 22));
	const height = Math.max(6, Math.min(48, room - font * 4.4));
	const y = top + font * 1.7;
	const from = font * 0.7, to = width - font * 0.7;
	const x = (at: number) =>
		from + ((Math.min(bar.end, Math.max(-bar.end, at)) + bar.end) / (2 * bar.end)) * (to - from);
	context.textBaseline = "top";
	context.font = `500 ${font}px ${FONT}`;
	context.fillStyle = "#9aa0a6";
	context.textAlign = "left";
	context.fillText(bar.name, from, top);
	context.textAlign = "right";
	context.fillStyle = "#e9e6df";
	context.fillText(bar.text ?? "\u2013", to, top);
	context.fillStyle = "rgba(255,255,255,.07)";
	context.fillRect(from, y, to - from, height);
	if (bar.value !== undefined) {
		context.fillStyle = bar.color;
		const a = x(0), b = x(bar.value);
		context.fillRect(Math.min(a, b) - 1, y, Math.abs(b - a) + 2, height);
	}
	context.textAlign = "center";
	context.font = `500 ${font * 0.85}px ${FONT}`;
	for (const [at, label] of bar.marks) {
		context.fillStyle = "rgba(255,255,255,.25)";
		context.fillRect(Math.round(x(at)), y, 1, height + 3);
		context.fillStyle = "#9aa0a6";
		context.fillText(label, x(at), y + height + 4);
	}
}

/** How alike both sides are, -1 to 1. */
export function correlationBar(name: string, alike: number | undefined): CentreBar {
	return { name, end: 1, marks: [[-1, "\u22121"], [0, "0"], [1, "+1"]], value: alike,
		text: alike?.toFixed(2).replace("-", "\u2212"), color: (alike ?? 0) < 0 ? "#ff4a36" : "#ffc568" };
}
