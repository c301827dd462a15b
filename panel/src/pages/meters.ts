// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Meters: one view at a time, of one place, and the levels of all places under it where there is
// room. What the table does not have is not offered.

import { html, nothing, type TemplateResult } from "lit";
import type { Amp } from "../amp";
import { printDb } from "../levels";
import { segments } from "../parts/controls";
import { Part } from "../part";

const SLOW_MS = 250;
/** Below this a level is none at all. */
const NOTHING_DB = -120;
const sides = ["left", "right"] as const;
const views = ["bars", "vu", "ppm", "loudness", "stereo", "scope"] as const;
export type View = typeof views[number];

/** The places for which this amplifier has what a view shows. */
export function placesOf(amp: Amp, view: View): string[] {
	switch (view) {
	case "bars":
		return amp.table.metered("peak");
	case "vu":
	case "ppm":
		return amp.table.metered(view);
	case "loudness":
		return amp.table.places("loudness.momentary");
	case "stereo":
	case "scope":
		return amp.table.places("correlation");
	}
}

export function needles(amp: Amp, place: string, scale: "vu" | "ppm"): TemplateResult[] {
	return sides.map((side) => html`<div class="vu-frame"><wg-needle .amp=${amp} .place=${place}
		.side=${side} .scale=${scale}></wg-needle></div>`);
}

export class MetersPage extends Part {
	static override properties = { ...Part.properties, view: {}, place: { state: true } };
	declare view: string;
	declare private place: string;
	private timer = 0;

	constructor() {
		super();
		this.view = this.place = "";
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
		const offered = views.filter((view) => placesOf(amp, view).length > 0);
		if (offered.length === 0) {
			return html`<div class="glass sheet"><p class="empty">${
				amp.online ? w.noMeters : w.lostHelp}</p></div>`;
		}
		const view = offered.find((id) => id === this.view)
			?? (offered.includes("vu") ? "vu" : offered[0] as View);
		const places = placesOf(amp, view);
		const place = places.includes(this.place) ? this.place
			: places.includes(amp.target) ? amp.target : places[0] as string;
		const choice = (id: View | "input" | "headphone" | "line") =>
			({ id, name: w[id], label: id === "scope" ? w.scopeShort : w[id] });
		return html`<div class="meters-page" data-view=${view}>
			<div class="meters-choice">
				<div class="view-choice">${segments(w.meters, offered.map(choice), view, (id) => {
					location.hash = `#meters/${id}`;
				})}</div>
				${view === "bars" ? nothing : html`<div class="place-choice">${segments(w.measuredAt,
					places.map((id) => choice(id as "input")), place, (id) => { this.place = id; })}</div>`}
			</div>
			${this.shown(view, place)}
			${view === "bars" || view === "vu" || view === "ppm" ? this.bars(view) : nothing}
		</div>`;
	}

	private shown(view: View, place: string): TemplateResult | typeof nothing {
		const { amp } = this;
		switch (view) {
		case "bars":
			return nothing;
		case "vu":
		case "ppm":
			return html`<div class="vu-pair">${needles(amp, place, view)}</div>`;
		case "loudness":
			return html`<div class="glass meter-glass">
				<wg-loudness .amp=${amp} .place=${place}></wg-loudness>
				${this.loudness(place)}</div>`;
		case "stereo":
			return html`<div class="glass meter-glass">
				<wg-image .amp=${amp} .place=${place}></wg-image>
				${this.sides(place)}</div>`;
		case "scope":
			return html`<div class="glass scope-glass">
				<wg-scope .amp=${amp} .place=${place}></wg-scope></div>`;
		}
	}

	private bars(view: View): TemplateResult {
		return html`<div class="glass bars-glass ${view === "bars" ? "" : "under"}">
			<wg-bars .amp=${this.amp} .places=${placesOf(this.amp, "bars")}></wg-bars></div>`;
	}

	private loudness(place: string): TemplateResult {
		const { amp, words: w } = this;
		const read = (path: string) => this.figure(`meter.${place}.${path}`);
		return html`<div class="figures"><dl>
			${term(w.integrated, read("loudness.integrated"), "LUFS", true)}
			${term(w.range, unsigned(read("loudness.range")), "LU")}
			${term(w.momentaryMax, read("loudness.momentary_max"), "LUFS")}
			${term(w.shortTermMax, read("loudness.short_term_max"), "LUFS")}
			${term(w.truePeakMax, read("true_peak_max"), "dBTP")}</dl>
			${this.restart(amp)}</div>`;
	}

	private sides(place: string): TemplateResult {
		const w = this.words;
		const read = (side: string, what: string) =>
			this.figure(`meter.${place}.${side}.${what}`, what === "clips");
		const rows = [["true_peak", w.truePeak, "dBTP"], ["rms", "RMS", "dBFS"], ["crest", w.crest, "dB"],
			["dc", w.dc, "dBFS"], ["clips", w.clips, ""]] as const;
		return html`<div class="figures"><table>
			<thead><tr><td></td>${sides.map((side) => html`<th scope="col">${w[side]}</th>`)}
				<td></td></tr></thead>
			<tbody>${rows.map(([what, name, unit]) => html`<tr><th scope="row">${name}</th>
				${sides.map((side) => html`<td data-reading=${`${side}.${what}`}>${
					what === "crest" ? unsigned(read(side, what)) : read(side, what)}</td>`)}
				<td class="unit">${unit}</td></tr>`)}</tbody></table>${this.restart(this.amp)}</div>`;
	}

	private restart(amp: Amp): TemplateResult | typeof nothing {
		return amp.has("meter.reset") ? html`<button type="button" class="plain" data-path="meter.reset"
			?disabled=${!amp.online || amp.locked} @click=${() => amp.do("meter.reset")}>${
			this.words.startAnew}</button>` : nothing;
	}

	/** A reading as it is written: a dash where there is none, or nothing to be heard. */
	private figure(path: string, count = false): string {
		const value = this.amp.online ? this.amp.readings[path] : undefined;
		if (value === undefined || (!count && value < NOTHING_DB)) {
			return "\u2013";
		}
		return count ? String(value) : printDb(value);
	}
}

/** A difference of levels has no sign. */
function unsigned(text: string): string {
	return text.replace("+", "");
}

function term(name: string, value: string, unit: string, large = false): TemplateResult {
	return html`<div class=${large ? "large" : ""}><dt>${name}</dt><dd>${value}<span class="unit">${
		unit}</span></dd></div>`;
}

customElements.define("wg-meters", MetersPage);
