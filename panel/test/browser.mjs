// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// How the tests start their browser: Debian's Chromium, quiet, with nothing of the network.

export const BROWSER = {
	executablePath: process.env.WIREGAIN_BROWSER ?? "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync"],
};
