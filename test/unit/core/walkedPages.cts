/** Pages as the API sends them, and a walk through them. */
import { readPage } from '@nodes/shared/api/envelopes';
import type { Answer } from '@nodes/shared/core/fault';
import { walk, type Page, type PageQuery, type Position, type Step } from '@nodes/shared/core/walk';

/** Where a listing begins. */
export const beginning: Position = { at: 'beginning' };

/** A listing of what was created after a time. */
export const createdAfter = {
	at: 'createdAfter',
	time: '2026-01-31T00:00:00.000000Z',
} as const satisfies Position;

/** No page, but an answer that the server is down. */
export const down: Answer<Page> = {
	ok: false,
	fault: { kind: 'status', status: 503 },
};

/** A page as the events endpoint sends it, through the real envelope. */
export function page(ids: string[], more: boolean, checkpoint?: unknown): Answer<Page> {
	const body = {
		results: ids.map((id) => ({ id })),
		additional_results: more,
		...(checkpoint === undefined ? {} : { checkpoint }),
	};
	const value = readPage('events', body);
	if (!value) throw new Error('not a page');
	return { ok: true, value };
}

/** Walks through these pages, and notes what was asked and what came. */
export async function read(
	pages: Array<Answer<Page>>,
	start: Position = beginning,
	size = () => 100,
) {
	const queries: PageQuery[] = [];
	const steps: Step[] = [];
	const fetchPage = async (query: PageQuery) => {
		queries.push(query);
		const next = pages[queries.length - 1];
		if (!next) throw new Error('one page too many was asked for');
		return next;
	};
	for await (const step of walk(fetchPage, start, size)) steps.push(step);
	const ids = steps.flatMap((step) =>
		step.kind === 'page' ? step.records.map(({ id }) => id) : [],
	);
	for (const query of queries) {
		// Rule 4: never both.
		expect(query.created_after !== undefined && query.after_checkpoint !== undefined).toBe(false);
	}
	return { queries, steps, ids, last: steps.at(-1) };
}
