// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Bundles the panel into dist/, or into the folder named as the first argument. The same source and
// the same lock file give the same bytes on every machine.

import { build, transform } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const top = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(top, "dist");
const target = ["chrome111", "firefox113", "safari16.4"];

await rm(out, { recursive: true, force: true });
await mkdir(join(out, "icons"), { recursive: true });
await build({
	entryPoints: [join(top, "src/main.ts")],
	outfile: join(out, "app.js"),
	absWorkingDir: top,
	bundle: true,
	format: "esm",
	minify: true,
	target,
	legalComments: "none",
	charset: "utf8",
	banner: { js: "/* Wiregain's panel: MIT. Contains lit: BSD-3-Clause, Copyright Google LLC. */" },
	plugins: [{ name: "templates", setup: shrinkTemplates }],
	logLevel: "warning",
});
const css = await readFile(join(top, "src/app.css"), "utf8");
const { code } = await transform(css, { loader: "css", minify: true, target });
await writeFile(join(out, "app.css"), code);
for (const name of ["index.html", "manifest.webmanifest"]) {
	await cp(join(top, "src", name), join(out, name));
}
for (const name of ["icon.svg", "grain.svg", "icon-192.png", "icon-512.webp"]) {
	await cp(join(top, "icons", name), join(out, "icons", name));
}

/** Line breaks with their indent, inside templates, are only for whoever reads the source. */
function shrinkTemplates(plugin) {
	plugin.onLoad({ filter: /src\/.*\.ts$/ }, async ({ path }) => {
		const text = await readFile(path, "utf8");
		return { contents: text.replaceAll(/(>)\n\t+(?=<)/g, "$1"), loader: "ts" };
	});
}
