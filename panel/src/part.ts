// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// What every part of the panel is made of: an element in the page's own tree, so that one style
// sheet dresses all of it, drawn anew when the amplifier or the language has changed.

import { LitElement } from "lit";
import type { Amp } from "./amp";
import { words, type Words } from "./words";

export abstract class Part extends LitElement {
	static override properties: Record<string, object> = { amp: { attribute: false } };
	declare amp: Amp;
	private readonly redraw = () => this.requestUpdate();

	protected override createRenderRoot(): HTMLElement {
		return this;
	}

	override connectedCallback(): void {
		super.connectedCallback();
		this.amp.addEventListener("change", this.redraw);
		addEventListener("language", this.redraw);
	}

	override disconnectedCallback(): void {
		this.amp.removeEventListener("change", this.redraw);
		removeEventListener("language", this.redraw);
		super.disconnectedCallback();
	}

	protected get words(): Words {
		return words();
	}
}
