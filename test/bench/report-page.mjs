// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Opens a report in Chromium as readers do, on screens of three widths, light and dark, and prints it
// to A4. What a reader would object to goes to standard output as a list in JSON.
//
// usage: node report-page.mjs REPORT.html OUT.pdf

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../../panel/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { BROWSER } = await import("../../panel/test/browser.mjs");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [file, pdf] = process.argv.slice(2);
const address = pathToFileURL(file).href;
const faults = [];

/** In the page: what stands where it should not, and what is too faint or too small. */
function look(smallest) {
	const found = [];
	const width = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth > width) {
		found.push(`it scrolls sideways: ${document.documentElement.scrollWidth} of ${width}`);
	}
	const luminance = (colour) => {
		const [r, g, b] = colour.match(/[\d.]+/g).map((c) => {
			const part = c / 255;
			return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const contrast = (a, b) => {
		const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
		return (high + 0.05) / (low + 0.05);
	};
	for (const box of document.querySelectorAll("main > *, .card, figure, .plot, .figures, .figures td")) {
		const { left, right } = box.getBoundingClientRect();
		if (left < -0.5 || right > width + 0.5) {
			found.push(`${box.tagName} ${box.className} reaches from ${left} to ${right}`);
		}
	}
	for (const cell of document.querySelectorAll(".card > *, .figures td, .figures th, .facts dd")) {
		if (cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).display !== "inline") {
			found.push(`cut or too wide: ${cell.textContent}`);
		}
	}
	for (const figure of document.querySelectorAll("figure")) {
		const name = `graph ${figure.querySelector("h3").textContent}`;
		const svg = figure.querySelector(".plot svg");
		const sheet = getComputedStyle(figure).backgroundColor;
		const frame = svg.getBoundingClientRect();
		const texts = [...svg.querySelectorAll("text")];
		const boxes = texts.map((text) => text.getBoundingClientRect());
		if (svg.getAttribute("role") !== "img" || !svg.querySelector("title") || !svg.querySelector("desc")) {
			found.push(`${name}: says nothing to those who do not see it`);
		}
		texts.forEach((text, i) => {
			const a = boxes[i];
			const size = parseFloat(getComputedStyle(text).fontSize) * frame.width / svg.viewBox.baseVal.width;
			if (size < smallest) {
				found.push(`${name}: ${text.textContent} is ${size.toFixed(1)} px high`);
			}
			if (contrast(getComputedStyle(text).fill, sheet) < 4.5) {
				found.push(`${name}: ${text.textContent} is faint`);
			}
			if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1) {
				found.push(`${name}: ${text.textContent} is cut`);
			}
			for (let k = i + 1; k < boxes.length; k++) {
				const b = boxes[k];
				if (a.left < b.right && b.left < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom) {
					found.push(`${name}: ${text.textContent} and ${texts[k].textContent} overlap`);
				}
			}
		});
		for (const curve of svg.querySelectorAll(".curve")) {
			if (contrast(getComputedStyle(curve).stroke, sheet) < 3) {
				found.push(`${name}: ${curve.className.baseVal} is faint`);
			}
			if (/nan|inf/i.test(curve.getAttribute("d"))) {
				found.push(`${name}: ${curve.className.baseVal} is no curve`);
			}
		}
	}
	return found;
}

/** In the page: marks where each piece that must stay whole begins and ends, for the PDF to tell. */
function mark() {
	const put = (at, text, edge) => {
		const span = document.createElement("span");
		span.textContent = text;
		span.style.cssText = `position:absolute;${edge};font:3px monospace;color:#000;white-space:nowrap`;
		at.style.position = "relative";
		at.append(span);
	};
	const pieces = document.querySelectorAll("figure, .figures tr, .card, .facts, li, h1, h2");
	pieces.forEach((piece, i) => {
		const kind = piece.matches("h2, .group") ? "head" : piece.matches("figure") ? "graph" : "piece";
		const cells = piece.matches("tr") ? piece.cells : [piece];
		put(cells[0], `@${i}:${kind}:begin@`, "left:0;top:0");
		put(cells[cells.length - 1], `@${i}:${kind}:end@`, "right:0;bottom:0");
	});
	return pieces.length;
}

async function findings(page) {
	const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
	return result.violations.map((v) =>
		`axe: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(", ")}`);
}

const browser = await chromium.launch(BROWSER);
let pieces = 0;
let where = "as it loads";
try {
	const page = await browser.newPage({ viewport: { width: 800, height: 900 } });
	page.on("console", (message) => faults.push(`${where}: console: ${message.text()}`));
	page.on("pageerror", (error) => faults.push(`${where}: ${error}`));
	page.on("request", (request) => {
		if (request.url() !== address) {
			faults.push(`${where}: fetches ${request.url()}`);
		}
	});
	await page.goto(address);
	await page.evaluate(axe);
	for (const [width, smallest] of [[800, 10], [390, 9], [1280, 10]]) {
		for (const colorScheme of ["light", "dark"]) {
			where = `${width} px, ${colorScheme}`;
			await page.setViewportSize({ width, height: 900 });
			await page.emulateMedia({ colorScheme });
			faults.push(...(await page.evaluate(look, smallest)).map((fault) => `${where}: ${fault}`));
			if (width !== 1280) {
				faults.push(...(await findings(page)).map((fault) => `${where}: ${fault}`));
			}
		}
	}
	/* Dark on the screen is light on paper. */
	pieces = await page.evaluate(mark);
	await page.pdf({ path: pdf, preferCSSPageSize: true });
} finally {
	await browser.close();
}
console.log(JSON.stringify({ faults, pieces }));
