// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Inputs: a strip for each, as on a console where there is room, one at a time where there is not.

import { html, nothing, type TemplateResult } from "lit";
import type { Amp } from "../amp";
import { Part } from "../part";
import { printValue, segments, stepper, toggle } from "../parts/controls";
import { cssVars } from "../css-vars";
import { UNITY, positionOf, printDb, scaleOf } from "../levels";
import { controlHelp, controlName } from "../words";
import { row, textField, type EditText } from "./row";

const SLOW_MS = 1000;

export class InputsPage extends Part {
	static override properties = {
		...Part.properties, edit: { attribute: false }, shown: { state: true },
	};
	declare edit: EditText;
	declare private shown: string;
	private timer = 0;

	constructor() {
		super();
		this.shown = "";
	}

	override connectedCallback(): void {
		super.connectedCallback();
		this.timer = setInterval(() => this.requestUpdate(), SLOW_MS);
	}

	override disconnectedCallback(): void {
		clearInterval(this.timer);
		super.disconnectedCallback();
	}

	protected override render(): TemplateResult {
		const { amp, words: w } = this;
		const inputs = amp.table.inputs();
		const shown = this.shown || String(amp.value("input") ?? inputs[0] ?? "");
		return html`<div class="inputs-page">
			<div class="strip-tabs">${segments(w.inputs, inputs.map((n) => {
				const name = amp.text(`input.${n}.name`);
				return { id: n, label: name || n, name: `${w.input} ${n}, ${name}` };
			}), shown, (n) => { this.shown = n; })}</div>
			<div class="strips">${inputs.map((n) => this.strip(amp, n, n === shown))}</div>
			${this.match(amp)}
		</div>`;
	}

	private strip(amp: Amp, n: string, shown: boolean): TemplateResult {
		const w = this.words;
		const selected = String(amp.value("input")) === n;
		const disabled = !amp.online || amp.locked;
		const enabled = amp.on(`input.${n}.enabled`);
		return html`<section class="strip ${shown ? "shown" : ""} ${selected ? "selected" : ""}"
			data-strip=${n} aria-label=${`${w.input} ${n}`}>
			<header><span class="strip-number">${w.input} ${n}</span>
				<button type="button" class="key slim ${selected ? "in" : ""}" data-key=${`select.${n}`}
					aria-pressed=${selected ? "true" : "false"} ?disabled=${disabled || !enabled}
					@click=${() => amp.set({ input: n })}><span class="lamp"></span>
					<span class="key-words">${selected ? w.selected : w.select}</span></button></header>
			${this.name(amp, n, disabled)}
			${this.row(amp, `input.${n}.trim`, w.trim, this.heard(amp, n))}
			${this.row(amp, `input.${n}.enabled`, w.enabled, "")}
			${this.row(amp, `input.${n}.bypass`, w.bypass, "")}
			${this.row(amp, `input.${n}.level_memory`, w.levelMemory, "")}
			${this.fader(amp, n)}
		</section>`;
	}

	/** All inputs equally loud, at one press. */
	private match(amp: Amp): TemplateResult | typeof nothing {
		const control = amp.control("input.match");
		return control ? html`<div class="match"><span>${controlHelp(control.path, control.help)}</span>
			<button type="button" class="plain" data-path=${control.path}
			?disabled=${!amp.online || amp.locked} @click=${() => amp.do(control.path)}>${
			controlName(control.path)}</button></div>` : nothing;
	}

	/** What an input was found to be, once it was heard. */
	private heard(amp: Amp, n: string): string {
		const lufs = amp.readings[`input.${n}.loudness`];
		return lufs === undefined || lufs < -120 ? "" : `${this.words.measured} ${printDb(lufs)} LUFS`;
	}

	private name(amp: Amp, n: string, disabled: boolean): TemplateResult | typeof nothing {
		const control = amp.control(`input.${n}.name`);
		return control ? html`<div class="strip-name">${textField(amp, control, this.edit, disabled,
			`${this.words.name}, ${this.words.input} ${n}`)}</div>` : nothing;
	}

	private row(amp: Amp, path: string, name: string, help: string): TemplateResult | typeof nothing {
		const control = amp.control(path);
		if (!control) {
			return nothing;
		}
		const disabled = !amp.online || amp.locked;
		return row(name, help, control.type === "switch"
			? toggle(`${name}, ${this.words.input} ${path.split(".")[1]}`, amp.on(path),
				() => amp.toggle(path), disabled, path)
			: stepper(amp, control, disabled), path);
	}

	private fader(amp: Amp, n: string): TemplateResult | typeof nothing {
		const control = amp.control(`input.${n}.fader`);
		if (!control) {
			return nothing;
		}
		const value = amp.value(control.path);
		const position = positionOf(value);
		return row(this.words.fader, "", html`<div class="fader" ${cssVars({
			"--at": position === undefined ? 0 : scaleOf(position) / scaleOf(UNITY),
		})}><i></i><output data-path=${control.path}>${printValue(control, value)}</output></div>`,
			control.path);
	}
}

customElements.define("wg-inputs", InputsPage);
