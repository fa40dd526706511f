/** Something that a test has started. */
interface Started {
	stop(): unknown;
}

/**
 * Stops one after the other, all of them also where one fails. Where the start failed there is nothing to stop, and
 * the variable is still undefined.
 */
export async function stopAll(...parts: Array<Started | undefined>): Promise<void> {
	const failures: unknown[] = [];
	for (const part of parts) {
		try {
			await part?.stop();
		} catch (error) {
			failures.push(error);
		}
	}
	if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped');
}
