import { steadyFetch } from '@host/steadyFetch.cjs';
import type { SimulatorControl } from '@simulator/client.cjs';

/** What came back: the body as text, and as JSON where it is some. */
export interface Asked {
	status: number;
	headers: Headers;
	text: string;
	json: unknown;
}

/** A request to the simulated API; without `token` it is sent with the one of all permissions. */
export interface Question {
	method?: string;
	query?: Record<string, number | string>;
	body?: unknown;
	/** The token itself; null sends no Authorization header. */
	token?: string | null;
	signal?: AbortSignal;
}

/** A function that asks one simulator. */
export type Ask = (path: string, question?: Question) => Promise<Asked>;

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** @returns a function that sends requests as a client of the API would */
export function askerOf(simulator: SimulatorControl & { token: string }): Ask {
	return async (path, { method = 'GET', query = {}, body, token, signal } = {}) => {
		const url = new URL(path, simulator.url);
		for (const [name, value] of Object.entries(query)) {
			url.searchParams.set(name, String(value));
		}
		const response = await steadyFetch(url, {
			method,
			redirect: 'manual',
			headers: token === null ? {} : { Authorization: `API-Token ${token ?? simulator.token}` },
			...(body === undefined
				? {}
				: { body: typeof body === 'string' ? body : JSON.stringify(body) }),
			...(signal ? { signal } : {}),
		});
		const text = await response.text();
		return { status: response.status, headers: response.headers, text, json: parse(text) };
	};
}
