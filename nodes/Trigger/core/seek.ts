/**
 * Where a chain of events is entered when no checkpoint leads there: for "now", for the chain of updates, and after a
 * checkpoint was refused.
 */
import type { ApiRecord } from '../../shared/api/contract';
import { sortableTime, toMillis } from '../../shared/core/timestamp';
import type { Position, Step } from '../../shared/core/walk';
import {
	agree,
	apiTimeAt,
	CLOCK_TOLERANCE_MS,
	millisAt,
	SHORTEST_DELAY_MS,
	type Clocks,
} from './clocks';
import type { PageStep } from './follower';

const HOUR_MS = 3_600_000;
/** How far "now" looks back for what is already there; more than the shortest delay, for clocks that differ. */
const LOOK_BACK_MS = SHORTEST_DELAY_MS + HOUR_MS / 3;
/** How far back a place in the chain is looked for, nearest first, before the whole platform is walked. */
const FURTHER_BACK_MS = [24, 7 * 24, 30 * 24, 365 * 24].map((hours) => hours * HOUR_MS);
const LOOKS_BACK = [LOOK_BACK_MS, ...FURTHER_BACK_MS, undefined];
const SEEKS_BACK = [HOUR_MS, ...FURTHER_BACK_MS, undefined];

/** The walk, as far as a search needs it. */
export interface Search {
	/** Up to here nothing is new (API time); empty while that is not known. */
	readonly since: string;
	/** Everything up to here was dealt with (sortable time); empty for nothing. */
	readonly dealtWith: string;
	/** How many records the last request asked for. */
	readonly asked: number;
	/** What the clocks said when the last page came. */
	readonly clocks: Clocks | undefined;
	/** The earliest time at which a trigger "from now" may have begun, by the clocks of this machine. */
	earliestBegin(): number | undefined;
	/** Walks from a position; `least` asks for as few records as possible as long as it says so. */
	walkFrom(position: Position, least?: () => boolean): AsyncGenerator<Step, void, undefined>;
	/** Fixes the watermark: everything after it is about to be listed. */
	lookFrom(horizon: string): void;
}

/**
 * "New events from now on": what was created within the hours before is there already and only remembered. The
 * watermark is where the look back began, so nothing that was there can count as new later, whatever the clocks say. Where
 * no clock bears out the time that was asked for, it may lie ahead: an empty answer makes the search go further back.
 */
export async function* lookBack(search: Search): AsyncGenerator<Step, void, undefined> {
	const known = toMillis(search.since);
	let base = known ?? search.earliestBegin() ?? 0;
	let restarted = false;
	for (let look = 0; look < LOOKS_BACK.length; ) {
		const position = positionBefore(base, LOOKS_BACK[look]);
		let next: 'further' | 'none' | 'same' = 'none';
		let isFirst = true;
		for await (const step of search.walkFrom(position)) {
			if (step.kind === 'page' && isFirst) {
				const begun = toMillis(search.since) ?? base;
				if (known === undefined && !restarted && begun < base - CLOCK_TOLERANCE_MS) {
					base = begun;
					restarted = true;
					next = 'same';
					break;
				}
				if (isNothing(step) && position.at !== 'beginning' && !isBorneOut(search, base)) {
					next = 'further';
					break;
				}
				search.lookFrom(position.at === 'createdAfter' ? (sortableTime(position.time) ?? '') : '');
				isFirst = false;
			}
			yield step;
		}
		if (next === 'none') return;
		if (next === 'further') look++;
	}
}

function isNothing({ end, more, records }: PageStep): boolean {
	return end && !more && records.length === 0;
}

function isBorneOut({ clocks }: Search, base: number): boolean {
	return clocks?.api !== undefined && agree(clocks) && base <= clocks.api + CLOCK_TOLERANCE_MS;
}

/**
 * Finds a place in the chain that lies before everything that was updated after a time. The chain is
 * ordered by update and `created_after` filters the first page only, so a place is right when that page is
 * full (its checkpoint stands behind its last record) and all of it was updated before that time.
 */
export async function* seek(search: Search): AsyncGenerator<Step, void, undefined> {
	for (const back of SEEKS_BACK) {
		const base = seekBefore(search);
		let found = back === undefined || base === undefined;
		const position = base === undefined ? beginning : positionBefore(base, back);
		const steps = search.walkFrom(position, () => !found);
		for await (const step of steps) {
			if (step.kind === 'page' && !found) {
				found = step.advanced && liesBefore(step.records, search);
				if (!found) break;
			}
			yield step;
		}
		if (found) return;
	}
}

/** Whether a first page is full and everything on it was updated before what {@link seek} looks for. */
function liesBefore(records: ApiRecord[], search: Search): boolean {
	const ids = new Set(records.map(({ id }) => id));
	const limit = seekBefore(search) ?? -Infinity;
	return (
		ids.size >= search.asked &&
		records.every(({ updated_at }) => (toMillis(updated_at) ?? Infinity) < limit)
	);
}

/** The time that {@link seek} looks for: early enough for events that become visible late; `undefined` for the beginning. */
function seekBefore(search: Search): number | undefined {
	const { dealtWith, since } = search;
	const known = dealtWith === '' ? toMillis(since) : millisAt(dealtWith);
	const time = known ?? search.earliestBegin();
	return time === undefined ? undefined : time - SHORTEST_DELAY_MS;
}

const beginning: Position = { at: 'beginning' };

function positionBefore(base: number, back: number | undefined): Position {
	return back === undefined ? beginning : { at: 'createdAfter', time: apiTimeAt(base - back) };
}
