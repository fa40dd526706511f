/** Which group an answer is about: every shape in which the API gives a group names it by its ID. */

/**
 * Whether an answer names another group than the one that was asked for. One that names none is taken at its word.
 * @param id the group's ID as it stands in the path
 */
export function namesOtherGroup(body: unknown, id: string): boolean {
	const wanted = digitsOf(id);
	return idsIn(body, 2).some((other) => {
		if (other === undefined || other === null) return false;
		// A number that has lost some of its digits on the way.
		if (typeof other === 'number' && Math.abs(other) > Number.MAX_SAFE_INTEGER) {
			return other !== Number(id);
		}
		return digitsOf(other) !== wanted;
	});
}

/** The IDs of the group in `{id}`, `{metadata: {id}}`, and `{results: …}` or `{groups: …}` of either, or of a list. */
export function idsIn(body: unknown, depth: number): unknown[] {
	return valuesIn(body, 'id', depth);
}

/** The name that an answer gives the group, in the same shapes; `undefined` where it gives none. */
export function nameIn(body: unknown): string | undefined {
	const names = valuesIn(body, 'name', 2);
	return names.find((name): name is string => typeof name === 'string' && name !== '');
}

function valuesIn(body: unknown, field: 'id' | 'name', depth: number): unknown[] {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
	const found: unknown[] = field in body ? [Reflect.get(body, field)] : [];
	if (depth === 0) return found;
	for (const part of ['metadata', 'results', 'groups'] as const) {
		const inside: unknown = Reflect.get(body, part);
		const parts: unknown[] = Array.isArray(inside) ? inside : [inside];
		found.push(...parts.flatMap((one) => valuesIn(one, field, depth - 1)));
	}
	return found;
}

/** The digits of an ID, given as a number or its text. Leading zeros mean nothing. */
export function digitsOf(given: unknown): string | undefined {
	const text = typeof given === 'number' && Number.isSafeInteger(given) ? String(given) : given;
	if (typeof text !== 'string' || !/^\s*\d+\s*$/.test(text)) return undefined;
	return text.trim().replace(/^0+(?=\d)/, '');
}
