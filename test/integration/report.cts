/** The report of a stopped run, as a test reads it. */

/** How many items a report speaks of, by what became of them. */
export function counts(told: string): Record<string, number> {
	const lines = [
		'Carried out',
		'Carried out in part',
		'Nothing done',
		'Not known whether carried out',
		'Failed',
		'Not tried',
	];
	return Object.fromEntries(
		lines.flatMap((line) => {
			const found = [...told.matchAll(new RegExp(`${line}: (\\d+) items?,`, 'g'))];
			if (found.length > 1) throw new Error(`The report stands twice: ${told}`);
			return found.map((match) => [line, Number(match[1])]);
		}),
	);
}
