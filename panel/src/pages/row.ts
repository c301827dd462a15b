// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// One control of the table as a row of a page: its name, its help, and what it takes to change it.

import { html, nothing, type TemplateResult } from "lit";
import type { Amp } from "../amp";
import { printValue, segments, stepper, toggle } from "../parts/controls";
import type { Edit } from "../parts/keyboard";
import type { Control } from "../table";
import { choiceName, controlHelp, controlName } from "../words";

export type EditText = (edit: Edit) => void;

export function row(name: string, help: string, control: unknown, id: string, choices = 0):
	TemplateResult {
	const shape = choices > 7 ? "wide many" : choices > 3 ? "wide" : "";
	return html`<div class="row ${shape}" data-row=${id}>
		<div class="row-words"><span class="row-name">${name}</span>${
			help ? html`<span class="row-help">${help}</span>` : nothing}</div>
		<div class="row-control">${control}</div></div>`;
}

export function controlRow(amp: Amp, control: Control, edit: EditText): TemplateResult {
	return row(controlName(control.path), controlHelp(control.path, control.help),
		controlOf(amp, control, edit), control.path, control.access === "none" ? 0 : control.choices.length);
}

export function controlOf(amp: Amp, control: Control, edit: EditText): TemplateResult {
	const disabled = !amp.online || amp.locked;
	const value = amp.value(control.path);
	const name = controlName(control.path);
	if (control.access === "none") {
		return html`<output class="read" data-path=${control.path}>${
			control.path === "system.notice" ? amp.notice ?? "" : printValue(control, value)}</output>`;
	}
	switch (control.type) {
	case "switch":
		return toggle(name, value === true, () => amp.toggle(control.path), disabled, control.path);
	case "choice":
		return segments(name, control.choices.map((id) =>
			({ id, label: choiceName(control.path, id), name: choiceName(control.path, id) })),
			value, (id) => amp.set({ [control.path]: id }), disabled);
	case "level":
	case "number":
		return stepper(amp, control, disabled);
	case "text":
		return textField(amp, control, edit, disabled);
	case "action":
		return html`<button type="button" class="plain" data-path=${control.path} ?disabled=${disabled}
			@click=${() => amp.do(control.path)}>${name}</button>`;
	}
}

const kiosk = new URLSearchParams(location.search).get("kiosk") === "1";

/** A text is sent when it is finished, not letter by letter; Escape leaves it as it was. */
export function textField(amp: Amp, control: Control, edit: EditText, disabled: boolean,
	label = ""): TemplateResult {
	const name = label || controlName(control.path);
	const text = amp.text(control.path);
	const longest = control.maximum ?? 200;
	const finish = (typed: string) => {
		if (typed !== amp.text(control.path)) {
			amp.set({ [control.path]: typed });
		}
	};
	/* What was typed is not a setting yet: it stands there again when the amplifier has taken it. */
	const leave = (field: HTMLInputElement) => {
		const typed = field.value.trim();
		field.value = amp.text(control.path);
		finish(typed);
	};
	if (kiosk) {
		return html`<button type="button" class="field" data-path=${control.path} ?disabled=${disabled}
			aria-label=${`${name}: ${text}`}
			@click=${() => edit({ title: name, text, longest, done: finish })}>${text || "\u2013"}</button>`;
	}
	return html`<input class="field" type="text" data-path=${control.path} aria-label=${name}
		.value=${text} maxlength=${longest} ?disabled=${disabled} autocomplete="off" spellcheck="false"
		enterkeyhint="done"
		@change=${(event: Event) => leave(event.target as HTMLInputElement)}
		@keydown=${(event: KeyboardEvent) => {
			const field = event.currentTarget as HTMLInputElement;
			if (event.key === "Escape") {
				field.value = amp.text(control.path);
			}
			if (event.key === "Escape" || event.key === "Enter") {
				field.blur();
			}
		}}>`;
}
