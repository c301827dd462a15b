// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The whole panel: its rail of pages, the page that is open, and what lies over all of them.

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { Part } from "./part";
import { icon, type Icon } from "./parts/icons";
import type { Edit } from "./parts/keyboard";
import { mainPage } from "./pages/main";
import { language, tell, type Told } from "./words";

const NOTICE_MS = 5000;
type Page = "main" | "meters" | "inputs" | "settings" | "lock";

export class App extends Part {
	static override properties = {
		...Part.properties, page: { state: true }, group: { state: true }, edit: { state: true },
		notice: { state: true },
	};
	declare private page: Page;
	declare private group: string;
	declare private edit: Edit | undefined;
	declare private notice: string;
	private noticeTimer = 0;
	private everOnline = false;
	private wasOnline = false;
	private lastNotice: string | undefined;
	private readonly route = () => this.open();
	private readonly editText = (edit: Edit) => { this.edit = edit; };

	constructor() {
		super();
		this.notice = "";
		this.page = "main";
		this.group = "";
	}

	override connectedCallback(): void {
		super.connectedCallback();
		addEventListener("hashchange", this.route);
		this.amp.addEventListener("notice", (event) => this.tell((event as CustomEvent<string>).detail));
		this.amp.addEventListener("refused", (event) => {
			this.tell(`${this.words.refused}: ${tell((event as CustomEvent<Told>).detail)}`);
		});
		this.amp.addEventListener("done", (event) => {
			if ((event as CustomEvent<string>).detail === "system.reset") {
				this.tell(this.words.resetDone);
			}
		});
		this.open();
	}

	override disconnectedCallback(): void {
		removeEventListener("hashchange", this.route);
		super.disconnectedCallback();
	}

	protected override willUpdate(): void {
		const { amp } = this;
		document.documentElement.lang = language();
		if (amp.online && !this.wasOnline && this.everOnline) {
			this.tell(this.words.back_again);
		}
		this.everOnline ||= amp.online;
		this.wasOnline = amp.online;
		this.followNotice();
		const root = document.documentElement;
		root.dataset["theme"] = amp.text("display.theme") || root.dataset["theme"] || "silver";
		root.dataset["layout"] = amp.text("display.layout") || root.dataset["layout"] || "desktop";
		if (amp.locked && (this.page === "inputs" || this.page === "settings")) {
			this.page = "main";
		}
		const name = amp.text("system.name");
		document.title = name || "Wiregain";
	}

	/** What the amplifier did by itself is said once, when it happens. */
	private followNotice(): void {
		const notice = this.amp.value("system.notice");
		if (typeof notice === "string" && notice !== this.lastNotice) {
			if (this.lastNotice !== undefined && notice) {
				this.tell(this.amp.notice ?? notice);
			}
			this.lastNotice = notice;
		}
	}

	protected override render(): TemplateResult {
		const { amp, words: w } = this;
		const lost = !amp.online && !amp.unpaired;
		return html`<div class="panel ${lost ? "lost" : ""} ${amp.standby ? "resting" : ""}"
			data-page=${amp.unpaired ? "pairing" : this.page}
			data-online=${amp.online ? "true" : "false"} ?inert=${this.edit !== undefined}>
			<i class="ear" aria-hidden="true"></i><i class="ear right" aria-hidden="true"></i>
			${this.rail()}
			<main id="page" tabindex="-1" aria-label=${w[this.page]}>${this.content()}</main>
			<div class="banner" role="alert">${lost ? html`<b>${
				this.everOnline ? w.lost : w.connecting}</b><span>${
				this.everOnline ? w.lostHelp : ""}</span>` : nothing}</div>
			<div class="notice ${this.notice ? "shown" : ""}" role="status">${this.notice}</div>
		</div>
		<wg-keyboard .amp=${amp} .edit=${this.edit}
			@closed=${() => { this.edit = undefined; }}></wg-keyboard>
		<wg-screen .amp=${amp}></wg-screen>`;
	}

	protected override updated(changes: PropertyValues): void {
		if ((changes.has("page") || changes.has("group")) && changes.get("page") !== undefined) {
			this.querySelector<HTMLElement>("main")?.scrollTo(0, 0);
			this.querySelector<HTMLElement>(".rows")?.scrollTo(0, 0);
		}
	}

	private content(): TemplateResult {
		const { amp } = this;
		if (amp.unpaired) {
			return html`<wg-pairing .amp=${amp}></wg-pairing>`;
		}
		switch (this.page) {
		case "meters":
			return html`<wg-meters .amp=${amp} .view=${this.group}></wg-meters>`;
		case "inputs":
			return html`<wg-inputs .amp=${amp} .edit=${this.editText}></wg-inputs>`;
		case "settings":
			return html`<wg-settings .amp=${amp} .edit=${this.editText} .group=${this.group}></wg-settings>`;
		case "lock":
			return html`<wg-lock .amp=${amp}></wg-lock>`;
		case "main":
			return mainPage(amp);
		}
	}

	private rail(): TemplateResult {
		const { amp, words: w } = this;
		const pages: [Page, Icon][] = amp.locked
			? [["main", "main"], ["meters", "meters"], ["lock", "lock"]]
			: [["main", "main"], ["meters", "meters"], ["inputs", "inputs"], ["settings", "settings"]];
		return html`<header class="rail">
			${this.badge()}
			<nav class="pages" aria-label=${w.pages}>${amp.unpaired ? nothing : pages.map(([page, sign]) =>
				html`<a href=${`#${page}`} data-nav=${page} aria-current=${
					this.page === page ? "page" : nothing}>${icon(sign)}<span>${
					page === "lock" ? w.unlock : w[page]}</span></a>`)}</nav>
			${amp.unpaired ? nothing : html`<button type="button" class="power" data-key="power"
				aria-pressed=${amp.online && !amp.standby ? "true" : "false"} aria-label=${w.power}
				?disabled=${!amp.online || amp.locked} @click=${() => amp.toggle("power")}>
				<span class="lamp"></span>${icon("power")}<span>${
				amp.standby ? w.standby : w.power}</span></button>`}
		</header>`;
	}

	/** The studio's own logo, or the maker's sign; under it the amplifier's name. */
	private badge(): TemplateResult {
		const logo = this.amp.text("display.logo");
		const name = this.amp.text("system.name") || "Wiregain";
		return html`<div class="badge">${logo
			? html`<img src=${`/logo?${logo}`} alt=${name}>`
			: icon("wire")}<span class="badge-name">${name}</span></div>`;
	}

	private open(): void {
		const [page, group] = location.hash.replace(/^#/, "").split("/");
		const known: Page[] = ["main", "meters", "inputs", "settings", "lock"];
		this.page = known.includes(page as Page) ? page as Page : "main";
		this.group = group ?? "";
	}

	private tell(text: string): void {
		this.notice = text;
		clearTimeout(this.noticeTimer);
		this.noticeTimer = setTimeout(() => { this.notice = ""; }, NOTICE_MS);
	}
}

customElements.define("wg-app", App);
