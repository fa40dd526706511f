import { setTimeout as delay } from 'node:timers/promises';

/** How long a start, a poll or the end of an execution may take on a busy machine. */
export const SLOW_MS = 300_000;

/**
 * Waits until `look` says yes; it may throw.
 * @param what is said when it does not in time
 */
export async function until(
	what: string,
	look: () => boolean | Promise<boolean>,
	{ timeoutMs = SLOW_MS, everyMs = 300 } = {},
): Promise<void> {
	for (const endAt = Date.now() + timeoutMs; !(await look()); await delay(everyMs)) {
		if (Date.now() > endAt) throw new Error(`Not within ${timeoutMs / 1000} s: ${what}`);
	}
}
