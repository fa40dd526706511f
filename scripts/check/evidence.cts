/** What a portal answered: one look per request, kept until the statements are judged. */
import type { ListEndpointName } from '@nodes/shared/api/endpoints';
import { readPage } from '@nodes/shared/api/envelopes';
import { fieldsIn, isRecord } from '@nodes/shared/core/eventRecord';
import type { Headers } from '@nodes/shared/core/rateLimitHeaders';
import type { Page } from '@nodes/shared/core/walk';

/** What the body of an answer was. */
export type Form = 'empty' | 'html' | 'json' | 'text' | 'truncated';

/** Why there is no answer. */
export type Absence =
	/** The most requests, or bytes, of one run were reached. */
	| 'budget'
	/** The run took too long, or the portal asked for a wait that is too long. */
	| 'time'
	/** Larger than any answer of the API can be. */
	| 'tooLarge'
	| 'network';

/** What one request brought. */
export type Sight =
	| {
			kind: 'answer';
			status: number;
			headers: Headers;
			form: Form;
			body: unknown;
			/** This machine's time of day when it came, in milliseconds since 1970. */
			at: number;
	  }
	| { kind: 'none'; why: Absence; code?: string };

/** The query of a request, under the API's own parameter names. */
export interface Query {
	limit?: number;
	created_after?: string;
	after_checkpoint?: string;
}

/** One request and what it brought. */
export interface Look {
	/** `<list>.<step>`, such as `events.first`. */
	name: string;
	list?: ListEndpointName;
	query: Query;
	sight: Sight;
}

/** Everything that was read from one portal. */
export interface Evidence {
	/** `https://<host>` of the portal. It never gets into the report. */
	origin: string;
	looks: Look[];
}

/** Pages that were taken apart already. */
const pages = new WeakMap<Look, Page>();
/** Longer pages than the API's largest are cut: a hostile portal must not keep us busy. */
const MOST_RECORDS = 2_500;
/** So is what is in them: the contract's records are nowhere near that large or deep. */
const MOST_ENTRIES = 500;
const DEEPEST = 8;

/** The look of that name; of several the first. */
export function lookAt(evidence: Evidence, name: string): Look | undefined {
	return evidence.looks.find((look) => look.name === name);
}

/** All looks whose names begin so. */
export function looksAt(evidence: Evidence, prefix: string): Look[] {
	return evidence.looks.filter((look) => look.name.startsWith(prefix));
}

/** The HTTP status of a look; `undefined` where no answer came. */
export function statusOf(look: Look | undefined): number | undefined {
	return look?.sight.kind === 'answer' ? look.sight.status : undefined;
}

/** The same, but for a web page or half an answer under a good status: that is nothing which the API said. */
export function toldStatus(look: Look | undefined): number | undefined {
	const status = statusOf(look);
	const isGood = status !== undefined && status >= 200 && status <= 299;
	return isGood && goodBody(look) === undefined ? undefined : status;
}

/** The body of a good answer in JSON. */
export function goodBody(look: Look | undefined): unknown {
	const sight = look?.sight;
	if (sight?.kind !== 'answer' || sight.form !== 'json') return undefined;
	return sight.status >= 200 && sight.status <= 299 ? sight.body : undefined;
}

/** The page that a look at a list brought; `undefined` where it brought none. */
export function pageOf(look: Look | undefined): Page | undefined {
	const body = goodBody(look);
	if (look?.list === undefined || body === undefined) return undefined;
	const known = pages.get(look);
	if (known) return known;
	const page = readPage(look.list, body);
	if (!page) return undefined;
	const records = page.records.slice(0, MOST_RECORDS).map((record) => fieldsIn(trim(record, 0)));
	const trimmed = { ...page, records };
	pages.set(look, trimmed);
	return trimmed;
}

function trim(value: unknown, depth: number): unknown {
	if (Array.isArray(value)) {
		return depth < DEEPEST
			? value.slice(0, MOST_ENTRIES).map((entry: unknown) => trim(entry, depth + 1))
			: [];
	}
	if (!isRecord(value)) return value;
	const fields = depth < DEEPEST ? Object.entries(value).slice(0, MOST_ENTRIES) : [];
	return Object.fromEntries(fields.map(([name, field]) => [name, trim(field, depth + 1)]));
}

/** The pages of a list, each with its look. */
export function pagesOf(
	evidence: Evidence,
	list: ListEndpointName,
): Array<{ look: Look; page: Page }> {
	return evidence.looks.flatMap((look) => {
		const page = look.list === list ? pageOf(look) : undefined;
		return page ? [{ look, page }] : [];
	});
}
