// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The line to the amplifier: one WebSocket that comes back by itself. Nothing waits in it: what
// cannot be sent now is not sent at all, so that no touch takes effect late.

import type { Values } from "./table";
import type { Told } from "./words";

export interface Message {
	rev?: number;
	set?: Values;
	readings?: Record<string, number>;
	/** The moment of the sound at which the readings were so, in seconds. */
	at?: number;
	/** Beside readings: what a goniometer draws. */
	scope?: Picture;
	done?: string;
	error?: Told;
	/** Beside a change of system.notice: the same in a code. */
	notice?: Told;
}

/** Runs of 32 frames, each a pair of signed bytes, left and right, in base64. */
export interface Picture {
	point: string;
	/** The number of the newest run. */
	run: number;
	/** What 127 stands for, in dBFS. */
	peak: number;
	pairs: string;
}

export type Request =
	| { set: Values }
	| { step: Record<string, number> }
	| { do: string }
	| { readings: number };

export interface LinkEvents {
	/** The socket is open; the state has not come yet. */
	opened(): void;
	received(message: Message): void;
	lost(): void;
	/** It was refused, or the amplifier is not there: look whether pairing is needed. */
	refused(): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;
/** A command that is not answered for so long, or readings that stay away: the line is dead. */
const SILENCE_MS = 2000;
/** More than this unsent means that nothing goes out any more. */
const UNSENT_BYTES = 4096;
const IN_FLIGHT = 6;
/**
 * Readings come many times a second; when they pause for so long, nothing is sent into the pause.
 */
const PAUSE_MS = 1000;

export class Link {
	private socket: WebSocket | undefined;
	private attempt = 0;
	private timer: number | undefined;
	private watchdog: number | undefined;
	private readonly unanswered: number[] = [];
	/** When the newest came, or when they were asked for; undefined while none are due. */
	private lastReading: number | undefined;
	private rate = 0;
	private scope: string | null = null;

	constructor(private readonly address: string, private readonly events: LinkEvents) {
		addEventListener("online", () => this.retryNow());
		document.addEventListener("visibilitychange", () => {
			if (!document.hidden) {
				this.retryNow();
			}
		});
	}

	start(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
		const socket = new WebSocket(this.address, "wiregain");
		let opened = false;
		this.socket = socket;
		socket.onopen = () => {
			opened = true;
			this.attempt = 0;
			this.events.opened();
			this.askReadings(this.rate);
			if (this.scope !== null) {
				this.askScope(this.scope);
			}
			this.watchdog = setInterval(() => this.look(), 250);
		};
		socket.onmessage = (event) => this.take(event);
		socket.onclose = () => {
			if (this.socket === socket) {
				this.gone(opened);
			}
		};
	}

	stop(): void {
		clearTimeout(this.timer);
		this.drop();
	}

	get open(): boolean {
		return this.socket?.readyState === WebSocket.OPEN;
	}

	/** Whether a command can go out at this moment. */
	get ready(): boolean {
		return !this.silentFor(PAUSE_MS) && this.socket !== undefined && this.open
			&& this.socket.bufferedAmount < UNSENT_BYTES && this.unanswered.length < IN_FLIGHT;
	}

	/** Sends now or never: false if it could not be. */
	send(request: Request): boolean {
		if (!this.ready) {
			return false;
		}
		this.unanswered.push(performance.now());
		this.socket?.send(JSON.stringify(request));
		return true;
	}

	askReadings(perSecond: number): void {
		this.rate = perSecond;
		this.lastReading = perSecond > 0 ? performance.now() : undefined;
		this.wish({ readings: perSecond });
	}

	/** The place of which pictures are to come beside the readings. */
	askScope(place: string | null): void {
		this.scope = place;
		this.wish({ scope: place });
	}

	/** What is not answered. */
	private wish(message: object): void {
		if (this.open) {
			this.socket?.send(JSON.stringify(message));
		}
	}

	private take(event: MessageEvent): void {
		const message = parse(event.data);
		if (!message) {
			return;
		}
		if (message.readings) {
			this.lastReading = this.rate > 0 ? performance.now() : undefined;
		} else if (message.rev === undefined) {
			// Without a revision it is the answer to one of our own commands.
			this.unanswered.shift();
		}
		this.events.received(message);
	}

	/** Readings are due and have stayed away for so long. */
	private silentFor(ms: number): boolean {
		return this.lastReading !== undefined && performance.now() - this.lastReading > ms;
	}

	/** The watchdog: an open socket over a dead network says nothing by itself. */
	private look(): void {
		const oldest = this.unanswered[0];
		if (this.silentFor(SILENCE_MS)
			|| (oldest !== undefined && performance.now() - oldest > SILENCE_MS)) {
			this.drop();
			this.gone(true);
		}
	}

	private drop(): void {
		const socket = this.socket;
		this.socket = undefined;
		if (socket) {
			socket.onclose = socket.onmessage = socket.onopen = null;
			socket.close();
		}
	}

	private gone(opened: boolean): void {
		clearInterval(this.watchdog);
		this.socket = undefined;
		this.unanswered.length = 0;
		this.lastReading = undefined;
		this.events.lost();
		if (!opened) {
			this.events.refused();
		}
		const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempt);
		this.attempt = Math.min(this.attempt + 1, 10);
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.start(), wait * (0.5 + Math.random() / 2));
	}

	private retryNow(): void {
		if (this.timer !== undefined && !this.socket) {
			this.attempt = 0;
			this.start();
		}
	}
}

function parse(data: unknown): Message | undefined {
	try {
		const message: unknown = JSON.parse(String(data));
		return typeof message === "object" && message !== null ? message as Message : undefined;
	} catch {
		return undefined;
	}
}

