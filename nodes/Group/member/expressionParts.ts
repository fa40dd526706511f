/** What an expression reads, as far as its text alone says so. */

/** A field of the rows of a node. */
export interface Field {
	/** The node; absent for the input of this one. */
	node?: string;
	path: string[];
}

const KEY = /\??\.([\w$]+)|(?:\?\.)?\[\s*(?:'([^'\\]*)'|"([^"\\]*)"|(\d+))\s*\]/gy;
const START =
	/^=\{\{\s*(?:\$json|\$input\.item\.json|\$\(\s*(?:'([^'\\]*)'|"((?:[^"\\]|\\")*)")\s*\)\.(?:item|first\(\)|last\(\))\.json)/;

/**
 * The field that a parameter's expression is: `={{ $json.group }}`, `={{ $('Loop').item.json.group }}`.
 * @param written the parameter with its expression unresolved, a resource locator too
 * @returns `undefined` for a value, and for an expression that does anything else
 */
export function fieldOf(written: unknown): Field | undefined {
	const value: unknown =
		typeof written === 'object' && written !== null ? Reflect.get(written, 'value') : written;
	const start = typeof value === 'string' ? START.exec(value) : null;
	if (typeof value !== 'string' || !start) return undefined;
	const path: string[] = [];
	let at = start[0].length;
	for (;;) {
		KEY.lastIndex = at;
		const key = KEY.exec(value);
		if (!key) break;
		path.push(key[1] ?? key[2] ?? key[3] ?? key[4] ?? '');
		at = KEY.lastIndex;
	}
	if (path.length === 0 || !/^\s*\}\}\s*$/.test(value.slice(at))) return undefined;
	const node = start[1] ?? start[2]?.replaceAll('\\"', '"');
	return { path, ...(node === undefined ? {} : { node }) };
}

/** All but what is the same for every item, and the functions that read nothing themselves. */
const readsInput =
	/\$(?!(?:now|today|vars|execution|workflow|env|secrets|nodeVersion)\b|(?:if|ifEmpty|min|max|not|and|or|jmespath|jmesPath|average)?\(|items\(\s*['"])/;
/** The item of another node that belongs to this one. */
const readsLinked = /\)\s*\??\.?\s*\[?\s*['"]?(?:item|itemMatching|pairedItem)\b/;

/** The value of a field. */
export function valueAt(json: unknown, path: string[]): unknown {
	return path.reduce<unknown>(
		(value, key) =>
			typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
		json,
	);
}

/** Whether an expression reads its item, so that another item may give something else. */
export function readsItem(expression: string | undefined): boolean {
	return readsInput.test(expression ?? '') || readsLinked.test(expression ?? '');
}
