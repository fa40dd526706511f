/** What a run of a node did, in a form in which two runs can be compared. */
import { z } from 'zod';
import { jsonText } from '@nodes/shared/core/jsonText';
import type { RequestEntry } from '@simulator/client.cjs';

/** What a run did. */
export interface Result {
	output: unknown;
	error: string;
	writes: string[];
	reads: string[];
}

/**
 * @param names what to call the IDs of groups and events that only this run has
 * @param isOwn whether a request, as a text, is one of this run
 */
export function comparable(
	{ output, error, requests }: { output: unknown; error: string; requests: RequestEntry[] },
	names: Array<[string, string]>,
	isOwn: (text: string) => boolean,
): Result {
	const texts = requests.map(
		({ method, path, query, body }) =>
			`${method} ${path} ${JSON.stringify(query.limit ?? null)} ${jsonText(body) ?? 'null'}`,
	);
	const own = texts.filter(isOwn);
	const writes = own.filter((text) => !text.startsWith('GET '));
	const reads = own.filter((text) => text.startsWith('GET '));
	const result: unknown = JSON.parse(
		JSON.stringify({ output, error, writes, reads }),
		(key, value: unknown) => {
			// How many recipients a mail has is up to the simulator.
			if (key === 'confirmation_detail') return String(value).replace(/\d+/g, '#');
			const name = names.find(([id]) => String(value) === id)?.[1];
			if (name !== undefined) return name;
			return typeof value === 'string'
				? names.reduce((text, [id, shown]) => text.replaceAll(id, shown), value)
				: value;
		},
	);
	return z.custom<Result>().parse(result);
}
