// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Draws the icons of an installed panel from icons/icon.svg with a browser. Run by hand when the
// drawing has changed.

import { execFileSync } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { BROWSER } from "./test/browser.mjs";

const source = await readFile(new URL("icons/icon.svg", import.meta.url), "utf8");
const browser = await chromium.launch(BROWSER);
// A palette is all that the small one needs; the large one would show its steps.
const small = ["-vf", "split[a][b];[a]palettegen=max_colors=28[p];[b][p]paletteuse=dither=none"];
const large = ["-c:v", "libwebp", "-quality", "80", "-compression_level", "6"];
for (const [name, size, margin, how] of [
	["icon-192.png", 192, 0, small], ["icon-512.webp", 512, 52, large]]) {
	const page = await browser.newPage({ viewport: { width: size, height: size } });
	await page.setContent(`<style>body{margin:0;background:${margin ? "#141517" : "transparent"}}
		svg{display:block;margin:${margin}px;width:${size - 2 * margin}px}</style>${source}`);
	const path = new URL(`icons/${name}`, import.meta.url).pathname;
	const drawn = join(tmpdir(), `wiregain-icon-${process.pid}.png`);
	await page.screenshot({ path: drawn, omitBackground: true });
	await page.close();
	execFileSync("ffmpeg", ["-v", "error", "-y", "-i", drawn, ...how, path]);
	await rm(drawn);
}
await browser.close();
