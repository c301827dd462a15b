// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Ten digits, erase and go: for the PIN of the lock and for the pairing code. Hardware digits work
// too.

import { html, nothing, type TemplateResult } from "lit";
import { Part } from "../part";
import { icon } from "./icons";

export class Pin extends Part {
	static override properties = {
		...Part.properties, label: {}, action: {}, longest: { type: Number }, shown: { type: Boolean },
		busy: { type: Boolean }, digits: { state: true },
	};
	declare label: string;
	declare action: string;
	declare longest: number;
	/** Whether the digits may be read (a pairing code) or not (a PIN). */
	declare shown: boolean;
	declare busy: boolean;
	declare private digits: string;

	constructor() {
		super();
		this.longest = 8;
		this.shown = this.busy = false;
		this.digits = "";
	}

	clear(): void {
		this.digits = "";
	}

	protected override render(): TemplateResult {
		const w = this.words;
		return html`<div class="pin" role="group" aria-label=${this.label} @keydown=${this.key}>
			<div class="pin-line" role="status" aria-label=${`${this.digits.length} ${w.digits}`}>${
				this.places()}</div>
			<div class="pin-keys">
				${"123456789".split("").map((digit) => this.digit(digit))}
				<button type="button" class="letter" data-key="erase" aria-label=${w.erase}
					@click=${() => { this.digits = this.digits.slice(0, -1); }}>${icon("erase")}</button>
				${this.digit("0")}
				<button type="button" class="letter go" data-key="go" aria-label=${this.action}
					?disabled=${this.busy} @click=${this.finish}>${icon("enter")}</button>
			</div>
		</div>`;
	}

	private places(): TemplateResult[] {
		const shown = Math.max(this.shown ? this.longest : 4, this.digits.length);
		return Array.from({ length: shown }, (_, i) => html`<i class=${
			i < this.digits.length ? "in" : ""}>${
			this.shown && i < this.digits.length ? this.digits[i] : nothing}</i>`);
	}

	private digit(digit: string): TemplateResult {
		return html`<button type="button" class="letter" data-digit=${digit}
			@click=${() => this.type(digit)}>${digit}</button>`;
	}

	private type(digit: string): void {
		if (this.digits.length < this.longest) {
			this.digits += digit;
		}
	}

	private key(event: KeyboardEvent): void {
		if (/^\d$/.test(event.key)) {
			this.type(event.key);
		} else if (event.key === "Backspace") {
			this.digits = this.digits.slice(0, -1);
		} else if (event.key === "Enter" && !(event.target as HTMLElement).matches("button")) {
			this.finish();
		} else {
			return;
		}
		event.preventDefault();
	}

	private finish(): void {
		this.dispatchEvent(new CustomEvent("entered", { detail: this.digits }));
	}
}

customElements.define("wg-pin", Pin);
