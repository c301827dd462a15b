// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// A line between panel and amplifier that a test can freeze: what is under way stays under way, and
// arrives when it thaws, as on a wireless network that stalls. It rewrites the Host, because the
// amplifier answers only to its own.

import { connect, createServer } from "node:net";

export class Line {
	static async to(port) {
		const line = new Line();
		line.pairs = new Set();
		line.server = createServer((near) => line.join(near, port));
		await new Promise((resolve) => line.server.listen(0, "127.0.0.1", resolve));
		line.port = line.server.address().port;
		line.target = port;
		line.frozen = false;
		return line;
	}

	join(near, port) {
		const far = connect(port, "127.0.0.1");
		const pair = { near, far, held: [] };
		this.pairs.add(pair);
		const forward = (from, to, change) => from.on("data", (data) => {
			const bytes = change(data);
			if (this.frozen) {
				pair.held.push([to, bytes]);
			} else {
				to.write(bytes);
			}
		});
		forward(near, far, (data) => this.rename(data));
		forward(far, near, (data) => data);
		for (const [one, other] of [[near, far], [far, near]]) {
			one.on("error", () => other.destroy());
			one.on("close", () => this.frozen ? undefined : other.end());
		}
	}

	/**
	 * Requests name this line's port; the amplifier must read its own. Lengths stay as they are.
	 */
	rename(data) {
		const head = data.toString("latin1");
		return /^(GET|POST|PATCH|PUT|DELETE) /.test(head)
			? Buffer.from(head.replaceAll(`127.0.0.1:${this.port}`, `127.0.0.1:${this.target}`), "latin1")
			: data;
	}

	freeze() {
		this.frozen = true;
	}

	thaw() {
		this.frozen = false;
		for (const pair of this.pairs) {
			for (const [to, bytes] of pair.held) {
				to.write(bytes);
			}
			pair.held = [];
		}
	}

	close() {
		for (const { near, far } of this.pairs) {
			near.destroy();
			far.destroy();
		}
		this.server.close();
	}
}
