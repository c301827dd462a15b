// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Draws the PNG icons from icons/icon.svg with a browser. Run by hand when the drawing has changed.

import { execFileSync } from "node:child_process";
import { readFile, rename } from "node:fs/promises";
import { chromium } from "playwright-core";
import { BROWSER } from "./test/browser.mjs";

const source = await readFile(new URL("icons/icon.svg", import.meta.url), "utf8");
const browser = await chromium.launch(BROWSER);
for (const [name, size, margin] of [["icon-192", 192, 0], ["icon-512", 512, 52]]) {
	const page = await browser.newPage({ viewport: { width: size, height: size } });
	await page.setContent(`<style>body{margin:0;background:${margin ? "#141517" : "transparent"}}
		svg{display:block;margin:${margin}px;width:${size - 2 * margin}px}</style>${source}`);
	const path = new URL(`icons/${name}.png`, import.meta.url).pathname;
	await page.screenshot({ path, omitBackground: true });
	await page.close();
	// A palette is all that such a drawing needs.
	execFileSync("ffmpeg", ["-v", "error", "-y", "-i", path, "-vf",
		"split[a][b];[a]palettegen=max_colors=28[p];[b][p]paletteuse=dither=none", `${path}.png`]);
	await rename(`${path}.png`, path);
}
await browser.close();
