/**
 * The page loop: one place for every rule of docs/api.md, "Paging". It knows no n8n, no HTTP and no clock;
 * a page comes from a function, and what the pages mean is the caller's business.
 */
import type { ApiRecord } from '../api/contract';
import type { Answer, Fault } from './fault';
import { Novelty } from './novelty';

/** Where a listing stands: at its beginning, after a point in time, or behind a checkpoint (opaque). */
export type Position =
	| { at: 'beginning' }
	| { at: 'createdAfter'; time: string }
	| { at: 'checkpoint'; checkpoint: string };

/** One page as every list of the API has it, whatever its envelope is called. */
export interface Page {
	records: ApiRecord[];
	/** Resumes behind this page. Absent where the API gave none (also `null`, or an empty text). */
	checkpoint?: string;
	/** `additional_results` or `has_more`: this flag alone decides whether to ask again. */
	more: boolean;
}

/** The query of one page, under the API's own parameter names. */
export interface PageQuery {
	limit: number;
	created_after?: string;
	after_checkpoint?: string;
}

export type FetchPage = (query: PageQuery) => Promise<Answer<Page>>;

export type Step =
	/**
	 * A page was read. `next` is where the listing goes on; it is the old position where the API gave nothing usable,
	 * and `advanced` is false then. `more` is what the API said; only after the created_after trap can it be true at the end.
	 */
	| {
			kind: 'page';
			records: ApiRecord[];
			next: Position;
			advanced: boolean;
			more: boolean;
			end: boolean;
			serverTime?: number;
	  }
	/** The listing ended early. Everything up to the last page is valid. */
	| { kind: 'fault'; fault: Fault };

/** How often an answer that leads nowhere is asked for again. */
const REPEATS = 3;
/** Empty pages one after the other, each with a checkpoint of its own, until the listing counts as endless. */
const MOST_EMPTY_PAGES = 1_000;
/** Pages one after the other that repeat only what was there before, until the listing counts as endless. */
const MOST_REPEATED_PAGES = 100;
/** No walk is longer. */
const MOST_PAGES = 100_000;

/**
 * Walks a listing from `start` until the API says that there is no more, or a fault ends it.
 *
 * - Goes on through empty and short pages as long as the flag says so ("The flag decides").
 * - Never uses the checkpoint of an empty answer to `created_after` ("The created_after trap"): it would replay the
 *   platform from its beginning. Such an answer that promises more is asked for again, at most three times.
 * - Sends `created_after` or `after_checkpoint`, never both ("Never both").
 * - A page that promises more without a way on is a fault, so that no caller takes half a list for a whole one.
 * - A checkpoint that leads back to where the listing was before is no way on: it would go in a circle for ever.
 * - No walk goes on for ever, whatever the pages say ("The flag decides"): pages that are empty, or bring only records
 *   that were there before, are a fault when there are too many of them in a row, and so is a walk of too many pages.
 * - A last page without a way on is an ordinary last page: there is nothing more, so nothing to go on with.
 *
 * @param pageSize how many records to ask for next, within the bounds of the endpoint
 * @param wasPassed whether an earlier walk of the same listing was at this checkpoint
 */
export async function* walk(
	fetchPage: FetchPage,
	start: Position,
	pageSize: () => number,
	wasPassed: (checkpoint: string) => boolean = () => false,
): AsyncGenerator<Step, void, undefined> {
	const passed = new Set<string>();
	let position = start;
	let repeats = 0;
	let emptyPages = 0;
	const novelty = new Novelty();
	let repeatedPages = 0;
	for (let pages = 1; ; pages++) {
		const answer = await fetchPage(queryOf(position, pageSize()));
		if (!answer.ok) {
			yield { kind: 'fault', fault: answer.fault };
			return;
		}
		const { records, more } = answer.value;
		const onward = positionAfter(position, answer.value);
		if (position.at === 'checkpoint') passed.add(position.checkpoint);
		const leadsBack =
			onward !== position &&
			onward.at === 'checkpoint' &&
			(passed.has(onward.checkpoint) || wasPassed(onward.checkpoint));
		if (more && leadsBack) {
			yield { kind: 'fault', fault: { kind: 'stuck', why: 'repeated' } };
			return;
		}
		const next = leadsBack ? position : onward;
		const advanced = next !== position;
		if (more && !advanced && (records.length > 0 || repeats >= REPEATS)) {
			// The created_after trap is no fault: nothing is there yet, and the same question stays right.
			if (!(position.at === 'createdAfter' && records.length === 0)) {
				yield { kind: 'fault', fault: { kind: 'stuck', why: whyStuck(answer.value) } };
				return;
			}
		}
		emptyPages = records.length === 0 ? emptyPages + 1 : 0;
		if (more && emptyPages > MOST_EMPTY_PAGES) {
			yield { kind: 'fault', fault: { kind: 'stuck', why: 'endless' } };
			return;
		}
		const isRepeated = records.length > 0 && !novelty.bringsNews(records);
		repeatedPages = isRepeated ? repeatedPages + 1 : records.length > 0 ? 0 : repeatedPages;
		if (more && (repeatedPages >= MOST_REPEATED_PAGES || pages >= MOST_PAGES)) {
			const why = pages >= MOST_PAGES ? 'tooLong' : 'repeatedRecords';
			yield { kind: 'fault', fault: { kind: 'stuck', why } };
			return;
		}
		repeats = advanced ? 0 : repeats + 1;
		const end = !more || (!advanced && repeats > REPEATS);
		yield { kind: 'page', records, next, advanced, more, end, ...timeOf(answer.serverTime) };
		if (end) return;
		position = next;
	}
}

/** The query that asks for the page behind a position. */
export function queryOf(position: Position, limit: number): PageQuery {
	switch (position.at) {
		case 'beginning':
			return { limit };
		case 'createdAfter':
			return { limit, created_after: position.time };
		case 'checkpoint':
			return { limit, after_checkpoint: position.checkpoint };
	}
}

/** Where a page leads; the very same object when it leads nowhere. */
export function positionAfter(position: Position, page: Page): Position {
	if (position.at === 'createdAfter' && page.records.length === 0) return position;
	const { checkpoint } = page;
	if (checkpoint === undefined) return position;
	if (position.at === 'checkpoint' && position.checkpoint === checkpoint) return position;
	return { at: 'checkpoint', checkpoint };
}

/** A page size for `wanted` more records within the API's bounds: the events API refuses 1 and 101. */
export function pageSizeFor(wanted: number, bounds: { min: number; max: number }): number {
	return Math.max(bounds.min, Math.min(bounds.max, Math.ceil(wanted)));
}

function whyStuck(page: Page): 'missing' | 'repeated' {
	return page.checkpoint === undefined ? 'missing' : 'repeated';
}

function timeOf(serverTime: number | undefined): { serverTime?: number } {
	return serverTime === undefined ? {} : { serverTime };
}
