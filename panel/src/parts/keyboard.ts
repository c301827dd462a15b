// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A full keyboard of the panel's own, for a screen without one: opened with ?kiosk=1 whenever a
// text is edited. A hardware keyboard works beside it.

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { Part } from "../part";
import { language } from "../words";
import { icon } from "./icons";

/** Ten keys to a row, so that each is wide enough for a finger on the smallest screen. */
const layouts = {
	en: ["1234567890", "qwertyuiop", "asdfghjkl'", "zxcvbnm,.-"],
	de: ["1234567890", "qwertzuiop", "asdfghjklö", "yxcvbnmäüß"],
	symbols: ["1234567890", "!\"§$%&/()=", "?+*#@€£_:;", ",.-'<>[]~°"],
};

export interface Edit {
	title: string;
	text: string;
	longest: number;
	done: (text: string) => void;
}

export class Keyboard extends Part {
	static override properties = {
		...Part.properties, edit: { attribute: false }, text: { state: true },
		upper: { state: true }, symbols: { state: true },
	};
	declare edit: Edit | undefined;
	declare private text: string;
	declare private upper: boolean;
	declare private symbols: boolean;

	constructor() {
		super();
		this.text = "";
		this.upper = this.symbols = false;
	}

	protected override willUpdate(changes: PropertyValues): void {
		if (changes.has("edit") && this.edit) {
			this.text = this.edit.text;
			this.upper = this.text === "";
			this.symbols = false;
		}
	}

	protected override updated(changes: PropertyValues): void {
		if (changes.has("edit") && this.edit) {
			this.querySelector<HTMLInputElement>("input")?.focus();
		}
	}

	protected override render(): TemplateResult | typeof nothing {
		if (!this.edit) {
			return nothing;
		}
		const w = this.words;
		const rows = this.symbols ? layouts.symbols : layouts[language()];
		return html`<div class="keyboard" role="dialog" aria-modal="true" aria-label=${this.edit.title}
			@keydown=${this.key}>
			<div class="keyboard-line">
				<label><span>${this.edit.title}</span><input type="text" inputmode="none" .value=${this.text}
					maxlength=${this.edit.longest} autocomplete="off" spellcheck="false"
					@input=${(event: Event) => { this.text = (event.target as HTMLInputElement).value; }}></label>
				<button type="button" class="plain" @click=${this.close}>${w.cancel}</button>
				<button type="button" class="plain strong" data-key="enter"
					@click=${this.finish}>${w.apply}</button>
			</div>
			<div class="keyboard-keys" @pointerdown=${(event: Event) => event.preventDefault()}>
				${rows.map((row) => html`<div class="keyboard-row">
					${[...row].map((letter) => this.letter(letter))}</div>`)}
				<div class="keyboard-row">
					${this.special("shift", () => { this.upper = !this.upper; }, this.upper)}
					<button type="button" class="letter wide" data-key="symbols"
						@click=${() => { this.symbols = !this.symbols; }}>${
						this.symbols ? "ABC" : "#+="}<span class="unseen">${
						this.symbols ? w.letters : w.symbols}</span></button>
					<button type="button" class="letter space" data-key="space" aria-label=${w.space}
						@click=${() => this.type(" ")}><span></span></button>
					${this.letter("-")}
					${this.special("erase", () => this.erase(), false)}
				</div>
			</div>
		</div>`;
	}

	private letter(letter: string): TemplateResult {
		const shown = this.upper && letter !== "ß" ? letter.toUpperCase() : letter;
		return html`<button type="button" class="letter" data-letter=${letter}
			@click=${() => this.type(shown)}>${shown}</button>`;
	}

	private special(name: "shift" | "erase", press: () => void, on: boolean): TemplateResult {
		return html`<button type="button" class="letter wide ${on ? "in" : ""}" data-key=${name}
			aria-label=${this.words[name]} aria-pressed=${name === "shift" ? String(on) : nothing}
			@click=${press}>${icon(name)}</button>`;
	}

	private type(text: string): void {
		if (this.edit && [...this.text].length < this.edit.longest) {
			this.text += text;
			this.upper = text === " ";
		}
	}

	private erase(): void {
		this.text = [...this.text].slice(0, -1).join("");
	}

	private key(event: KeyboardEvent): void {
		if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
			this.finish();
		} else if (event.key === "Escape") {
			this.close();
		}
	}

	private finish(): void {
		const { edit, text } = this;
		this.close();
		edit?.done(text.trim());
	}

	private close(): void {
		this.dispatchEvent(new Event("closed"));
	}
}

customElements.define("wg-keyboard", Keyboard);
