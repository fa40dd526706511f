import { setTimeout as delay } from 'node:timers/promises';

/** What Node.js calls a kept connection that the server closed at the very moment a request was put on it. */
const cutCodes = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** More than requests ever run at once: each of the connections that they leave behind may be closed by now. */
const tries = 8;
/** Time to hear that other connections are closed too, in milliseconds; it grows with each try. */
const pauseMs = 50;

/**
 * `fetch` for a server that closes idle connections, as n8n does after five seconds: on a busy machine a
 * request may still be put on such a connection, and is then sent again on another one.
 * Throws what `fetch` throws for every other failure.
 */
export async function steadyFetch(url: string, init?: RequestInit): Promise<Response> {
	for (let left = tries; ; left--) {
		try {
			return await fetch(url, init);
		} catch (error) {
			if (left <= 1 || !wasCut(error)) throw error;
			await delay(pauseMs * (tries - left + 1));
		}
	}
}

function wasCut(error: unknown): boolean {
	const cause = error instanceof Error ? error.cause : undefined;
	return (
		typeof cause === 'object' &&
		cause !== null &&
		'code' in cause &&
		typeof cause.code === 'string' &&
		cutCodes.has(cause.code)
	);
}
