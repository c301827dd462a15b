// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// layoutFaults() runs inside the page: it finds what scrolls, what is cut off, what lies over something else, and
// what is too small for a finger, in the whole page or in a part of it. Returns sentences; none is
// good.

/** Every page of that context has window.layoutFaults(). */
export function installLayoutFaults(context) {
	return context.addInitScript(`window.layoutFaults = ${layoutFaults}`);
}

function layoutFaults({ scrolls, within = "body" }) {
	const faults = [];
	const touchables = "button, a[href], input:not(.unseen), [role=slider], [role=spinbutton]";
	const root = document.documentElement;
	const part = document.querySelector(within);

	function nameOf(element) {
		return element.getAttribute("data-path") ?? element.getAttribute("data-key")
			?? element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 30);
	}

	function isShown(element) {
		return element.checkVisibility({ visibilityProperty: true, opacityProperty: false });
	}

	function scroller(element) {
		for (let e = element.parentElement; e; e = e.parentElement) {
			const style = getComputedStyle(e);
			if (/auto|scroll/.test(style.overflowY) && e.scrollHeight > e.clientHeight) {
				return e;
			}
		}
		return undefined;
	}

	function cut(a, b) {
		const left = Math.max(a.left, b.left), right = Math.min(a.right, b.right);
		const top = Math.max(a.top, b.top), bottom = Math.min(a.bottom, b.bottom);
		return { left, right, top, bottom, width: right - left, height: bottom - top };
	}

	const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };

	/** What of an element can be seen, inside every ancestor that clips. */
	function seen(first, box) {
		let rest = cut(box, screen);
		for (let e = first; e; e = e.parentElement) {
			if (getComputedStyle(e).overflowX !== "visible" || getComputedStyle(e).overflowY !== "visible") {
				rest = cut(rest, e.getBoundingClientRect());
			}
		}
		return rest;
	}

	if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) {
		faults.push("the page scrolls");
	}
	if (!scrolls) {
		for (const element of document.querySelectorAll("main, main *")) {
			const style = getComputedStyle(element);
			if (isShown(element) && element.scrollHeight > element.clientHeight + 1
				&& element.clientHeight > 0 && /auto|scroll|hidden/.test(style.overflowY)
				&& style.textOverflow !== "ellipsis") {
				faults.push(`${element.className || element.localName} is higher than its room`);
			}
		}
	}

	const touched = [...part.querySelectorAll(touchables)].filter(isShown);
	const boxes = [];
	for (const element of touched) {
		const box = element.getBoundingClientRect();
		const visible = seen(element.parentElement, box);
		const inScroller = scroller(element);
		if (!inScroller && (visible.width < box.width - 1 || visible.height < box.height - 1)) {
			faults.push(`${nameOf(element)} is cut off`);
		}
		if (box.width < 43.5 || box.height < 43.5) {
			faults.push(`${nameOf(element)} is ${box.width.toFixed(1)} by ${box.height.toFixed(1)}`);
		}
		if (visible.width > 1 && visible.height > 1) {
			boxes.push({ element, visible });
		}
	}
	for (const [i, a] of boxes.entries()) {
		for (const b of boxes.slice(i + 1)) {
			const both = cut(a.visible, b.visible);
			if (both.width > 1 && both.height > 1 && !a.element.contains(b.element)
				&& !b.element.contains(a.element)) {
				faults.push(`${nameOf(a.element)} lies over ${nameOf(b.element)}`);
			}
		}
		const x = (a.visible.left + a.visible.right) / 2;
		const y = (a.visible.top + a.visible.bottom) / 2;
		const hit = document.elementFromPoint(x, y);
		if (hit && !a.element.contains(hit) && !hit.contains(a.element) && !a.element.disabled) {
			faults.push(`${nameOf(a.element)} is covered by ${hit.className || hit.localName}`);
		}
	}

	const texts = [];
	const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		const parent = node.parentElement;
		if (!node.textContent.trim() || !isShown(parent) || parent.closest(".unseen, svg, noscript")) {
			continue;
		}
		const range = document.createRange();
		range.selectNodeContents(node);
		const box = range.getBoundingClientRect();
		const visible = seen(parent, box);
		const ellipsis = getComputedStyle(parent).textOverflow === "ellipsis";
		const inScroller = scroller(parent);
		const said = node.textContent.trim();
		// A name that somebody gave may be shortened; our own words may not.
		if (ellipsis && parent.scrollWidth > parent.clientWidth + 1
			&& !parent.closest(".badge, .input-name, .strip-tabs, .nameplate")) {
			faults.push(`"${said}" is shortened`);
		}
		if (!ellipsis && !inScroller && (visible.width < box.width - 1.5 || visible.height < box.height - 3)) {
			faults.push(`"${said}" is cut off`);
		}
		const key = parent.closest("button, a");
		if (key && !ellipsis) {
			const room = key.getBoundingClientRect();
			if (box.left < room.left - 0.5 || box.right > room.right + 0.5 || box.top < room.top - 0.5
				|| box.bottom > room.bottom + 0.5) {
				faults.push(`"${said}" does not fit its key`);
			}
		}
		if (visible.width > 1 && visible.height > 1) {
			texts.push({ said, visible });
		}
	}
	for (const [i, a] of texts.entries()) {
		for (const b of texts.slice(i + 1)) {
			const both = cut(a.visible, b.visible);
			if (both.width > 1.5 && both.height > 3) {
				faults.push(`"${a.said}" is written over "${b.said}"`);
			}
		}
	}
	for (const numeral of document.querySelectorAll(".numeral")) {
		const box = numeral.getBoundingClientRect();
		const visible = seen(numeral.parentElement, box);
		if (visible.width < box.width - 1 || visible.height < box.height - 1) {
			faults.push("a number is cut off");
		}
		for (const meter of document.querySelectorAll(".glass-meter canvas, .level-bar")) {
			const both = cut(visible, meter.getBoundingClientRect());
			if (meter.getBoundingClientRect().width > 0 && both.width > 1 && both.height > 2) {
				faults.push("a number lies over a meter");
			}
		}
	}
	return [...new Set(faults)];
}
