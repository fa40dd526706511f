import { setTimeout as delay } from 'node:timers/promises';

/** What Node.js calls a kept connection that the server closed at the very moment a request was put on it. */
const cutCodes = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** How long it goes on trying, in milliseconds: longer than a busy machine holds n8n up. */
const patienceMs = 20_000;
/** The first pause between two tries, and the longest: time to hear that other connections are closed too. */
const firstPauseMs = 50;
const longestPauseMs = 1_000;
/** n8n refuses every request so while a look at its database takes it too long. */
const databaseIsBusy = 'Database is not ready';

/**
 * `fetch` for a server that closes idle connections, as n8n and the simulator do after five seconds: on a busy machine a
 * request may still be put on such a connection, and is then sent again on another one. A request that n8n refuses
 * because its machine is busy is sent again, too. Throws what `fetch` throws for every other failure.
 */
export async function steadyFetch(url: string | URL, init?: RequestInit): Promise<Response> {
	const until = Date.now() + patienceMs;
	for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
		const isLast = Date.now() >= until;
		try {
			const answer = await fetch(url, init);
			if (isLast || !(await isBusy(answer))) return answer;
		} catch (error) {
			if (isLast || !wasCut(error)) throw error;
		}
		await delay(pauseMs);
	}
}

async function isBusy(answer: Response): Promise<boolean> {
	return answer.status === 503 && (await answer.clone().text()).includes(databaseIsBusy);
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
