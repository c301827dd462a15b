// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Custom properties on an element, set through the object model: a strict Content-Security-Policy
// refuses style attributes, and lit's own styleMap begins with one.

import { noChange } from "lit";
import { directive, Directive, type ElementPart, PartType, type PartInfo } from "lit/directive.js";

class CssVars extends Directive {
	constructor(part: PartInfo) {
		super(part);
		if (part.type !== PartType.ELEMENT) {
			throw new Error("cssVars belongs into an element's tag");
		}
	}

	render(_vars: Record<string, string | number>): typeof noChange {
		return noChange;
	}

	override update(part: ElementPart, [vars]: [Record<string, string | number>]): typeof noChange {
		const element = part.element as HTMLElement;
		for (const [name, value] of Object.entries(vars)) {
			element.style.setProperty(name, String(value));
		}
		return noChange;
	}
}

export const cssVars = directive(CssVars);
