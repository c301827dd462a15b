// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The screen itself: its brightness, and darkness on request or after a time without use. What
// wakes it does nothing else.

import { html, nothing, type TemplateResult } from "lit";
import { cssVars } from "../css-vars";
import { Part } from "../part";

const USED = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

export class Screen extends Part {
	static override properties = { ...Part.properties, idle: { state: true }, woken: { state: true } };
	declare private idle: boolean;
	/** Woken here although display.off still stands: locked, or the answer is on its way. */
	declare private woken: boolean;
	private usedAt = performance.now();
	private wasOff = false;
	private timer = 0;
	private readonly used = () => { this.usedAt = performance.now(); };
	private readonly guard = (event: Event) => this.keep(event);

	constructor() {
		super();
		this.idle = this.woken = false;
	}

	override connectedCallback(): void {
		super.connectedCallback();
		for (const type of USED) {
			addEventListener(type, this.used, { capture: true, passive: true });
		}
		addEventListener("keydown", this.guard, { capture: true });
		this.timer = setInterval(() => this.look(), 250);
	}

	override disconnectedCallback(): void {
		clearInterval(this.timer);
		for (const type of USED) {
			removeEventListener(type, this.used, { capture: true });
		}
		removeEventListener("keydown", this.guard, { capture: true });
		super.disconnectedCallback();
	}

	protected override willUpdate(): void {
		const off = this.amp.on("display.off");
		if (off !== this.wasOff) {
			this.wasOff = off;
			this.woken = false;
			this.idle = this.idle && off;
		}
	}

	protected override render(): TemplateResult {
		const brightness = this.amp.number("display.brightness") ?? 100;
		return html`<div class="veil" ${cssVars({ "--veil": (1 - brightness / 100) * 0.94 })}></div>
			${this.dark ? html`<div class="dark" role="alert" tabindex="0" data-dark
				@pointerdown=${this.swallow} @click=${this.wake} @touchend=${this.swallow}
				@wheel=${this.swallow}><span class="unseen">${this.words.wake}</span></div>` : nothing}`;
	}

	private get dark(): boolean {
		return this.idle || (this.amp.on("display.off") && !this.woken);
	}

	private look(): void {
		const after = this.amp.number("display.timeout_s") ?? 0;
		if (after > 0 && !this.idle && performance.now() - this.usedAt > after * 1000) {
			this.idle = true;
		}
	}

	private swallow(event: Event): void {
		event.stopPropagation();
	}

	private keep(event: Event): void {
		if (this.dark) {
			event.preventDefault();
			event.stopImmediatePropagation();
			this.wake(event);
		}
	}

	private wake(event: Event): void {
		event.stopPropagation();
		this.idle = false;
		this.woken = true;
		this.usedAt = performance.now();
		if (this.amp.on("display.off") && !this.amp.locked) {
			this.amp.set({ "display.off": false });
		}
	}
}

customElements.define("wg-screen", Screen);
