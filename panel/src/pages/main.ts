// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Main: what is played, how loud on each output, the knob and the keys that are used every day.

import { html, nothing, type TemplateResult } from "lit";
import type { Amp, Output } from "../amp";
import { printDb } from "../levels";
import { levelBlock } from "../parts/level";
import { arrow, key, segments } from "../parts/controls";
import { choiceName, controlName, words } from "../words";
import { needles, placesOf } from "./meters";

export function mainPage(amp: Amp): TemplateResult {
	const metered = amp.table.metered("peak");
	const shown = amp.text("display.meter") || "bars";
	const small = shown !== "none";
	return html`<div class="main-page">
		<section class="glass" aria-label=${words().display}>
			<div class="glass-inner">
				${selector(amp)}
				<div class="levels">${(["headphone", "line"] as const).map((output) =>
					levelBlock(amp, output, small && metered.includes(output)))}</div>
				${glassMeter(amp, shown)}
				${path(amp)}
			</div>
			${trip(amp)}
			${amp.standby ? html`<div class="standby" role="status"><b>${words().standby}</b>
				<span>${words().standbyHelp}</span></div>` : nothing}
		</section>
		<section class="turn">
			<div class="nameplate" aria-hidden="true">${amp.text("system.name")}</div>
			<div class="knob-room"><wg-knob .amp=${amp}></wg-knob></div>
			${target(amp)}
		</section>
		<section class="keys">${keys(amp)}</section>
	</div>`;
}

/** The guard mutes: why, and a way out that does not wait. */
function trip(amp: Amp): TemplateResult | typeof nothing {
	const state = amp.text("protect.state");
	if (!amp.online || state === "" || state === "ok") {
		return nothing;
	}
	const w = words();
	return html`<div class="trip" role="alert"><div><b>${w.guard}: ${
		choiceName("protect.state", state)}</b>
		<span>${w.guardHelp}</span></div>
		<button type="button" class="plain" data-path="protect.reset" ?disabled=${amp.locked}
			@click=${() => amp.do("protect.reset")}>${controlName("protect.reset")}</button></div>`;
}

function selector(amp: Amp): TemplateResult {
	const w = words();
	const input = amp.value("input");
	const name = input === undefined ? "\u2013 \u2013" : amp.text(`input.${input}.name`);
	const disabled = !amp.online || amp.locked;
	return html`<div class="selector" role="group" aria-label=${w.input}>
		${arrow("previous", () => amp.set({ input: "previous" }), disabled)}
		<div class="input-name" role="status" data-input=${String(input ?? "")}><small>${w.input} ${
			input ?? ""}</small><b>${name}</b></div>
		${arrow("next", () => amp.set({ input: "next" }), disabled)}
	</div>`;
}

function target(amp: Amp): TemplateResult | typeof nothing {
	const row = amp.control("knob.target");
	if (!row) {
		return nothing;
	}
	const w = words();
	const choices = row.choices.map((id) => {
		const name = w[id as Output | "both"] ?? id;
		return { id, label: name, name };
	});
	return html`<div class="target"><span class="engraving" aria-hidden="true">${w.knobTurns}</span>
		${segments(w.knobTurns, choices, amp.value("knob.target"),
			(id) => amp.set({ "knob.target": id }), !amp.online || amp.locked)}</div>`;
}

function keys(amp: Amp): TemplateResult[] {
	const w = words();
	const disabled = !amp.online;
	return [
		key({ id: "headphone.mute", over: w.mute, label: w.headphone,
			pressed: amp.on("headphone.mute"), disabled, press: () => amp.toggle("headphone.mute") }),
		key({ id: "line.mute", over: w.mute, label: w.line,
			pressed: amp.on("line.mute"), disabled, press: () => amp.toggle("line.mute") }),
		key({ id: "dim", over: dimAmount(amp), label: w.dim,
			pressed: amp.on("dim"), disabled, press: () => amp.toggle("dim") }),
	];
}

function dimAmount(amp: Amp): string {
	const amount = amp.number("dim.amount");
	return amount === undefined ? "dB" : `${printDb(amount, Number.isInteger(amount) ? 0 : 1)} dB`;
}

function glassMeter(amp: Amp, shown: string): TemplateResult {
	const place = amp.target === "line" ? "line" : "headphone";
	if ((shown === "vu" || shown === "ppm") && placesOf(amp, shown).includes(place)) {
		return html`<div class="glass-meter vu-pair">${needles(amp, place, shown)}</div>`;
	}
	if (shown === "loudness" && placesOf(amp, shown).includes(place)) {
		return html`<div class="glass-meter">
			<wg-loudness .amp=${amp} .place=${place}></wg-loudness></div>`;
	}
	const places = amp.table.metered("peak");
	return shown !== "none" && places.length > 0
		? html`<div class="glass-meter"><wg-bars .amp=${amp} .places=${places}></wg-bars></div>`
		: html`<div class="glass-meter"></div>`;
}

interface Engaged {
	/** In full, for who hears it. */
	text: string;
	/** As it is written, where that is shorter. */
	short?: string;
	/** Set apart: something that acts on its own, or a risk. */
	warm?: boolean;
}

/** What stands between input and output, in a few words; the way to change it is one touch away. */
function path(amp: Amp): TemplateResult {
	const w = words();
	const list = amp.online ? engaged(amp) : [];
	const text = list.map((item) => item.text).join(", ");
	return html`<a class="path" href="#settings/monitor" ?inert=${!amp.online || amp.locked}
		aria-label=${`${w.engaged}: ${text || (amp.online ? w.direct : w.unknown)}`}>
		${list.length === 0
			? html`<span class="chip plain-chip">${amp.online ? w.direct : "\u2013"}</span>`
			: list.map((item) => html`<span class="chip ${item.warm ? "warm" : ""}">${
				item.short ?? item.text}</span>`)}
		<wg-ear .amp=${amp}></wg-ear>
	</a>`;
}

function engaged(amp: Amp): Engaged[] {
	const w = words();
	const list: Engaged[] = [];
	const mode = amp.text("monitor.mode");
	const left = amp.on("monitor.invert_left");
	const right = amp.on("monitor.invert_right");
	const acting = amp.text("protect.acting");
	if (acting !== "" && acting !== "none") {
		list.push({ text: choiceName("protect.acting", acting), warm: true });
	} else if (amp.limiting) {
		list.push({ text: w.limiting, warm: true });
	}
	if (amp.locked) {
		list.push({ text: w.locked, warm: true });
	}
	list.push({ text: w[(mode || "stereo") as "stereo" | "mono"] ?? mode });
	if (amp.on(`input.${amp.value("input")}.bypass`)) {
		list.push({ text: w.bypass, warm: true });
	}
	if (left || right) {
		list.push({ text: left && right ? w.invertBoth : left ? w.invertLeft : w.invertRight,
			short: `\u00d8 ${left ? "L" : ""}${left && right ? " " : ""}${right ? "R" : ""}` });
	}
	list.push(...balances(amp));
	const crossfeed = amp.text("crossfeed");
	if (crossfeed !== "" && crossfeed !== "off") {
		list.push({ text: `${w.crossfeed} ${choiceName("crossfeed", crossfeed)}`,
			short: w.crossfeed });
	}
	if (amp.on("eq")) {
		list.push({ text: w.eq });
	}
	const exact = (["headphone", "line"] as const).filter((output) => amp.on(`${output}.bit_exact`));
	if (exact.length > 0) {
		list.push({ text: exact.length === 2 ? w.bitExact : `${w.bitExact} ${
			exact[0] === "headphone" ? w.phones : w.line}` });
	}
	return list;
}

function balances(amp: Amp): Engaged[] {
	const w = words();
	return (["headphone", "line"] as const).flatMap((output) => {
		const balance = amp.number(`${output}.balance`);
		return balance ? [{ text: `${w.balance} ${output === "line" ? w.line : w.phones} ${
			balance < 0 ? "L" : "R"} ${Math.abs(balance)}`,
			short: `Bal ${output === "line" ? "Line " : ""}${balance < 0 ? "L" : "R"} ${
				Math.abs(balance)}` }] : [];
	});
}
