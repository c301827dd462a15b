// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The knob: half-decibel detents by drag, wheel, keys and taps. The finger moves the pointer; the
// number and the ring of light move when the amplifier has said so.

import { html, svg, type TemplateResult } from "lit";
import { levelPosition, type Output } from "../amp";
import { MAXIMUM_DB, MINIMUM_DB, POSITIONS, levelAt, positionAt, positionOf, printDb, scaleOf }
	from "../levels";
import { cssVars } from "../css-vars";
import { Part } from "../part";
import { sayLevel } from "./level";

const SWEEP_DEG = 300;
const START_DEG = -SWEEP_DEG / 2;
const PAGE_STEPS = 6;
/** Less movement than this is a tap. */
const TAP_PX = 7;
const TAP_MS = 600;
/** So long after the last turn the amplifier's word counts again: the clutch slips at a limit. */
const CLUTCH_MS = 300;
const WHEEL_NOTCH_PX = 100;
const WHEEL_PAUSE_MS = 300;

interface Drag {
	id: number;
	angle: number | undefined;
	place: number;
	commanded: number;
	turnedAt: number;
	startX: number;
	startY: number;
	startAt: number;
	moved: boolean;
}

export class Knob extends Part {
	private drag: Drag | undefined;
	private wheelRest = 0;
	private wheelAt = 0;
	private readonly onWheel = {
		handleEvent: (event: WheelEvent) => this.wheel(event),
		passive: false,
	};

	protected override render(): TemplateResult {
		const position = this.position;
		const place = this.drag?.moved ? this.drag.place : position && scaleOf(position);
		const lit = this.amp.online && !this.amp.standby;
		return html`<div class="knob ${lit ? "lit" : ""}" role="slider" tabindex="0"
			aria-label=${this.label} aria-orientation="vertical"
			aria-valuemin=${MINIMUM_DB - 0.5} aria-valuemax=${MAXIMUM_DB}
			aria-valuenow=${position === undefined ? MINIMUM_DB - 0.5 : MINIMUM_DB + (position - 1) / 2}
			aria-valuetext=${sayLevel(this.amp, this.output)} aria-disabled=${this.amp.online ? "false" : "true"}
			${cssVars({ "--turn": `${degrees(place ?? 0)}deg` })}
			@pointerdown=${this.press} @pointermove=${this.move} @pointerup=${this.release}
			@pointercancel=${this.abandon} @lostpointercapture=${this.abandon}
			@keydown=${this.key} @wheel=${this.onWheel}>
			${this.ring()}
			<span class="knob-well"></span>
			<span class="knob-skirt"></span>
			<span class="knob-bevel"></span>
			<span class="knob-cap"></span>
			<span class="knob-pointer"><i></i></span>
		</div>`;
	}

	private ring(): TemplateResult {
		const outputs = this.amp.turned;
		const positions = outputs.map((output) => levelPosition(this.amp, output));
		const limit = positionOf(this.amp.value(`${outputs[0]}.limit`));
		return html`<svg class="knob-ring" viewBox="0 0 400 400" aria-hidden="true">
			<path class="tick" d=${ticks(1, 154, 160)}></path>
			<path class="tick mid" d=${ticks(5, 154, 164)}></path>
			<path class="tick long" d=${ticks(10, 154, 167)}></path>
			${marks.map(([db, text]) => mark(db, text))}
			<circle class="ring-groove" cx="200" cy="200" r="145" pathLength="360"></circle>
			${positions[0] === undefined ? "" : svg`<path class="ring-light"
				d=${arc(145, positions[0])}></path>`}
			${positions[1] === undefined ? "" : svg`<path class="ring-light second"
				d=${arc(140, positions[1])}></path>`}
			${limit === undefined || limit >= POSITIONS ? "" : svg`<path class="ring-limit"
				d=${radial(degrees(scaleOf(limit)), 138, 152)}></path>`}
		</svg>`;
	}

	private get output(): Output {
		return this.amp.turned[0] ?? "headphone";
	}

	private get position(): number | undefined {
		return levelPosition(this.amp, this.output);
	}

	private get label(): string {
		const target = this.amp.target;
		return `${this.words.volume}, ${this.words[target]}`;
	}

	private turn(n: number): void {
		if (n > 0 && this.amp.locked) {
			this.amp.say(`${this.words.locked}. ${this.words.lockedHelp}`);
			return;
		}
		this.amp.turn(this.amp.turned, n);
	}

	private press(event: PointerEvent): void {
		const position = this.position;
		if (event.button !== 0 || this.drag || position === undefined) {
			return;
		}
		const element = event.currentTarget as HTMLElement;
		element.setPointerCapture(event.pointerId);
		this.drag = {
			id: event.pointerId, angle: this.angleOf(event), place: scaleOf(position),
			commanded: position, turnedAt: 0, startX: event.clientX, startY: event.clientY,
			startAt: event.timeStamp, moved: false,
		};
	}

	private move(event: PointerEvent): void {
		const drag = this.drag;
		if (!drag || drag.id !== event.pointerId) {
			return;
		}
		const away = Math.hypot(event.clientX - drag.startX, event.clientY - drag.startY);
		if (!drag.moved && away < TAP_PX) {
			return;
		}
		drag.moved = true;
		const angle = this.angleOf(event);
		const before = drag.angle;
		drag.angle = angle;
		if (angle === undefined || before === undefined) {
			return;
		}
		this.slip(drag, event.timeStamp);
		const by = ((angle - before + 540) % 360) - 180;
		drag.place = Math.min(1, Math.max(0, drag.place + by / SWEEP_DEG));
		const wanted = Math.round(positionAt(drag.place));
		if (wanted !== drag.commanded) {
			this.turn(wanted - drag.commanded);
			drag.commanded = wanted;
			drag.turnedAt = event.timeStamp;
			feel();
		}
		this.requestUpdate();
	}

	/**
	 * Where the amplifier did not follow (a limit, another hand), the pointer goes back to the
	 * truth.
	 */
	private slip(drag: Drag, now: number): void {
		const position = this.position;
		if (position !== undefined && position !== drag.commanded && now - drag.turnedAt > CLUTCH_MS) {
			drag.commanded = position;
			drag.place = scaleOf(position);
		}
	}

	private release(event: PointerEvent): void {
		const drag = this.drag;
		if (!drag || drag.id !== event.pointerId) {
			return;
		}
		this.drag = undefined;
		if (!drag.moved && event.timeStamp - drag.startAt < TAP_MS) {
			const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
			this.turn(event.clientY < box.top + box.height / 2 ? 1 : -1);
			feel();
		}
		this.requestUpdate();
	}

	private abandon(event: PointerEvent): void {
		if (this.drag?.id === event.pointerId) {
			this.drag = undefined;
			this.requestUpdate();
		}
	}

	/** Clockwise from the top; undefined so near the middle that an angle means nothing. */
	private angleOf(event: PointerEvent): number | undefined {
		const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
		const x = event.clientX - box.left - box.width / 2;
		const y = event.clientY - box.top - box.height / 2;
		return Math.hypot(x, y) < box.width * 0.07 ? undefined : (Math.atan2(x, -y) * 180) / Math.PI;
	}

	private wheel(event: WheelEvent): void {
		event.preventDefault();
		if (event.timeStamp - this.wheelAt > WHEEL_PAUSE_MS) {
			this.wheelRest = 0;
		}
		this.wheelAt = event.timeStamp;
		const px = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL
			? event.deltaY : event.deltaY * WHEEL_NOTCH_PX / 3;
		this.wheelRest -= px / WHEEL_NOTCH_PX;
		const n = Math.trunc(this.wheelRest);
		this.wheelRest -= n;
		this.turn(n);
	}

	private key(event: KeyboardEvent): void {
		const steps: Record<string, number> = {
			ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1,
			PageUp: PAGE_STEPS, PageDown: -PAGE_STEPS,
		};
		const n = steps[event.key];
		if (event.altKey || event.ctrlKey || event.metaKey) {
			return;
		}
		if (n !== undefined) {
			this.turn(n);
		} else if (event.key === "Home") {
			this.amp.set(Object.fromEntries(this.amp.turned.map((o) => [`${o}.level`, "mute"])));
		} else if (event.key === "End") {
			this.raiseToStart();
		} else {
			return;
		}
		event.preventDefault();
	}

	/** End must not be full volume: it raises to what a power-up would give at most, no further. */
	private raiseToStart(): void {
		for (const output of this.amp.turned) {
			const start = positionOf(this.amp.value(`${output}.start`));
			const now = levelPosition(this.amp, output);
			if (start !== undefined && now !== undefined && now < start && !this.amp.locked) {
				this.amp.set({ [`${output}.level`]: levelAt(start) });
			}
		}
	}
}

function feel(): void {
	if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
		navigator.vibrate?.(4);
	}
}

function degrees(place: number): number {
	return START_DEG + SWEEP_DEG * place;
}

function point(angle: number, radius: number): string {
	const rad = (angle * Math.PI) / 180;
	return `${(200 + radius * Math.sin(rad)).toFixed(2)} ${(200 - radius * Math.cos(rad)).toFixed(2)}`;
}

function radial(angle: number, from: number, to: number): string {
	return `M${point(angle, from)}L${point(angle, to)}`;
}

function placeOfDb(db: number): number {
	return scaleOf(positionOf(db) ?? 0);
}

/** Fine lines every so many decibels from -60 up, as engraved. */
function ticks(every: number, from: number, to: number): string {
	let path = "";
	for (let db = -60; db <= MAXIMUM_DB; db += every) {
		path += radial(degrees(placeOfDb(db)), from, to);
	}
	return path;
}

const marks: [number, string][] = [
	[-60, printDb(-60, 0)], [-50, ""], [-40, printDb(-40, 0)], [-30, ""], [-20, printDb(-20, 0)],
	[-10, ""], [0, "0"], [15, "+15"],
];

function mark(db: number, text: string): TemplateResult {
	const [x, y] = point(degrees(placeOfDb(db)), 184).split(" ");
	return svg`<text class="mark" x=${x ?? ""} y=${y ?? ""}>${text}</text>`;
}

function arc(radius: number, position: number): string {
	const end = degrees(scaleOf(position));
	const large = end - START_DEG > 180 ? 1 : 0;
	return `M${point(START_DEG, radius)}A${radius} ${radius} 0 ${large} 1 ${point(end, radius)}`;
}

customElements.define("wg-knob", Knob);
