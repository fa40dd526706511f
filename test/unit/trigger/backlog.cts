/**
 * Histories of long backlogs: up to 20,000 records, read with budgets that end anywhere, while checkpoints expire and
 * n8n starts anew. {@link workOff} plays one.
 */
import { fc } from '@test/unit/property.cjs';

import { ModelPortal, type Entry } from './modelPortal.cjs';
import { Player, type Budget } from './player.cjs';
import { startOf, type ChainEvent, type Start } from './polling.cjs';
import { microsOf } from './times.cjs';
import type { Lived } from './verdict.cjs';

const NOON = Date.parse('2026-01-31T12:00:00Z');

type Step =
	| { do: 'add'; count: number; equal: boolean; lateMinutes: number; stampedLate: boolean }
	| { do: 'expire' | 'restart' }
	| {
			do: 'poll';
			times: number;
			maxItems: number;
			pagesInTime: number;
			/** Before which request of each poll the checkpoints expire; later than the last one means never. */
			expireBefore: number;
	  }
	| { do: 'update'; picks: number[] }
	| { do: 'wait'; minutes: number };

export interface Backlog {
	seed: number;
	length: number;
	/** Between two records; 0 for dozens at exactly one time. */
	millisApart: number;
	startFrom: Start['startFrom'];
	/** For *Date*: the part of the backlog that lies before it, in percent. */
	before: number;
	/** For *Now*: whether the backlog grew after the trigger had reached the end once. */
	grewLater: boolean;
	durable: boolean;
	steps: Step[];
	/** Before which requests of the polls that work off the rest the checkpoints expire. */
	expireAtLast: number[];
}

const NEVER = 1_000;

const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			do: fc.constant('poll' as const),
			times: fc.integer({ min: 1, max: 6 }),
			maxItems: fc.constantFrom(1, 50, 700, 1000, 5000),
			pagesInTime: fc.constantFrom(1, 4, 20, NEVER),
			expireBefore: fc.oneof(
				{ weight: 3, arbitrary: fc.constant(NEVER) },
				{ weight: 2, arbitrary: fc.nat(30) },
			),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('add' as const),
			count: fc.integer({ min: 1, max: 40 }),
			equal: fc.boolean(),
			lateMinutes: fc.constantFrom(0, 0, 2, 45),
			stampedLate: fc.boolean(),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('update' as const),
			picks: fc.array(fc.nat(30_000), { minLength: 1, maxLength: 5 }),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('wait' as const),
			minutes: fc.constantFrom(1, 70, 1500),
		}),
	},
	{
		weight: 4,
		arbitrary: fc.record({ do: fc.constantFrom('expire' as const, 'restart' as const) }),
	},
);

/** Random backlogs; each shrinks towards a short one, read in few polls. */
export const backlogs: fc.Arbitrary<Backlog> = fc.record({
	seed: fc.nat(1_000_000),
	length: fc.constantFrom(300, 2_100, 6_000, 11_000, 20_000),
	millisApart: fc.constantFrom(1_000, 0, 50, 20_000, 3_600_000),
	startFrom: fc.constantFrom('beginning' as const, 'date' as const, 'now' as const),
	before: fc.integer({ min: 1, max: 90 }),
	grewLater: fc.boolean(),
	durable: fc.boolean(),
	steps: fc.array(step, { minLength: 2, maxLength: 12 }),
	expireAtLast: fc.array(fc.nat(60), { maxLength: 4 }),
});

/** What came of a backlog. */
export interface WorkedOff extends Lived {
	largestState: number;
	requests: number;
	/** How many events the trigger remembers one by one at least: fewer where each falls into an hour of its own. */
	remembered: number;
}

/** Plays a backlog until the trigger has caught up, with a new request at the end that has to find nothing. */
export async function workOff(event: ChainEvent, backlog: Backlog): Promise<WorkedOff> {
	const { durable, grewLater, length, millisApart, seed, startFrom } = backlog;
	const isAudit = event === 'auditEntryCreated';
	const kind = isAudit ? 'audits' : 'events';
	const portal = new ModelPortal(kind, NOON, { dateHeader: true, seed, looseEnd: seed % 2 === 0 });
	const add = (equal: boolean, late = {}) =>
		isAudit ? portal.addAudit(equal) : portal.create({ equal, ...late });
	const grow = (count: number) => {
		for (let made = 0; made < count; made++) {
			portal.now += millisApart;
			add(millisApart === 0 && made % 60 !== 0);
			if (millisApart === 0 && made % 60 === 0) portal.now += 61_000;
		}
	};
	const growsLater = startFrom === 'now' && grewLater;
	portal.now = NOON - length * Math.max(millisApart, 1_100);
	grow(growsLater ? 100 : length);
	portal.now = Math.max(portal.now, NOON);
	const entries = isAudit ? portal.audits : portal.versions;
	const { record } = entries[Math.floor((entries.length * backlog.before) / 100)] ?? {};
	const startDate =
		startFrom === 'date' ? String(record?.created_at ?? record?.timestamp) : undefined;
	const player = new Player(startOf(event, startFrom, startDate), portal, {
		durable,
		pageSize: isAudit ? { min: 1, max: 1000 } : { min: 2, max: 100 },
	});
	const pollOnce = async (budget: Budget) => {
		const polled = await player.poll(budget);
		portal.between = [];
		return polled;
	};
	const expireBefore = (request: number) => {
		if (request >= NEVER) return;
		portal.between = Array.from({ length: request }, () => () => undefined);
		portal.between.push(() => portal.expireCheckpoints());
	};

	if (growsLater) {
		await player.toTheEnd();
		grow(length);
	}
	for (const step of backlog.steps) {
		switch (step.do) {
			case 'add':
				for (let made = 0; made < step.count; made++) add(step.equal, step);
				break;
			case 'expire':
				portal.expireCheckpoints();
				break;
			case 'restart':
				player.restart();
				break;
			case 'update':
				if (!isAudit) for (const pick of step.picks) portal.update(pick);
				break;
			case 'wait':
				portal.now += step.minutes * 60_000;
				break;
			case 'poll':
				for (let times = 0; times < step.times; times++) {
					expireBefore(step.expireBefore);
					await pollOnce(step);
				}
		}
	}
	const expiries = [...backlog.expireAtLast];
	for (let polls = 0; ; polls++) {
		expireBefore(expiries.shift() ?? NEVER);
		const { caughtUp } = await pollOnce({});
		if (caughtUp && expiries.length === 0) break;
		if (polls > 100) throw new Error('the trigger did not catch up with an undisturbed API');
	}
	const { emit } = await pollOnce({});
	if (emit.length > 0) throw new Error('items came although nothing had happened');

	return {
		...player.lived(portal),
		largestState: player.largestState,
		requests: portal.requests.length,
		remembered: millisApart >= 3_600_000 ? 2_100 : 4_900,
		excused: beyondTheMemory(event, portal),
	};
}

/**
 * Whether a record became visible late and has so many newer ones that the memory may not tell it from one that was
 * passed, if a checkpoint is refused.
 */
function beyondTheMemory(event: ChainEvent, { versions }: ModelPortal): (entry: Entry) => boolean {
	const timeOf = ({ record }: Entry) =>
		String(event === 'securityEventCreated' ? record.created_at : record.updated_at);
	const times = versions.map(timeOf).sort();
	const oldestRemembered = times.at(-2_100) ?? '';
	return (entry) => {
		const isLate = microsOf(timeOf(entry)) < (entry.visibleAt - 60_000) * 1000;
		return isLate && timeOf(entry) <= oldestRemembered;
	};
}
