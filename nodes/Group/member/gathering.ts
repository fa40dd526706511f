/**
 * Which nodes an expression or a “Code” node reads by their names, beside its input: `$('Body').all()` gives the rows of the last
 * run of “Body”, `$('Body').all(0, run)` those of one run after the other.
 */

/** A name between quotes. */
const NAME = String.raw`(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")`;
/** The output, then whatever says which run. */
const RUN = String.raw`\(\s*(?:\d+|undefined|null)\s*,([^()]*)\)`;
const ALL_BUT_ITEM = String.raw`(?!\s*\)?\s*\??\.?\s*\[?\s*['"]?(?:item|itemMatching|pairedItem)\b)`;
const namesARun = new RegExp(
	String.raw`(?:\$\(\s*${NAME}\s*\)\s*)?\.(?:all|first|last)${RUN}|\$items\(\s*${NAME}\s*,[^(),]*,([^()]*)\)`,
	'g',
);
const namesANode = new RegExp(
	String.raw`\$(?:items)?\(\s*${NAME}${ALL_BUT_ITEM}|\$node\[\s*${NAME}\s*\]|\$node\.([\w$]+)`,
	'g',
);

/**
 * @param texts expressions and code, as they are written
 * @returns the nodes of which several runs are read, `undefined` for one that a variable stands for; nothing for a run that is
 *   given as a number or as `$runIndex`, because that is one run only
 */
export function gatheredNodes(texts: unknown): Array<string | undefined> {
	return textsIn(texts).flatMap((text) =>
		[...text.matchAll(namesARun)].flatMap(([, a, b, run, c, d, item]) =>
			/[a-z]/i.test((run ?? item ?? '').replaceAll('$runIndex', '')) ? [a ?? b ?? c ?? d] : [],
		),
	);
}

/** @returns the nodes that expressions or code name, apart from those of which they take the linked item only */
export function namedNodes(texts: unknown): string[] {
	return textsIn(texts).flatMap((text) =>
		[...text.matchAll(namesANode)].flatMap((match) =>
			match.slice(1).flatMap((name: string | undefined) => name ?? []),
		),
	);
}

function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(textsIn);
}
