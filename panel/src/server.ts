// SPDX-FileCopyrightText: 2026 The Wiregain authors
// SPDX-License-Identifier: MIT
//
// The few things that are asked for once, over HTTP: lock, pairing, tokens and the logo.

import { tell, type Told } from "./words";

export interface Token {
	id: string | number;
	name: string;
	created: string | number;
}

/** Undefined when it was done, else the reason why not; empty when nobody answered. */
export type Refusal = string | undefined;

export function lock(pin: string): Promise<Refusal> {
	return ask("POST", "/api/lock", JSON.stringify({ pin }));
}

export function unlock(pin: string): Promise<Refusal> {
	return ask("POST", "/api/unlock", JSON.stringify({ pin }));
}

export function pair(code: string, name: string): Promise<Refusal> {
	return ask("POST", "/api/pair", JSON.stringify({ code, name }));
}

export function putLogo(file: Blob): Promise<Refusal> {
	return ask("PUT", "/api/logo", file);
}

export function removeLogo(): Promise<Refusal> {
	return ask("DELETE", "/api/logo");
}

export function revoke(id: Token["id"]): Promise<Refusal> {
	return ask("DELETE", `/api/tokens/${encodeURIComponent(id)}`);
}

export async function tokens(): Promise<Token[]> {
	try {
		const response = await fetch("/api/tokens");
		const body = (response.ok ? await response.json() : { tokens: [] }) as { tokens: Token[] };
		return body.tokens;
	} catch {
		return [];
	}
}

async function ask(method: string, address: string, body?: BodyInit): Promise<Refusal> {
	const headers: Record<string, string> = typeof body === "string"
		? { "Content-Type": "application/json" } : {};
	try {
		const response = await fetch(address, {
			method, headers, ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(8000),
		});
		return response.ok ? undefined : await reason(response);
	} catch {
		return "";
	}
}

async function reason(response: Response): Promise<string> {
	try {
		const body = await response.json() as { error: Told };
		return tell(body.error);
	} catch {
		return response.statusText;
	}
}
