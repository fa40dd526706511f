import { setTimeout as delay } from 'node:timers/promises';

/** Enough for a machine that does other things too, and less than Jest's limit. */
const PATIENCE_MS = 25_000;

/**
 * Does `work`, which has to end without a wait that a wrong program would spend; throws when it has not ended after 25 seconds.
 * The only place where tests bound real time (eslint.dev.config.mjs): nothing is said about how fast something is.
 * @param waitMs how long that wait is, in milliseconds; at least twice as long as this is patient
 */
export async function withoutWaiting<T>(waitMs: number, work: () => Promise<T>): Promise<T> {
	if (waitMs < 2 * PATIENCE_MS) throw new Error(`Wait for at least ${2 * PATIENCE_MS} ms`);
	const timer = new AbortController();
	const tooLate = delay(PATIENCE_MS, undefined, { signal: timer.signal }).then(() => {
		throw new Error(`It has not ended after ${PATIENCE_MS} ms: it waits`);
	});
	try {
		return await Promise.race([work(), tooLate]);
	} finally {
		timer.abort();
		await tooLate.catch(() => undefined);
	}
}
