// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Settings: made from the controls table, a group for each first word of a path. Only what is no
// control is written here: logo, lock, paired screens, this screen's language.

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { Part } from "../part";
import { segments } from "../parts/controls";
import { icon } from "../parts/icons";
import { putLogo, removeLogo, revoke, tokens, type Token } from "../server";
import { groupOf, type Control } from "../table";
import { chooseLanguage, groupName, language, languageNames, type Language } from "../words";
import { controlRow, row, type EditText } from "./row";

/** Groups in the order of their use; what is not named here follows as the table has it. */
const ORDER = ["monitor", "headphone", "line", "sub", "dim", "crossfeed", "eq", "knob", "display",
	"meter", "load", "protect", "dose", "power", "device", "audio", "system"];
const LARGEST_LOGO = 256 * 1024;

export class SettingsPage extends Part {
	static override properties = {
		...Part.properties, edit: { attribute: false }, group: {}, tokens: { state: true },
	};
	declare edit: EditText;
	declare group: string;
	declare private tokens: Token[];

	constructor() {
		super();
		this.group = "";
		this.tokens = [];
	}

	protected override willUpdate(changes: PropertyValues): void {
		if (changes.has("group") && this.group === "system") {
			void this.loadTokens();
		}
	}

	protected override render(): TemplateResult {
		const w = this.words;
		const groups = this.groups();
		const shown = groups.includes(this.group) ? this.group : groups[0] ?? "";
		return html`<div class="settings-page ${this.group ? "inside" : ""}">
			<nav class="groups" aria-label=${w.groups}>${groups.map((group) => html`<a
				href=${`#settings/${group}`} aria-current=${group === shown ? "true" : nothing}
				data-group=${group}>${groupName(group)}${icon("next")}</a>`)}</nav>
			<section class="group" aria-label=${groupName(shown)}>
				<header><a class="back" href="#settings" aria-label=${w.back}>${icon("previous")}</a>
					<h2>${groupName(shown)}</h2></header>
				<div class="rows" tabindex="-1">
					${this.rows(shown).map((control) => this.controlRow(control))}
					${shown === "display" ? this.displayRows() : nothing}
					${shown === "system" ? this.systemRows() : nothing}
				</div>
			</section>
		</div>`;
	}

	private groups(): string[] {
		const all = this.amp.table.all();
		const found = [...new Set(all.filter((control) => !control.meter)
			.map((control) => groupOf(control.path)))].filter((group) => group !== "input");
		if (found.length > 0 && !found.includes("display")) {
			found.push("display");
		}
		const rank = (group: string) => (ORDER.indexOf(group) + ORDER.length + 1) % (ORDER.length + 1);
		return found.sort((a, b) => rank(a) - rank(b));
	}

	private rows(group: string): Control[] {
		const hidden = ["display.locked", "display.logo", "display.off", "system.reset"];
		// The code is told to the amplifier's own screens only.
		if (this.amp.text("system.pairing") === "") {
			hidden.push("system.pairing");
		}
		// What can only be read comes after what can be set.
		return this.amp.table.group(group)
			.filter((control) => !control.meter && !hidden.includes(control.path)
				&& !control.path.endsWith(".shared"))
			.sort((a, b) => Number(a.access === "none") - Number(b.access === "none"));
	}

	private controlRow(control: Control): TemplateResult {
		return controlRow(this.amp, control, this.edit);
	}

	private get disabled(): boolean {
		return !this.amp.online || this.amp.locked;
	}

	private displayRows(): TemplateResult {
		const { amp, words: w } = this;
		return html`
			${amp.has("display.off") ? row(w.screenOff, w.screenOffHelp, html`<button type="button"
				class="plain" data-path="display.off" ?disabled=${this.disabled}
				@click=${() => amp.set({ "display.off": true })}>${w.screenOff}</button>`,
				"display.off") : nothing}
			${amp.has("display.logo") ? row(w.logo, w.logoHelp, this.logo(), "display.logo") : nothing}
			${amp.has("display.locked") ? row(w.lock, w.lockHelp, html`<a class="plain" href="#lock"
				data-key="lock">${icon("lock")}${amp.locked ? w.unlock : w.lock}</a>`,
				"display.locked") : nothing}
			${row(w.screenLanguage, w.screenLanguageHelp, segments(w.screenLanguage,
				languageNames().map(([id, name]) => ({ id, label: name, name })), language(), (id) => {
					chooseLanguage(id as Language);
					dispatchEvent(new Event("language"));
				}), "language")}`;
	}

	private logo(): TemplateResult {
		const { amp, words: w } = this;
		return html`<label class="plain ${this.disabled ? "disabled" : ""}">${w.logoChoose}
			<input type="file" class="unseen" data-path="display.logo" ?disabled=${this.disabled}
				accept="image/png,image/svg+xml" @change=${this.takeLogo}></label>
			${amp.text("display.logo") ? html`<button type="button" class="plain" data-key="logo.remove"
				?disabled=${this.disabled} @click=${async () => this.tell(await removeLogo(), "")}>${
				w.logoRemove}</button>` : nothing}`;
	}

	private async takeLogo(event: Event): Promise<void> {
		const input = event.target as HTMLInputElement;
		const file = input.files?.[0];
		input.value = "";
		if (!file) {
			return;
		}
		if (file.size > LARGEST_LOGO) {
			this.amp.say(this.words.logoTooBig);
			return;
		}
		const refusal = await putLogo(file);
		this.tell(refusal === undefined ? undefined : `${this.words.logoRefused}. ${refusal}`,
			this.words.logoDone);
	}

	private tell(refusal: string | undefined, done: string): void {
		const text = refusal === undefined ? done : refusal || this.words.notSent;
		if (text) {
			this.amp.say(text);
		}
	}

	private systemRows(): TemplateResult {
		const { amp, words: w } = this;
		return html`
			${row(w.paired, this.tokens.length === 0 ? w.pairedNone : "", this.tokens.map((token) => html`
				<span class="token">${token.name}<button type="button" class="plain" ?disabled=${this.disabled}
					aria-label=${`${w.revoke} ${token.name}`} @click=${() => this.revoke(token)}>${
					w.revoke}</button></span>`), "tokens")}
			${amp.has("system.reset") ? row(w.reset, w.resetHelp, html`<wg-hold .amp=${amp}
				label=${w.reset} ?disabled=${this.disabled}
				@held=${() => amp.do("system.reset")}></wg-hold>`, "system.reset") : nothing}`;
	}

	private async loadTokens(): Promise<void> {
		this.tokens = await tokens();
	}

	private async revoke(token: Token): Promise<void> {
		this.tell(await revoke(token.id), "");
		await this.loadTokens();
	}
}

customElements.define("wg-settings", SettingsPage);
