// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The signs on keys and pages, all of one stroke; each stands beside its word.

import { svg, type TemplateResult } from "lit";

const shapes = {
	main: "M12 3.5a8.5 8.5 0 1 0 .01 0M12 12l4.2-4.6",
	meters: "M3 17.5a9 9 0 0 1 18 0zM12 17.5l4-8",
	inputs: "M4 6.5h9M4 12h9M4 17.5h9M17 8.5l4 3.5-4 3.5",
	settings: "M4 7h9m4 0h3M4 17h3m4 0h9M15 4.8a2.2 2.2 0 1 0 .01 0M9 14.8a2.2 2.2 0 1 0 .01 0",
	power: "M12 3.5v8M7.4 6.2a7.6 7.6 0 1 0 9.2 0",
	previous: "M15 5l-7 7 7 7",
	next: "M9 5l7 7-7 7",
	lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
	erase: "M9 6h11v12H9l-6-6zM12.5 9.5l5 5m0-5l-5 5",
	shift: "M12 4.5l7.5 8H15v6.5H9v-6.5H4.5z",
	enter: "M20 6v6H5m5-5l-5 5 5 5",
	wire: "M1.5 12H7M17 12h5.5M7 5.5v13l10-6.5z",
	close: "M6 6l12 12M18 6L6 18",
} as const;

export type Icon = keyof typeof shapes;

export function icon(name: Icon): TemplateResult {
	return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
		<path d=${shapes[name]}></path></svg>`;
}
