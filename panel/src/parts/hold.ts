// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A key that acts only after it has been held: a ring fills, and letting go takes everything back.

import { html, type PropertyValues, type TemplateResult } from "lit";
import { Part } from "../part";

const HOLD_MS = 3000;

export class Hold extends Part {
	static override properties = {
		...Part.properties, label: {}, disabled: { type: Boolean }, held: { state: true },
	};
	declare label: string;
	declare disabled: boolean;
	declare private held: number;
	private startedAt: number | undefined;
	private frame = 0;

	constructor() {
		super();
		this.disabled = false;
		this.held = 0;
	}

	protected override render(): TemplateResult {
		return html`<button type="button" class="hold" ?disabled=${this.disabled}
			@pointerdown=${(event: PointerEvent) => event.button === 0 && this.press()}
			@pointerup=${this.letGo} @pointerleave=${this.letGo} @pointercancel=${this.letGo}
			@blur=${this.letGo} @contextmenu=${(event: Event) => event.preventDefault()}
			@keydown=${(event: KeyboardEvent) => this.keyDown(event)} @keyup=${this.letGo}>
			<svg class="hold-ring" viewBox="0 0 40 40" aria-hidden="true">
				<circle cx="20" cy="20" r="16"></circle>
				<circle class="hold-fill" cx="20" cy="20" r="16" pathLength="100"
					stroke-dasharray=${`${this.held * 100} 100`}></circle>
			</svg>
			<span class="key-words">${this.label}<small>${this.words.resetHold}</small></span>
		</button>`;
	}

	protected override updated(_changes: PropertyValues): void {
		this.dataset["held"] = this.held.toFixed(2);
	}

	private keyDown(event: KeyboardEvent): void {
		if (event.key === " " || event.key === "Enter") {
			event.preventDefault();
			this.press();
		}
	}

	private press(): void {
		if (this.disabled || this.startedAt !== undefined) {
			return;
		}
		this.startedAt = performance.now();
		this.frame = requestAnimationFrame(() => this.fill());
	}

	private fill(): void {
		if (this.startedAt === undefined) {
			return;
		}
		this.held = Math.min(1, (performance.now() - this.startedAt) / HOLD_MS);
		if (this.held < 1) {
			this.frame = requestAnimationFrame(() => this.fill());
			return;
		}
		this.letGo();
		this.dispatchEvent(new Event("held"));
	}

	private letGo(): void {
		cancelAnimationFrame(this.frame);
		this.startedAt = undefined;
		this.held = 0;
	}

	override disconnectedCallback(): void {
		this.letGo();
		super.disconnectedCallback();
	}
}

customElements.define("wg-hold", Hold);
