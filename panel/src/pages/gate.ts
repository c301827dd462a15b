// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The two pages with digits: the lock's PIN, and the pairing code of a screen that is new here.

import { html, nothing, type TemplateResult } from "lit";
import type { Pin } from "../parts/pin";
import { Part } from "../part";
import { icon } from "../parts/icons";
import { lock, pair, unlock, type Refusal } from "../server";

abstract class Gate extends Part {
	static override properties = { ...Part.properties, busy: { state: true }, wrong: { state: true } };
	declare protected busy: boolean;
	declare protected wrong: string;

	constructor() {
		super();
		this.busy = false;
		this.wrong = "";
	}

	protected async ask(question: Promise<Refusal>): Promise<boolean> {
		this.busy = true;
		const refusal = await question;
		this.busy = false;
		this.wrong = refusal === undefined ? "" : refusal || this.words.notSent;
		this.querySelector<Pin>("wg-pin")?.clear();
		return refusal === undefined;
	}
}

export class LockPage extends Gate {
	protected override render(): TemplateResult {
		const { amp, words: w } = this;
		const label = amp.locked ? w.pinEnter : w.pinChoose;
		return html`<div class="gate glass sheet">
			<div class="gate-words"><h2>${icon("lock")}${amp.locked ? w.unlock : w.lock}</h2>
				<p>${label}</p><p class="quiet">${w.lockHelp}</p>
				<p class="wrong" role="alert">${this.wrong}</p></div>
			<wg-pin .amp=${amp} label=${label} action=${amp.locked ? w.unlock : w.lock} ?busy=${this.busy}
				@entered=${(event: CustomEvent<string>) => this.enter(event.detail)}></wg-pin>
		</div>`;
	}

	private async enter(pin: string): Promise<void> {
		if (!/^\d{4,8}$/.test(pin)) {
			this.wrong = this.words.pinShort;
			return;
		}
		if (await this.ask(this.amp.locked ? unlock(pin) : lock(pin))) {
			location.hash = "#main";
		}
	}
}

export class PairingPage extends Gate {
	protected override render(): TemplateResult {
		const { words: w } = this;
		return html`<div class="gate glass sheet">
			<div class="gate-words"><h2>${w.pairing}</h2><p>${w.pairingHelp}</p>
				<label class="gate-name"><span>${w.pairingName}</span><input class="field" type="text"
					maxlength="24" value=${deviceName()} autocomplete="off"></label>
				<p class="wrong" role="alert">${this.wrong || nothing}</p></div>
			<wg-pin .amp=${this.amp} label=${w.pairingCode} action=${w.pair} longest="6" shown
				?busy=${this.busy}
				@entered=${(event: CustomEvent<string>) => this.enter(event.detail)}></wg-pin>
		</div>`;
	}

	private async enter(code: string): Promise<void> {
		const name = this.querySelector<HTMLInputElement>("input.field")?.value.trim() || deviceName();
		if (await this.ask(pair(code, name))) {
			this.amp.restart();
		}
	}
}

function deviceName(): string {
	return /iPad|iPhone|Android/.exec(navigator.userAgent)?.[0] ?? "Browser";
}

customElements.define("wg-lock", LockPage);
customElements.define("wg-pairing", PairingPage);
