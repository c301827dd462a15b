// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Hands on the knob: mouse, wheel, keys and fingers. Angles are clockwise from the top.

export async function knobHands(front) {
	const { page } = front;
	const touch = await front.context.newCDPSession(page);

	async function place(angle, radius = 0.3) {
		const box = await front.box(".knob");
		const rad = (angle * Math.PI) / 180;
		return [box.x + box.width / 2 + box.width * radius * Math.sin(rad),
			box.y + box.height / 2 - box.height * radius * Math.cos(rad)];
	}

	async function finger(type, angle) {
		const points = angle === undefined ? [] : [await place(angle)];
		await touch.send("Input.dispatchTouchEvent",
			{ type, touchPoints: points.map(([x, y]) => ({ x, y })) });
	}

	/** The angles on the way, `by` apart. */
	function* way(from, to, by) {
		const count = Math.round(Math.abs(to - from) / by);
		for (let i = 0; i <= count; i++) {
			yield from + ((to - from) * i) / count;
		}
	}

	return {
		place,
		/** Presses, goes round; `held` is called before it lets go. */
		async drag(from, to, { by = 2, held = () => undefined } = {}) {
			await page.mouse.move(...await place(from));
			await page.mouse.down();
			for (const angle of way(from, to, by)) {
				await page.mouse.move(...await place(angle));
			}
			const answer = await held();
			await page.mouse.up();
			return answer;
		},
		async wheel(y) {
			await page.mouse.move(...await place(0));
			await page.mouse.wheel(0, y);
		},
		async keys(...names) {
			await page.focus(".knob");
			for (const name of names) {
				await page.keyboard.press(name);
			}
		},
		async touchTap(angle) {
			await finger("touchStart", angle);
			await finger("touchEnd");
		},
		async touchDrag(from, to, by = 2) {
			await finger("touchStart", from);
			for (const angle of way(from, to, by)) {
				await finger("touchMove", angle);
			}
			await finger("touchEnd");
		},
	};
}
