// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The controls table as the amplifier hands it over: what there is, its type, range and words.

export type Value = boolean | number | string;
export type Values = Record<string, Value>;

export interface Control {
	path: string;
	type: "switch" | "choice" | "level" | "number" | "text" | "action";
	unit: string;
	minimum: number | null;
	maximum: number | null;
	step: number | null;
	/** The word that lies below the minimum, such as "mute" or "off". */
	beyond: string | null;
	default: Value | null;
	choices: string[];
	access: "operate" | "setup" | "none";
	kept: boolean;
	help: string;
	/** A reading that comes at a rate of its own and is not among the changes. */
	meter?: boolean;
}

const PLACES = ["input", "headphone", "line"];

export class Table {
	private readonly rows = new Map<string, Control>();

	constructor(controls: Control[]) {
		for (const control of controls) {
			this.rows.set(control.path, control);
		}
	}

	has(path: string): boolean {
		return this.rows.has(path);
	}

	get(path: string): Control | undefined {
		return this.rows.get(path);
	}

	all(): Control[] {
		return [...this.rows.values()];
	}

	/** The rows of a group: those whose path starts with its word. */
	group(name: string): Control[] {
		return this.all().filter((row) => groupOf(row.path) === name);
	}

	/** Numbers N for which input.N.name exists. */
	inputs(): string[] {
		const found = this.all().map((row) => /^input\.(\d+)\.name$/.exec(row.path)?.[1]);
		return found.filter((n): n is string => n !== undefined);
	}

	/** Places that are metered, in the order of the signal: those with a row for both sides. */
	metered(what: "peak" | "vu" | "ppm"): string[] {
		return PLACES.filter((place) =>
			this.has(`meter.${place}.left.${what}`) && this.has(`meter.${place}.right.${what}`));
	}

	/** Places with a figure for both sides together. */
	places(what: string): string[] {
		return PLACES.filter((place) => this.has(`meter.${place}.${what}`));
	}
}

export function groupOf(path: string): string {
	return path.split(".", 1)[0] ?? path;
}
