// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Keys, switches, steppers and choices: what a control of the table looks like when it can be
// touched.

import { html, nothing, type TemplateResult } from "lit";
import type { Amp } from "../amp";
import { printDb, sayDb } from "../levels";
import type { Control, Value } from "../table";
import { choiceName, controlName, words } from "../words";
import { icon } from "./icons";

export interface Key {
	label: string;
	/** A word above the label, smaller. */
	over?: string;
	pressed: boolean;
	id: string;
	disabled?: boolean;
	press: () => void;
}

/** A metal key with a lamp: pressed in and lit while it is on. */
export function key(k: Key): TemplateResult {
	return html`<button class="key ${k.pressed ? "in" : ""}" data-key=${k.id} type="button"
		aria-pressed=${k.pressed ? "true" : "false"}
		?disabled=${k.disabled ?? false} @click=${k.press}>
		<span class="lamp"></span>
		<span class="key-words">${
			k.over ? html`<small>${k.over}</small> ` : nothing}${k.label}</span>
	</button>`;
}

export interface Choice {
	id: string;
	label: string;
	name: string;
}

/** Radio keys side by side: arrows move between them, as in any radio group. */
export function segments(label: string, choices: Choice[], chosen: Value | undefined,
	choose: (id: string) => void, disabled = false): TemplateResult {
	const known = choices.some((choice) => choice.id === chosen);
	return html`<div class="segments" role="radiogroup" aria-label=${label} @keydown=${arrows}>
		${choices.map((choice, i) => html`<button type="button" role="radio" class="segment"
			aria-checked=${choice.id === chosen ? "true" : "false"} data-choice=${choice.id}
			aria-label=${choice.name} ?disabled=${disabled}
			tabindex=${choice.id === chosen || (!known && i === 0) ? 0 : -1}
			@click=${() => choose(choice.id)}><span class="lamp"></span>
			<span class="segment-word">${choice.label}</span></button>`)}
	</div>`;
}

function arrows(event: KeyboardEvent): void {
	const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
	const group = event.currentTarget as HTMLElement;
	const all = [...group.querySelectorAll<HTMLElement>("[role=radio]:not([disabled])")];
	const at = all.indexOf(document.activeElement as HTMLElement);
	if (by === undefined || at < 0) {
		return;
	}
	event.preventDefault();
	const to = all[(at + by + all.length) % all.length];
	to?.focus();
	to?.click();
}

export function toggle(label: string, on: boolean, change: () => void, disabled: boolean,
	id: string): TemplateResult {
	return html`<button type="button" class="switch" role="switch" data-path=${id}
		aria-checked=${on ? "true" : "false"} aria-label=${label} ?disabled=${disabled}
		@click=${change}><span class="throw"></span><span class="switch-word">${
		on ? words().on : words().off}</span></button>`;
}

/** Steps while it is held, faster after a while; a refusal or a lost line ends it. */
export function stepper(amp: Amp, control: Control, disabled: boolean): TemplateResult {
	const value = amp.value(control.path);
	const name = controlName(control.path);
	const fine = control.type === "level" ? 1 : Math.max(1, niceStep(control));
	return html`<div class="stepper" role="spinbutton" tabindex=${disabled ? -1 : 0}
		data-path=${control.path} aria-label=${name} aria-valuetext=${sayValue(control, value)}
		aria-valuenow=${typeof value === "number" ? value : nothing}
		aria-valuemin=${control.minimum ?? nothing} aria-valuemax=${control.maximum ?? nothing}
		aria-disabled=${disabled ? "true" : "false"}
		@keydown=${(event: KeyboardEvent) => stepKeys(event, amp, control, fine, disabled)}>
		${holdKey("less", "\u2212", amp, control, -fine, disabled)}
		<output>${printValue(control, value)}</output>
		${holdKey("more", "+", amp, control, fine, disabled)}
	</div>`;
}

/** A number with a long range takes larger strides: a hundredth of it, in whole steps. */
function niceStep(control: Control): number {
	const range = (control.maximum ?? 0) - (control.minimum ?? 0);
	const steps = range / (control.step || 1);
	return steps <= 300 ? (control.unit === "%" ? 5 : 1) : steps <= 1000 ? 10 : 30;
}

function stepKeys(event: KeyboardEvent, amp: Amp, control: Control, fine: number,
	disabled: boolean): void {
	const n = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 6, PageDown: -6 }[
		event.key];
	if (n !== undefined && !disabled) {
		event.preventDefault();
		amp.step(control.path, n * fine);
	}
}

const REPEAT_AFTER_MS = 450;
const REPEAT_MS = 90;

function holdKey(which: "less" | "more", sign: string, amp: Amp, control: Control, n: number,
	disabled: boolean): TemplateResult {
	const step = () => amp.step(control.path, n);
	const press = (event: PointerEvent) => {
		const button = event.currentTarget as HTMLElement;
		if (event.button !== 0 || !step()) {
			return;
		}
		let timer = setTimeout(function again() {
			if (button.isConnected && button.matches(":active") && step()) {
				timer = setTimeout(again, REPEAT_MS);
			}
		}, REPEAT_AFTER_MS);
		const stop = () => clearTimeout(timer);
		for (const type of ["pointerup", "pointercancel", "pointerleave"]) {
			button.addEventListener(type, stop, { once: true });
		}
	};
	// A click without a pointer comes from a screen reader.
	const click = (event: MouseEvent) => event.detail === 0 && step();
	return html`<button type="button" class="step-key" tabindex="-1" data-step=${which}
		aria-label=${`${controlName(control.path)} ${words()[which]}`} ?disabled=${disabled}
		@pointerdown=${press} @click=${click}>${sign}</button>`;
}

export function printValue(control: Control, value: Value | undefined): string {
	if (value === undefined) {
		return "\u2013 \u2013";
	}
	if (typeof value === "boolean") {
		return value ? words().on : words().off;
	}
	if (typeof value === "string") {
		return control.type === "choice" || value === control.beyond
			? choiceName(control.path, value) : value;
	}
	if (control.type === "level") {
		return `${printDb(value)} dB`;
	}
	const text = Number.isInteger(value) ? value.toLocaleString(document.documentElement.lang)
		: value.toFixed(1);
	return control.unit ? `${text} ${units[control.unit] ?? control.unit}` : text;
}

/** Units as they are printed, where the table has them in plain letters. */
const units: Record<string, string> = { us: "\u00b5s", ohm: "\u03a9", degrees: "\u00b0" };

function sayValue(control: Control, value: Value | undefined): string {
	if (value === undefined) {
		return words().unknown;
	}
	return control.type === "level" && typeof value === "number"
		? sayDb(value, words()) : printValue(control, value);
}

export function arrow(which: "previous" | "next", press: () => void, disabled: boolean):
	TemplateResult {
	return html`<button type="button" class="arrow" data-key=${which} aria-label=${words()[which]}
		?disabled=${disabled} @click=${press}>${icon(which)}</button>`;
}
