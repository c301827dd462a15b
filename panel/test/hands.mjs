// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// Hands on the knob: mouse, wheel, keys and fingers. Angles are clockwise from the top.

export async function knobHands(front) {
	const { page } = front;
	const touch = await front.context.newCDPSession(page);

	/** The places on the knob, as it lies when a gesture begins. */
	async function places(radius = 0.3) {
		const box = await front.box(".knob");
		return (angle) => {
			const rad = (angle * Math.PI) / 180;
			return [box.x + box.width / 2 + box.width * radius * Math.sin(rad),
				box.y + box.height / 2 - box.height * radius * Math.cos(rad)];
		};
	}

	async function finger(type, at) {
		const touchPoints = at === undefined ? [] : [{ x: at[0], y: at[1] }];
		await touch.send("Input.dispatchTouchEvent", { type, touchPoints });
	}

	/** The angles on the way, `by` apart. */
	function* way(from, to, by) {
		const count = Math.round(Math.abs(to - from) / by);
		for (let i = 0; i <= count; i++) {
			yield from + ((to - from) * i) / count;
		}
	}

	return {
		/** Presses, goes round; `held` is called before it lets go. */
		async drag(from, to, { by = 2, held = () => undefined } = {}) {
			const place = await places();
			await page.mouse.move(...place(from));
			await page.mouse.down();
			for (const angle of way(from, to, by)) {
				await page.mouse.move(...place(angle));
			}
			const answer = await held();
			await page.mouse.up();
			return answer;
		},
		async wheel(y) {
			await page.mouse.move(...(await places())(0));
			await page.mouse.wheel(0, y);
		},
		async keys(...names) {
			await page.focus(".knob");
			for (const name of names) {
				await page.keyboard.press(name);
			}
		},
		async touchTap(angle) {
			await finger("touchStart", (await places())(angle));
			await finger("touchEnd");
		},
		async touchDrag(from, to, by = 2) {
			const place = await places();
			await finger("touchStart", place(from));
			for (const angle of way(from, to, by)) {
				await finger("touchMove", place(angle));
			}
			await finger("touchEnd");
		},
	};
}
