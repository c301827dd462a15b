// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// One run of the needle from rest, as it is drawn: its angle at every frame, and what that motion
// is.

const RUN_MS = 1500;
/**
 * A frame longer than this, or a clock of the drawing that was bent more than this, and the run
 * does not count.
 */
const LONGEST_FRAME_MS = 50;
const MOST_BENT = 0.025;

/**
 * Waits until the needle rests, has `strike` start a tone, and samples from the needle's first
 * motion on. A run is fair when tone and drawing kept up: that is about the machine, not about the
 * motion.
 */
export async function needleRun(page, stage, strike) {
	// How late readings come while the page loads is forgotten after that long.
	await page.waitForFunction(() => performance.now() > 4000);
	await page.waitForFunction(() =>
		Number(document.querySelector("wg-needle canvas[data-angle]")?.dataset.angle) < 0.002);
	const sampling = page.evaluate(async (runMs) => {
		const canvas = document.querySelector("wg-needle canvas");
		const { amp } = document.querySelector("wg-app");
		const samples = [];
		let first;
		while (first === undefined || performance.now() - first < runMs) {
			const now = await new Promise((resolve) => requestAnimationFrame(resolve));
			const part = Number(canvas.dataset.angle) / Number(canvas.dataset.zeroAngle);
			samples.push({ ms: now, part, sound_ms: amp.timeline.shown * 1000,
				behind_ms: amp.timeline.newest * 1000 - amp.timeline.shown * 1000 });
			if (first === undefined && part > 0.001) {
				first = now;
				samples.splice(0, samples.length - 12);
			}
		}
		return samples;
	}, RUN_MS);
	await strike();
	const samples = await sampling;
	const frames = samples.slice(1).map((sample, i) => ({ ms: sample.ms - samples[i].ms,
		sound_ms: sample.sound_ms - samples[i].sound_ms }));
	// Up to the top of the overshoot; what comes later is not measured.
	const measured = frames.slice(0, frames.length / 2);
	const longest = Math.max(...measured.map((frame) => frame.ms));
	const drawn = measured.reduce((sum, frame) => sum + frame.sound_ms, 0);
	const passed = measured.reduce((sum, frame) => sum + frame.ms, 0);
	const late = await stage.late();
	const fair = late === 0 && longest <= LONGEST_FRAME_MS && Math.abs(drawn / passed - 1) <= MOST_BENT;
	return { samples, fair, perSecond: (1000 * frames.length) / (samples.at(-1).ms - samples[0].ms),
		behind_ms: samples.reduce((sum, sample) => sum + sample.behind_ms, 0) / samples.length,
		why: `${late} cycles of the tone missing, ${longest.toFixed(0)} ms the longest frame, the clock at ${(drawn / passed).toFixed(3)}` };
}

/**
 * When 99 % of the deflection of 0 VU were reached after the drive began, and how far it went
 * beyond where it came to rest, in percent. The beginning is between two frames: it comes from the
 * motion between 3 % and 90 %, by the nearest damped oscillation with natural frequency, damping
 * and beginning free. So nothing here takes the ballistics for granted.
 */
export function fitNeedle(samples) {
	const top = samples.findIndex((sample) => sample.part > 0.9);
	const rising = samples.slice(0, top).filter((sample) => sample.part > 0.03);
	const begin_ms = beginning(rising);
	const i = samples.findIndex((sample) => sample.part >= 0.99);
	const [a, b] = [samples[i - 1], samples[i]];
	const reached_ms = a.ms + ((0.99 - a.part) / (b.part - a.part)) * (b.ms - a.ms);
	const rest = samples.at(-1).part;
	return { rise_ms: reached_ms - begin_ms,
		overshoot: 100 * (Math.max(...samples.map((sample) => sample.part)) / rest - 1) };
}

/** The moment at which the motion of those samples began. */
function beginning(rising) {
	let best = { error: Infinity, begin_ms: Number.NaN };
	for (let zeta = 0.6; zeta <= 1; zeta += 0.02) {
		for (let omega = 8; omega <= 22; omega += 0.25) {
			const begin_ms = begins(rising, omega, zeta);
			const error = rising.reduce((sum, sample) =>
				sum + (motion((sample.ms - begin_ms) / 1000, omega, zeta) - sample.part) ** 2, 0);
			best = error < best.error ? { error, begin_ms } : best;
		}
	}
	return best.begin_ms;
}

/** The beginning for which the motion passes the middle of the rise when the samples do. */
function begins(rising, omega, zeta) {
	const i = rising.findIndex((sample) => sample.part >= 0.5);
	const [a, b] = [rising[i - 1], rising[i]];
	const middle_ms = a.ms + ((0.5 - a.part) / (b.part - a.part)) * (b.ms - a.ms);
	let low = 0, high = 1;
	while (high - low > 1e-5) {
		const at = (low + high) / 2;
		[low, high] = motion(at, omega, zeta) < 0.5 ? [at, high] : [low, at];
	}
	return middle_ms - 1000 * low;
}

/** The step response of y'' + 2 zeta w y' + w^2 y = w^2. */
function motion(t, omega, zeta) {
	if (t <= 0) {
		return 0;
	}
	const decay = Math.exp(-zeta * omega * t);
	const damped = omega * Math.sqrt(1 - zeta * zeta);
	return damped < 1e-6 ? 1 - decay * (1 + omega * t)
		: 1 - decay * (Math.cos(damped * t) + ((zeta * omega) / damped) * Math.sin(damped * t));
}
