/** What the page loop and an event's follower know of each other. */
import type { ApiRecord } from '../../shared/api/contract';
import type { Verdict } from '../../shared/core/eventFilters';
import type { Fault } from '../../shared/core/fault';
import { walk, type FetchPage, type Step } from '../../shared/core/walk';
import type { Words } from '../../shared/words/words';
import type { Start, StoredState } from './state';

/** A page that was read. */
export type PageStep = Extract<Step, { kind: 'page' }>;

/** What a poll has at hand. */
export interface Means {
	fetchPage: FetchPage;
	/** How many records a page may ask for. */
	pageSize: { min: number; max: number };
	/** About how many records to emit at most. */
	maxItems: number;
	/** The user's filters. */
	judge(record: ApiRecord): Verdict;
	/** True when there is no time for another page. */
	outOfTime(): boolean;
	/** This machine's time in milliseconds since 1970; it may be set at any moment. */
	now(): number;
	/** This machine's time as it was when the process began, counted on without being set, in milliseconds. */
	processNow(): number;
}

/**
 * The pages of a list that is listed anew, from its beginning or from where the poll before ended. The largest ones,
 * however few items are wanted: a page is always finished.
 */
export function relistedPages(
	checkpoint: string | undefined,
	{ fetchPage, pageSize }: Means,
): AsyncGenerator<Step, void, undefined> {
	const from =
		checkpoint === undefined
			? ({ at: 'beginning' } as const)
			: ({ at: 'checkpoint', checkpoint } as const);
	return walk(fetchPage, from, () => pageSize.max);
}

/** Users that are listed, but not watched. */
export interface Unwatched {
	/** Beyond the most that are remembered. */
	tooMany: number;
	/** Without an ID that can be remembered. */
	withoutId: number;
}

/** What came of a walk. */
export interface Walked<Body> {
	/** What to emit, in the order of the API. */
	emit: ApiRecord[];
	body: Body;
	/** Whether the state moved on, so that keeping it is worth it. */
	progressed: boolean;
	/** Whether the end of the listing was reached, and everything before it was dealt with. */
	caughtUp: boolean;
	/** Things that the person should find in the log. */
	notices?: Words[];
	/** How many users a whole round did not watch; absent before its end, and where the list is another. */
	unwatched?: Unwatched;
	/** The API's clock minus this machine's, in milliseconds, where they disagreed; 0 where they agreed. */
	skewMs?: number;
	/** Age of the oldest record that was not read yet, in milliseconds; 0 at the end of the listing and only there; absent where unknown. */
	behindMs?: number;
}

/** One walk of a poll through a listing. */
export interface Walk<Body> {
	/** The pages from where the trigger stands, or from a place that is looked for first. */
	steps(): AsyncGenerator<Step, void, undefined>;
	/** Deals with the records of a page and takes note of where it leads. */
	take(page: PageStep): void;
	/** Whether there is enough for one execution. */
	readonly isFull: boolean;
	/** Whether a page that ends the listing is to be believed. */
	isWhole(page: PageStep): boolean;
	/** The walk ends before the end of the listing. */
	stop(fault?: Fault): Walked<Body>;
	/** The API says that there is no more: everything that is visible was dealt with. */
	end(): Walked<Body>;
}

/** How one event of the trigger is followed. */
export interface FollowerOf<Body> {
	/** Reads what {@link StoredState} keeps of the event; `undefined` when it is something else. */
	read(stored: unknown): Body | undefined;
	/** The body of a trigger that has not polled yet. */
	begin(start: Start): Body;
	walk(body: Body, start: Start, means: Means): Walk<Body>;
	/** The body to go on with where the API refuses the checkpoint; `undefined` where none was sent. */
	afterRefusal(body: Body, start: Start): Body | undefined;
}

/** A state that was opened: what can be done with it, whatever it looks like inside. */
export interface Opened {
	/** Whether what was stored could not be read, so that the trigger begins again. */
	wasUnreadable: boolean;
	walk(means: Means): Walk<unknown>;
	/** The walk to make where the API refuses the checkpoint; `undefined` where none was sent. */
	walkAgain(means: Means): Walk<unknown> | undefined;
}

/** A follower, whatever its body looks like. */
export interface Follower {
	open(state: StoredState): Opened;
}

/** Hides what an event's body looks like. */
export function follower<Body>(of: FollowerOf<Body>): Follower {
	return {
		open: ({ body: stored, ...start }) => {
			const known = stored === undefined ? undefined : of.read(stored);
			const body = known ?? of.begin(start);
			return {
				wasUnreadable: stored !== undefined && known === undefined,
				walk: (means) => of.walk(body, start, means),
				walkAgain: (means) => {
					const again = of.afterRefusal(body, start);
					return again === undefined ? undefined : of.walk(again, start, means);
				},
			};
		},
	};
}
