/**
 * Random histories of a trigger's life: what happens in the portal, how polls are cut and disturbed,
 * when n8n restarts and which state survives. `live` plays one.
 */
import { fc } from '@test/unit/property.cjs';

import type { Fault } from '@nodes/shared/core/fault';
import type { PageScript } from './modelPortal.cjs';
import type { Start } from './polling.cjs';

/** Something that happens in the portal. */
export type Change =
	| {
			do: 'add';
			count: number;
			lateMinutes: number;
			stampedLate: boolean;
			equal: boolean;
	  }
	| { do: 'none' }
	| { do: 'prolong' }
	| { do: 'update'; picks: number[]; equal: boolean };

type Action =
	| Change
	| { do: 'expire' }
	| {
			do: 'poll';
			pages: PageScript[];
			between: Change[];
			maxItems: number;
			pagesInTime: number;
	  }
	| { do: 'restart' }
	| { do: 'wait'; minutes: number };

export interface History {
	seed: number;
	startFrom: Start['startFrom'];
	startDateDaysAgo: number;
	/** Minutes before the start at which something happened. */
	past: Array<{ minutesAgo: number; update: boolean; pick: number }>;
	actions: Action[];
	dateHeader: boolean;
	/** This machine's clock minus the API's. */
	skewMinutes: number;
	/** Durable hosts keep the state of every poll but that of an activation without items. */
	durable: boolean;
	looseEnd: boolean;
	onlyType: boolean;
	/** What the clocks say during each poll; right ones when there are no more entries. */
	clocks: Clocks[];
}

/** The clocks during one poll. */
interface Clocks {
	/** How far this machine's clock has jumped away from the right time. The process began with a right one. */
	machineMinutes: number;
	/** How wrong the `Date` of each answer is; `null` for an answer without one. */
	dateMinutes: Array<number | null>;
}

/** Faults that pass, of each kind. */
export const faults: Fault[] = [
	{ kind: 'status', status: 429, retryAfterMs: 40_000 },
	{ kind: 'status', status: 503 },
	{ kind: 'status', status: 401 },
	{ kind: 'network', code: 'ECONNRESET', sent: true },
	{ kind: 'unreadable', what: 'truncated' },
];
const oddPages: PageScript[] = [
	'duplicate',
	'emptyTrue',
	'fullFalse',
	'missingCheckpoint',
	'short',
	'trueAtEnd',
	'unchangedCheckpoint',
];

const change: fc.Arbitrary<Change> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constant('add' as const),
			count: fc.integer({ min: 1, max: 7 }),
			lateMinutes: fc.constantFrom(0, 0, 0, 3, 45),
			stampedLate: fc.boolean(),
			equal: fc.boolean(),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('update' as const),
			picks: fc.array(fc.nat(100), { minLength: 1, maxLength: 4 }),
			equal: fc.boolean(),
		}),
	},
	{ weight: 1, arbitrary: fc.constant({ do: 'prolong' as const }) },
	{ weight: 3, arbitrary: fc.constant({ do: 'none' as const }) },
);

const page: fc.Arbitrary<PageScript> = fc.oneof(
	{ weight: 6, arbitrary: fc.constant('plain' as const) },
	{ weight: 3, arbitrary: fc.constantFrom(...oddPages) },
	{ weight: 2, arbitrary: fc.constantFrom(...faults) },
);

const action: fc.Arbitrary<Action> = fc.oneof(
	{ weight: 4, arbitrary: change },
	{
		weight: 6,
		arbitrary: fc.record({
			do: fc.constant('poll' as const),
			pages: fc.array(page, { maxLength: 8 }),
			between: fc.array(change, { maxLength: 6 }),
			maxItems: fc.constantFrom(1, 3, 8, 1000, 1000),
			pagesInTime: fc.constantFrom(1, 2, 5, 1000, 1000),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('wait' as const),
			minutes: fc.constantFrom(1, 1, 10, 70, 600, 1500, 6000),
		}),
	},
	{ weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
	{ weight: 1, arbitrary: fc.constant({ do: 'expire' as const }) },
);

/** Random histories; each shrinks towards few actions, plain pages and a right clock. */
export const histories: fc.Arbitrary<History> = fc.record({
	seed: fc.nat(1_000_000),
	startFrom: fc.constantFrom('now' as const, 'now' as const, 'date' as const, 'beginning' as const),
	startDateDaysAgo: fc.constantFrom(0.01, 1, 10),
	past: fc.array(
		fc.record({
			minutesAgo: fc.constantFrom(1, 5, 30, 65, 90, 200, 1500, 5000, 20_000, 60_000),
			update: fc.boolean(),
			pick: fc.nat(100),
		}),
		{ maxLength: 16 },
	),
	actions: fc.array(action, { minLength: 1, maxLength: 25 }),
	dateHeader: fc.constantFrom(true, true, false),
	skewMinutes: fc.constantFrom(0, 0, 10, -10),
	durable: fc.boolean(),
	looseEnd: fc.boolean(),
	onlyType: fc.boolean(),
	clocks: fc.constant([]),
});

const HOURS = [2, 26, 50, 240].flatMap((hours) => [hours * 60, -hours * 60]);
/** A clock is mostly right; if not, it is wrong by hours or days, either way. */
const wrongMinutes = fc.oneof(
	{ weight: 2, arbitrary: fc.constant(0) },
	{ weight: 3, arbitrary: fc.constantFrom(...HOURS) },
);

const honest: Array<number | null> = [];

/** {@link histories} in which clocks are wrong: this machine's, with or without an API that says its time, or the API's. */
export const clockHistories: fc.Arbitrary<History> = fc
	.record({
		history: histories,
		dateHeader: fc.boolean(),
		clocks: fc.array(
			fc.oneof(
				fc.record({ machineMinutes: wrongMinutes, dateMinutes: fc.constant(honest) }),
				fc.record({
					machineMinutes: fc.constant(0),
					dateMinutes: fc.array(fc.oneof(wrongMinutes, fc.constant(null)), { maxLength: 8 }),
				}),
			),
			{ minLength: 1, maxLength: 20 },
		),
	})
	.map(({ history, ...rest }) => ({ ...history, ...rest, skewMinutes: 0 }));
