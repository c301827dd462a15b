// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Meters: needles for one place, bars for all, and whatever else the table says is measured.

import { html, nothing, type TemplateResult } from "lit";
import type { Amp } from "../amp";
import { segments } from "../parts/controls";
import { Part } from "../part";
import { controlName } from "../words";

const SLOW_MS = 250;

export class MetersPage extends Part {
	static override properties = { ...Part.properties, place: { state: true } };
	declare private place: string;
	private timer = 0;

	constructor() {
		super();
		this.place = "";
	}

	override connectedCallback(): void {
		super.connectedCallback();
		this.timer = setInterval(() => {
			if (this.others().length > 0) {
				this.requestUpdate();
			}
		}, SLOW_MS);
	}

	override disconnectedCallback(): void {
		clearInterval(this.timer);
		super.disconnectedCallback();
	}

	protected override render(): TemplateResult {
		const { amp, words: w } = this;
		const bars = amp.table.metered("peak");
		const needles = amp.table.metered("vu");
		if (bars.length === 0 && needles.length === 0) {
			return html`<div class="glass sheet"><p class="empty">${amp.online ? w.noMeters : w.lostHelp}</p></div>`;
		}
		const place = needles.includes(this.place) ? this.place : defaultPlace(amp, needles);
		return html`<div class="meters-page">
			${place === undefined ? nothing : html`<div class="vu-row">
				<div class="vu-pair">${(["left", "right"] as const).map((side) => html`<div class="vu-frame">
					<wg-needle .amp=${amp} .place=${place} .side=${side}></wg-needle></div>`)}</div>
				<div class="vu-choice">${segments(w.vu, needles.map((id) => ({
					id, name: w[id as "input"], label: w[id as "input"],
				})), place, (id) => { this.place = id; })}</div>
			</div>`}
			${bars.length === 0 ? nothing : html`<div class="glass bars-glass">
				<wg-bars .amp=${amp} .places=${bars}></wg-bars></div>`}
			${this.readings()}
		</div>`;
	}

	private others() {
		return this.amp.table.group("meter").filter((row) =>
			!/^meter\.\w+\.(left|right)\.(peak|vu)$/.test(row.path));
	}

	private readings(): TemplateResult | typeof nothing {
		const rows = this.others();
		return rows.length === 0 ? nothing : html`<dl class="readings" aria-label=${this.words.otherReadings}>
			${rows.map((row) => {
				const value = this.amp.readings[row.path];
				return html`<div><dt>${controlName(row.path)}</dt><dd>${
					value === undefined ? "\u2013" : value.toFixed(1)} ${row.unit}</dd></div>`;
			})}</dl>`;
	}
}

function defaultPlace(amp: Amp, places: string[]): string | undefined {
	return places.includes(amp.target) ? amp.target : places[0];
}

customElements.define("wg-meters", MetersPage);
