// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// One output on the display: its level as a number and as a bar, what is heard when that differs,
// its limit, and its mute.

import { html, nothing, type TemplateResult } from "lit";
import { levelPosition, type Amp, type Output } from "../amp";
import { cssVars } from "../css-vars";
import { positionOf, printDb, sayDb, scaleOf } from "../levels";
import { numeral } from "../numerals";
import { words } from "../words";

export function levelBlock(amp: Amp, output: Output, metered: boolean): TemplateResult {
	const w = words();
	const level = amp.value(`${output}.level`);
	const position = levelPosition(amp, output);
	const muted = amp.on(`${output}.mute`);
	const turned = amp.target === "both" || amp.target === output;
	const limit = positionOf(amp.value(`${output}.limit`));
	return html`<section class="level ${turned ? "turned" : ""} ${muted ? "muted" : ""}"
		data-output=${output} aria-label=${`${w[output]} ${spoken(level, muted)}`}
		${cssVars({
			"--at": position === undefined ? 0 : scaleOf(position),
			"--limit": limit === undefined ? 1 : scaleOf(limit),
			"--heard": heardPlace(amp, output),
		})}>
		<header><span class="level-name">${turned ? html`<i class="turned-mark"></i>` : nothing}${
			w[output]}</span>${status(amp, output, muted)}</header>
		<div class="level-number" data-level=${level ?? ""}>${number(level)}<span class="unit">${
			level === "mute" ? "" : "dB"}</span></div>
		<div class="level-bar" aria-hidden="true"><i class="fill"></i><i class="heard"></i>${
			limit !== undefined && limit < 275 ? html`<i class="limit-mark"></i>` : nothing}</div>
		${metered ? html`<wg-bars small .amp=${amp} .places=${[output]}></wg-bars>` : nothing}
	</section>`;
}

function number(level: unknown): TemplateResult {
	if (level === "mute") {
		return html`<span class="mute-word">${words().mutePosition}</span>`;
	}
	return typeof level === "number" ? numeral(printDb(level)) : numeral("\u2013\u2013\u2013");
}

function spoken(level: unknown, muted: boolean): string {
	const w = words();
	const said = typeof level === "number" ? sayDb(level, w) : level === "mute" ? w.mute : w.unknown;
	return muted ? `${said}, ${w.muted}` : said;
}

/** Mute in words, or what is heard where dim or a limit makes it differ from the level. */
function status(amp: Amp, output: Output, muted: boolean): TemplateResult | typeof nothing {
	const w = words();
	if (muted) {
		return html`<span class="flag">${w.muted}</span>`;
	}
	const gain = amp.number(`${output}.gain`);
	const level = amp.number(`${output}.level`);
	if (gain === undefined || level === undefined || gain === level) {
		return nothing;
	}
	return html`<span class="heard-word">${w.heard} ${printDb(gain)}</span>`;
}

function heardPlace(amp: Amp, output: Output): number {
	const gain = positionOf(amp.value(`${output}.gain`));
	return gain === undefined ? 0 : scaleOf(gain);
}
