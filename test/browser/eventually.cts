import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs a check again and again until it does not throw, and resolves to what it returned. After `timeoutMs`
 * (60 s) it throws what the check threw last.
 */
export async function eventually<T>(check: () => Promise<T>, timeoutMs = 60_000): Promise<T> {
	for (const end = Date.now() + timeoutMs; ; await delay(100)) {
		try {
			return await check();
		} catch (error) {
			if (Date.now() > end) throw error;
		}
	}
}
