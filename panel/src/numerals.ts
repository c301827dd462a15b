// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The numerals of the display: drawn with one even stroke, every digit of the same width, the same
// on every machine whatever fonts it has. They are pictures: what is read aloud stands beside them.

import { svg, type TemplateResult } from "lit";

/** Each in a box 20 wide and 32 high. */
const strokes: Record<string, string> = {
	"0": "M2.5 10.5a7.5 8 0 0 1 15 0v11a7.5 8 0 0 1-15 0z",
	"1": "M5.5 8 12 2.5v27",
	"2": "M2.8 10a7.3 7.5 0 1 1 13.2 4.4L2.8 29.5h14.7",
	"3": "M3.4 7.6A7 6.6 0 1 1 10 15.2 7.6 7.2 0 1 1 2.6 24",
	"4": "M14 29.5v-27L2.5 22.5h15.5",
	"5": "M16.2 2.5H5.2L3.9 14.6a7.4 7.6 0 1 1-1.2 9.6",
	"6": "M13.4 2.5C7 8.6 2.5 14.6 2.5 21.8a7.5 7.7 0 1 0 15 0a7.5 7.7 0 0 0-14.4-3.2",
	"7": "M2.5 2.5h15L8.2 29.5",
	"8": "M10 15.1a6.4 6.3 0 1 1 .1 0zM10 15.1a7.4 7.2 0 1 0 .1 0z",
	"9": "M6.6 29.5C13 23.4 17.5 17.4 17.5 10.2a7.5 7.7 0 1 0-15 0a7.5 7.7 0 0 0 14.4 3.2",
	"\u2212": "M4 17h12",
	"+": "M4 17h12M10 11v12",
	"\u2013": "M4 17h12",
};

const ADVANCE = 24;
const POINT_ADVANCE = 8;

/** A number as strokes, right-aligned in room for so many full characters. */
export function numeral(text: string, characters = 5): TemplateResult {
	const width = characters * ADVANCE + POINT_ADVANCE;
	let used = 0;
	const parts = [...text].map((character) => {
		const at = used;
		used += character === "." ? POINT_ADVANCE : ADVANCE;
		return { character, at };
	});
	const start = width - used;
	return svg`<svg class="numeral" viewBox="0 1.2 ${width} 29.6" aria-hidden="true">${
		parts.map(({ character, at }) => character === "."
			? svg`<circle class="point" cx=${start + at + 2} cy="29" r="1.9"></circle>`
			: svg`<path transform="translate(${start + at} 0)" d=${strokes[character] ?? ""}></path>`)
	}</svg>`;
}
