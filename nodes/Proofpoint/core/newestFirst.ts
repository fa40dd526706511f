/**
 * Security events in the order of their creation. The API has only one order, that of the last update, ascending, and
 * no upper bound: a listing begins after a time and goes on to the present.
 *
 * So the newest events are looked for in windows that grow, each read to the end of the chain. Each window reads the
 * narrower ones again, which is why they grow by 3 to 7 times: all of them together cost less than 1.75 times the
 * last one, 1.2 times for seven days. Smaller steps would read more twice, larger ones more than is needed.
 */
import type { ApiRecord } from '../../shared/api/contract';
import type { Fault } from '../../shared/core/fault';
import { creationKey, Foremost, UNREADABLE, type EventOrder } from './foremost';
import { fromMillis, sortableTime, toMillis } from '../../shared/core/timestamp';
import { walk, type FetchPage, type Position } from '../../shared/core/walk';

/** From this many requests on, a reading is worth a hint on what it cost and how to narrow it. */
export const MANY_REQUESTS = 100;

export interface EventQuery {
	fetchPage: FetchPage;
	pageSize: number;
	/** How many events are wanted; `Infinity` for all. */
	limit: number;
	/** Only events created after this time, as the API writes it; without it, from the beginning. */
	createdAfter?: string | undefined;
	/** Only events created before this time. */
	createdBefore?: string | undefined;
	/** Whether an event is wanted; only those count towards the limit. */
	passes(event: ApiRecord): boolean;
	/** The present, in milliseconds: where the windows begin. */
	now: number;
	/** With a limit of `Infinity`: at more events than this the reading ends. */
	most: number;
}

export type EventReading = {
	/** How many requests were sent. */
	requests: number;
	/** The most events that were held at any time, without the page that is being read. */
	peak: number;
} & (
	| { kind: 'read'; events: ApiRecord[] }
	| { kind: 'fault'; fault: Fault }
	/** More events than `most`. */
	| { kind: 'tooMany' }
);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const windowsMs = [HOUR_MS, 6 * HOUR_MS, ...[1, 7, 30, 90, 365].map((days) => days * DAY_MS)];

/**
 * The newest events, by `created_at`, each in its latest returned version; with equal times the later one in the
 * chain first. Reads no farther back than it must.
 */
export async function newestFirst(query: EventQuery): Promise<EventReading> {
	const cost = { requests: 0, peak: 0 };
	for (const from of windowStarts(query)) {
		const reading = await readFrom(query, from, 'newestFirst', cost);
		if (reading.kind !== 'read') return reading;
		if (from === query.createdAfter || reading.events.length >= query.limit) return reading;
	}
	return await readFrom(query, undefined, 'newestFirst', cost);
}

/**
 * The oldest events, by `created_at`, each in its latest returned version; with equal times the earlier one in the
 * chain first. Reads to the end of the chain: an old event that was updated stands there.
 */
export async function oldestFirst(query: EventQuery): Promise<EventReading> {
	return await readFrom(query, query.createdAfter, 'oldestFirst', { requests: 0, peak: 0 });
}

/**
 * Where the windows begin, the narrowest first, `createdAfter` itself last. Without it the list is open: behind it
 * comes the beginning of the platform.
 */
export function windowStarts({
	limit,
	createdAfter,
	createdBefore,
	now,
}: Pick<EventQuery, 'createdAfter' | 'createdBefore' | 'limit' | 'now'>): string[] {
	const last = createdAfter === undefined ? [] : [createdAfter];
	if (limit === Infinity) return last;
	const end = Math.min(now, toMillis(createdBefore) ?? now);
	const earliest = toMillis(createdAfter) ?? -Infinity;
	// What was created after the end is read with every window: a window much smaller than that saves nothing.
	const useful = windowsMs.filter((width) => width >= (now - end) / 8);
	const starts = useful
		// Hardly farther than the window is the boundary itself: reading both would cost twice as much.
		.filter((width) => end - 2 * width > earliest)
		.flatMap((width) => fromMillis(end - width) ?? []);
	return [...starts, ...last];
}

async function readFrom(
	query: EventQuery,
	from: string | undefined,
	order: EventOrder,
	cost: { requests: number; peak: number },
): Promise<EventReading> {
	const start: Position =
		from === undefined ? { at: 'beginning' } : { at: 'createdAfter', time: from };
	const after = sortableTime(from) ?? '';
	const before = sortableTime(query.createdBefore);
	// From the second page on nothing filters: older events that were updated come along.
	const wanted = (event: ApiRecord) => {
		const key = creationKey(event);
		return (
			key > after &&
			(before === undefined || key < before || key === UNREADABLE) &&
			query.passes(event)
		);
	};
	// Nearly always enough. Otherwise the chain has changed a lot meanwhile, and is read again with a larger reserve.
	for (let reserve = firstReserve(query); ; reserve *= 2) {
		const foremost = new Foremost(order, query.limit, reserve);
		for await (const step of walk(query.fetchPage, start, () => query.pageSize)) {
			cost.requests++;
			if (step.kind === 'fault') return { kind: 'fault', fault: step.fault, ...cost };
			for (const event of step.records) foremost.add(event, wanted(event));
			cost.peak = Math.max(cost.peak, foremost.peak);
			if (query.limit === Infinity && foremost.size > query.most)
				return { kind: 'tooMany', ...cost };
		}
		if (foremost.exact) return { kind: 'read', events: foremost.values(), ...cost };
	}
}

/** Half a page, or a twentieth of the limit where that is more. */
function firstReserve({ limit, pageSize }: EventQuery): number {
	return Math.ceil(Math.max(pageSize, limit === Infinity ? 0 : limit / 10) / 2);
}
