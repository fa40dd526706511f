/**
 * Random histories of a trigger's life: what happens in the portal, how polls are cut and disturbed,
 * when n8n restarts and which state survives. {@link live} plays one and says what was delivered.
 */
import { fc } from '@test/unit/property.cjs';

import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Fault } from '@nodes/shared/core/fault';
import { drain } from '@nodes/Trigger/core/drain';
import { newState, readState, type Start, type TriggerEvent } from '@nodes/Trigger/core/state';
import { isoOf, ModelPortal, type PageScript } from './modelPortal.cjs';

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-01-31T12:00:00Z');

type Change =
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

const faults: Fault[] = [
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

/** What came of a history. */
export interface Life {
	portal: ModelPortal;
	/** Every item that was delivered, in order. */
	delivered: ApiRecord[];
	/** The items of each poll that delivered some. */
	batches: ApiRecord[][];
	/** What happened up to here is no news: when the trigger began, the start date, or an empty text. */
	since: string;
	/** What happened after this has to come: later than `since` only where a wrong clock is all that the trigger has. */
	owedSince: string;
	/** When the portal answered the trigger's first page, in milliseconds. */
	firstAnswerAt: number;
	largestState: number;
	/** Anomalies on show when a poll began that went through to the end, with the end of their period. */
	shownInFull: Map<string, unknown>;
	/** Ids on show when the first such poll began. */
	shownFirst: Set<string>;
	/** Ids that came while the first such poll was under way: the trigger cannot tell old from new then. */
	cameMeanwhile: Set<string>;
}

const kindOf: Record<TriggerEvent, 'anomalies' | 'audits' | 'events'> = {
	anomalyDetected: 'anomalies',
	auditEntryCreated: 'audits',
	securityEventCreated: 'events',
	securityEventCreatedOrUpdated: 'events',
};

/** The filter of histories with `onlyType`. */
export function isDefender(record: ApiRecord): boolean {
	return record.type === 'defender';
}

/**
 * Plays a history as the host would: items and state are stored together when items are delivered;
 * what else is stored depends on the mode. Ends with undisturbed polls until the trigger caught up.
 * @throws when the trigger does not catch up
 */
export async function live(event: TriggerEvent, history: History): Promise<Life> {
	const portal = new ModelPortal(kindOf[event], START_MS, history);
	playPast(portal, event, history);
	portal.now = START_MS;
	const start: Start = {
		fingerprint: 'this configuration',
		event,
		startFrom: history.startFrom,
		...(history.startFrom === 'date'
			? {
					startDate: isoOf((START_MS - history.startDateDaysAgo * 86_400_000) * 1000),
				}
			: {}),
	};
	const life: Life = {
		portal,
		delivered: [],
		batches: [],
		since: '',
		owedSince: '',
		firstAnswerAt: Infinity,
		largestState: 0,
		shownInFull: new Map(),
		shownFirst: new Set(),
		cameMeanwhile: new Set(),
	};
	let memory: string | undefined;
	let saved: string | undefined;
	let activating = true;
	let caughtUpOnce = false;
	let polls = 0;
	let beganAt = START_MS;
	/** How far back this machine's clock, and nothing else, may have put the beginning, in milliseconds. */
	let untoldMs = 0;

	const poll = async (maxItems: number, pagesInTime: number): Promise<boolean> => {
		const stored: unknown = memory === undefined ? undefined : JSON.parse(memory);
		const { state = newState(start), discarded } = readState(stored, start.fingerprint);
		if (discarded !== 'none') throw new Error(`the trigger refused its own state: ${discarded}`);
		const clocks = history.clocks[polls++];
		portal.dates = (clocks?.dateMinutes ?? []).map((minutes) =>
			minutes === null ? undefined : minutes * MINUTE_MS,
		);
		const offMs = (history.skewMinutes + (clocks?.machineMinutes ?? 0)) * MINUTE_MS;
		if (stored === undefined) {
			portal.firstAnswerAt = undefined;
			beganAt = portal.now;
			untoldMs = Math.min(0, offMs);
		}
		// Without a Date only a poll in which this machine's two clocks agree can tell which of them was wrong before.
		const isTold = history.dateHeader || (clocks?.machineMinutes ?? 0) === 0;
		if (isTold && life.delivered.length === 0) untoldMs = 0;
		let pagesLeft = pagesInTime;
		const result = await drain({
			state,
			maxItems,
			fetchPage: portal.fetchPage,
			pageSize: { min: 2, max: 5 },
			matches: history.onlyType && kindOf[event] === 'events' ? isDefender : () => true,
			outOfTime: () => --pagesLeft <= 0,
			now: () => portal.now + offMs,
			processNow: () => portal.now + history.skewMinutes * MINUTE_MS,
		});
		if (result.emit.length > 0 && !result.progressed) throw new Error('items without progress');
		const wasActivating = activating;
		activating = false;
		if (result.fault && !result.progressed) return false;
		if (result.progressed) memory = JSON.stringify(result.state);
		life.largestState = Math.max(life.largestState, memory?.length ?? 0);
		life.since = life.owedSince = result.state.since;
		if (history.startFrom === 'now') {
			// A machine that is always slow may take the trigger back so far, one that is always fast cannot know better
			// without a Date.
			const skewMs = history.skewMinutes * MINUTE_MS;
			life.since = isoOf((beganAt + Math.min(0, skewMs, untoldMs)) * 1000);
			const late = history.dateHeader ? 0 : Math.max(0, skewMs);
			// Nor can it tell what came while its first request was under way.
			const asked =
				history.dateHeader || skewMs === 0 ? beganAt : (portal.firstAnswerAt ?? beganAt) + 1;
			life.owedSince = isoOf(Math.max(beganAt + late, asked) * 1000);
		}
		life.firstAnswerAt = portal.firstAnswerAt ?? Infinity;
		if (result.emit.length > 0) {
			life.delivered.push(...result.emit);
			life.batches.push(result.emit);
			saved = memory;
		} else if (history.durable ? !wasActivating : wasActivating) {
			saved = memory;
		}
		if (result.caughtUp) {
			for (const { id, anomalous_period_end: end } of portal.shown)
				life.shownInFull.set(String(id), end);
			if (!caughtUpOnce) {
				for (const { id } of portal.shown) life.shownFirst.add(String(id));
				for (const { record } of portal.anomalies) life.cameMeanwhile.add(String(record.id));
				caughtUpOnce = true;
			}
		}
		return result.caughtUp;
	};

	for (const action of history.actions) {
		switch (action.do) {
			case 'wait':
				portal.now += action.minutes * MINUTE_MS;
				break;
			case 'expire':
				portal.expireCheckpoints();
				break;
			case 'restart':
				memory = saved;
				activating = true;
				// The first full listing counts from when the host stored it: an anomaly does not say since when
				// it is there, so a trigger that has to begin again takes those on show for old ones.
				if (memory === undefined || !memory.includes('"caughtUp":true')) {
					caughtUpOnce = false;
					life.shownFirst.clear();
					life.cameMeanwhile.clear();
					life.shownInFull.clear();
				}
				break;
			case 'poll':
				portal.script = [...action.pages];
				portal.between = action.between.map((step) => () => apply(portal, event, step));
				await poll(action.maxItems, action.pagesInTime);
				portal.script = [];
				portal.between = [];
				break;
			default:
				apply(portal, event, action);
		}
		portal.now += 1000;
	}
	for (let polls = 0; !(await poll(1000, Infinity)); polls++) {
		if (polls > 20) throw new Error('the trigger did not catch up with an undisturbed API');
		portal.now += MINUTE_MS;
	}
	// Once more: a trigger at the end of the chain has nothing left to say.
	const before = life.delivered.length;
	await poll(1000, Infinity);
	if (life.delivered.length !== before) throw new Error('items came although nothing had happened');
	return life;
}

function playPast(portal: ModelPortal, event: TriggerEvent, { past, startFrom }: History): void {
	for (const { minutesAgo, update, pick } of [...past].sort(
		(a, b) => b.minutesAgo - a.minutesAgo,
	)) {
		portal.now = START_MS - minutesAgo * MINUTE_MS;
		if (kindOf[event] === 'audits') portal.addAudit(pick % 2 === 0);
		else if (kindOf[event] === 'anomalies')
			portal.addAnomaly(startFrom === 'date' ? 24 : (pick % 48) - 24);
		else if (update && portal.newest.size > 0) portal.update(pick, pick % 4 === 0);
		else portal.create({ equal: pick % 4 === 0 });
	}
}

function apply(portal: ModelPortal, event: TriggerEvent, step: Change): void {
	switch (step.do) {
		case 'none':
			return;
		case 'prolong':
			if (event === 'anomalyDetected') portal.prolongAnomalies(3);
			return;
		case 'update':
			if (kindOf[event] !== 'events') return;
			for (const pick of step.picks) portal.update(pick, step.equal);
			return;
		case 'add':
			for (let made = 0; made < step.count; made++) {
				if (kindOf[event] === 'audits') portal.addAudit(step.equal);
				else if (kindOf[event] === 'anomalies') portal.addAnomaly(step.equal ? 30 : -2);
				else portal.create(step);
			}
	}
}
