// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// What all meters share: a canvas in the pixels of the screen, drawn once a frame and only while it
// can be seen, and told to a screen reader once a second.

import { html, type TemplateResult } from "lit";
import { Part } from "../part";

/** Readings older than this are not the present any more. */
const STALE_MS = 700;
const SAY_MS = 1000;
const REDUCED_MS = 300;

export abstract class CanvasMeter extends Part {
	private context: CanvasRenderingContext2D | null = null;
	private frame = 0;
	private leave: (() => void) | undefined;
	private drawnAt = 0;
	private saidAt = 0;
	protected box = { width: 0, height: 0, ratio: 1 };
	private readonly calm = matchMedia("(prefers-reduced-motion: reduce)");
	private readonly observer = new ResizeObserver(() => this.fit());

	protected override render(): TemplateResult {
		return html`<canvas role="img" aria-label=${this.label}></canvas>`;
	}

	/** Readings a second that its motion needs. */
	protected get perSecond(): number {
		return 30;
	}

	protected abstract get label(): string;
	/** What a screen reader hears after the label. */
	protected abstract get spoken(): string;
	/** Draws, in CSS pixels; `fresh` when size or finish have changed. */
	protected abstract draw(context: CanvasRenderingContext2D, fresh: boolean, now: number): void;

	protected get canvas(): HTMLCanvasElement {
		return this.querySelector("canvas") as HTMLCanvasElement;
	}

	protected override firstUpdated(): void {
		this.context = this.canvas.getContext("2d");
		this.observer.observe(this);
		this.fit();
		this.frame = requestAnimationFrame((now) => this.tick(now));
	}

	override connectedCallback(): void {
		super.connectedCallback();
		this.leave = this.amp.showsMeter(this.perSecond);
		if (this.context) {
			this.observer.observe(this);
			this.frame = requestAnimationFrame((now) => this.tick(now));
		}
	}

	override disconnectedCallback(): void {
		this.leave?.();
		cancelAnimationFrame(this.frame);
		this.observer.disconnect();
		super.disconnectedCallback();
	}

	/** The newest value of a reading; undefined when it is not of the present. */
	protected reading(path: string, now: number): number | undefined {
		return this.amp.online && now - this.amp.readingsAt < STALE_MS
			? this.amp.readings[path] : undefined;
	}

	/**
	 * The same for what moves by a law: drawn as it moved in the amplifier, a little later. `law`
	 * makes of a value what is to move evenly between two readings.
	 */
	protected moving(path: string, now: number, law: (value: number) => number): number | undefined {
		const moment = this.reading(path, now) === undefined ? undefined : this.amp.timeline.around(now);
		const to = moment?.after[path];
		if (moment === undefined || to === undefined) {
			return undefined;
		}
		const from = law(moment.before[path] ?? to);
		return from + (law(to) - from) * moment.part;
	}

	private fit(): void {
		const ratio = Math.min(devicePixelRatio, 2);
		const { clientWidth: width, clientHeight: height } = this;
		this.box = { width, height, ratio };
		const canvas = this.canvas;
		canvas.width = Math.round(width * ratio);
		canvas.height = Math.round(height * ratio);
		this.paint(performance.now(), true);
	}

	private tick(now: number): void {
		this.frame = requestAnimationFrame((next) => this.tick(next));
		if (!this.calm.matches || now - this.drawnAt > REDUCED_MS) {
			this.paint(now, false);
		}
		if (now - this.saidAt > SAY_MS) {
			this.saidAt = now;
			this.canvas.setAttribute("aria-label", `${this.label}: ${this.spoken}`);
		}
	}

	private paint(now: number, fresh: boolean): void {
		this.drawnAt = now;
		if (this.context && this.box.width > 0 && this.box.height > 0) {
			this.context.setTransform(this.box.ratio, 0, 0, this.box.ratio, 0, 0);
			this.draw(this.context, fresh, now);
		}
	}
}

export const FONT =
	'"Inter", "Helvetica Neue", "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';
