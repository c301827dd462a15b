// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// One output on the display: its level as a number and as a bar, what is heard when that differs,
// its limit, and its mute.

import { html, nothing, type TemplateResult } from "lit";
import { levelPosition, type Amp, type Output } from "../amp";
import { cssVars } from "../css-vars";
import { POSITIONS, positionOf, printDb, sayDb, scaleOf } from "../levels";
import { numeral } from "../numerals";
import { words } from "../words";

export function levelBlock(amp: Amp, output: Output, metered: boolean): TemplateResult {
	const w = words();
	const level = amp.value(`${output}.level`);
	const position = levelPosition(amp, output);
	const silent = isSilent(amp, output);
	const turned = amp.target === "both" || amp.target === output;
	const limit = positionOf(amp.value(`${output}.limit`));
	return html`<section class="level ${turned ? "turned" : ""} ${silent ? "muted" : ""}"
		data-output=${output} aria-label=${`${w[output]} ${sayLevel(amp, output)}`}
		${cssVars({
			"--at": position === undefined ? 0 : scaleOf(position),
			"--limit": limit === undefined ? 1 : scaleOf(limit),
			"--heard": heardPlace(amp, output),
		})}>
		<header><span class="level-name">${turned ? html`<i class="turned-mark"></i>` : nothing}${
			w[output]}</span>${status(amp, output, silent)}</header>
		<div class="level-number" data-level=${level ?? ""}>${number(level)}<span class="unit">${
			level === "mute" ? "" : "dB"}</span></div>
		<div class="level-bar" aria-hidden="true"><i class="fill"></i><i class="heard"></i>${
			limit !== undefined && limit < POSITIONS ? html`<i class="limit-mark"></i>` : nothing}</div>
		${metered ? html`<wg-bars small .amp=${amp} .places=${[output]}></wg-bars>` : nothing}
	</section>`;
}

function number(level: unknown): TemplateResult {
	if (level === "mute") {
		return html`<span class="mute-word">${words().mutePosition}</span>`;
	}
	return typeof level === "number" ? numeral(printDb(level)) : numeral("\u2013\u2013\u2013");
}

/** Nothing comes out, whatever the level says: by its mute, or by what else holds it. */
function isSilent(amp: Amp, output: Output): boolean {
	const gain = amp.value(`${output}.gain`);
	return gain === undefined ? amp.on(`${output}.mute`)
		: gain === "mute" && (amp.on(`${output}.mute`) || amp.value(`${output}.level`) !== "mute");
}

/** What is heard, where dim, bypass or a limit makes it differ from the level. */
function heard(amp: Amp, output: Output): number | undefined {
	const gain = amp.number(`${output}.gain`);
	return gain === amp.value(`${output}.level`) ? undefined : gain;
}

/** A level as a screen reader says it, and what is heard where that is not the same. */
export function sayLevel(amp: Amp, output: Output): string {
	const w = words();
	const level = amp.value(`${output}.level`);
	const said = typeof level === "number" ? sayDb(level, w) : level === "mute" ? w.mute : w.unknown;
	const other = heard(amp, output);
	return isSilent(amp, output) ? `${said}, ${w.muted}`
		: other === undefined ? said : `${said}, ${w.heard} ${sayDb(other, w)}`;
}

function status(amp: Amp, output: Output, silent: boolean): TemplateResult | typeof nothing {
	const w = words();
	if (silent) {
		return html`<span class="flag">${w.muted}</span>`;
	}
	const other = heard(amp, output);
	return other === undefined ? nothing
		: html`<span class="heard-word">${w.heard} ${printDb(other)}</span>`;
}

function heardPlace(amp: Amp, output: Output): number {
	const gain = positionOf(amp.value(`${output}.gain`));
	return gain === undefined ? 0 : scaleOf(gain);
}
