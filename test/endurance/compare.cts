/** What was owed against what came: whoever says "lost" or "twice" in the tests counts with this. */

/** The difference, by key: an id, an id with a version, or all of a record that has no id. */
export interface Comparison {
	/** How many had to come. */
	expected: number;
	/** How many came, whether they were due or not. */
	delivered: number;
	/** Each as often as it is missing. */
	lost: string[];
	/** Each as often as it came too often. */
	doubled: string[];
	/** Came though they were not due: there before, or unknown to the platform. */
	replayed: string[];
}

/**
 * Compares two lists; a key that stands in one several times counts as often.
 * @param owed what has to come
 * @param spare what may come beyond that, and need not
 */
export function compare(
	owed: Iterable<string>,
	came: Iterable<string>,
	spare: Iterable<string> = [],
): Comparison {
	const due = [...owed];
	const must = countBy(due);
	const may = countBy([...due, ...spare]);
	const found = countBy(came);
	return {
		expected: sumOf(must),
		delivered: sumOf(found),
		lost: [...must].flatMap(([key, count]) => copies(key, count - (found.get(key) ?? 0))),
		doubled: [...found].flatMap(([key, count]) => copies(key, count - (may.get(key) ?? 1))),
		replayed: [...found.keys()].filter((key) => !may.has(key)),
	};
}

/** Whether everything came, once, and nothing else. */
export function isExact({ lost, doubled, replayed }: Comparison): boolean {
	return lost.length + doubled.length + replayed.length === 0;
}

/** How often each key is there. */
export function countBy(keys: Iterable<string>): Map<string, number> {
	const counts = new Map<string, number>();
	for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
	return counts;
}

function copies(key: string, count: number): string[] {
	return Array.from({ length: Math.max(0, count) }, () => key);
}

function sumOf(counts: Map<string, number>): number {
	return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
