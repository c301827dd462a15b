// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// What the ear gets: the level of the last second at the louder ear, A-weighted, or else the most
// that is possible now; and the dose of the day. Nothing, where headphone and amplifier are not
// known.

import { html, nothing, type TemplateResult } from "lit";
import { Part } from "../part";

const SLOW_MS = 500;

export class Ear extends Part {
	private timer = 0;

	override connectedCallback(): void {
		super.connectedCallback();
		this.timer = setInterval(() => this.requestUpdate(), SLOW_MS);
	}

	override disconnectedCallback(): void {
		clearInterval(this.timer);
		super.disconnectedCallback();
	}

	protected override render(): TemplateResult | typeof nothing {
		const { amp, words: w } = this;
		const now = Math.max(amp.readings["dose.spl.left"] ?? 0, amp.readings["dose.spl.right"] ?? 0);
		const most = amp.number("load.spl");
		const known = amp.number("load.spl_full_scale") !== undefined;
		const dose = amp.number("dose.day");
		if (!amp.online || (!known && !dose)) {
			return nothing;
		}
		return html`<span class="loudness">${now > 0 ? html`<b>${Math.round(now)}</b> dB(A)`
			: most === undefined ? nothing : html`\u2264 <b>${Math.round(most)}</b> ${w.spl}`}
			${dose === undefined ? nothing : html`<b>${Math.round(dose)}</b> % ${w.dose}`}</span>`;
	}
}

customElements.define("wg-ear", Ear);
