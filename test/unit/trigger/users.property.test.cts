/** The connections of monitored users: every difference once, everybody's turn comes, in a bounded state. */
import { fc, seed } from '@test/unit/property.cjs';

import type { ApiRecord } from '@nodes/shared/api/contract';
import { faults } from './history.cjs';
import { ModelUsers, nobody, type Known, type UsersPageScript } from './modelUsers.cjs';
import { poll, startOf, Store, type Polled } from './polling.cjs';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 250);
const NOON = Date.parse('2026-01-31T12:00:00Z');
const start = startOf('userConnectionChanged');
const statuses = [
	'Good connection',
	'Connection issues',
	'Not connected for over 7 days',
	'Not connected for over 1 month',
];

type Portal = Pick<ModelUsers, 'fetchPage' | 'now'>;

/** One poll of a trigger that watches these users. */
async function watch(
	portal: Portal,
	stored: string | undefined,
	{ maxItems = 1000, pagesInTime = Infinity, max = 2000 } = {},
): Promise<Polled> {
	let pagesLeft = pagesInTime;
	return await poll(start, stored, {
		maxItems,
		fetchPage: portal.fetchPage,
		pageSize: { min: 1, max },
		now: () => portal.now,
		outOfTime: () => --pagesLeft <= 0,
	});
}

type Change =
	| { do: 'add'; isText: boolean; place: number; status: string }
	| { do: 'again' | 'remove'; pick: number }
	| { do: 'none' }
	| { do: 'status'; picks: number[]; status: string | null };

const change: fc.Arbitrary<Change> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constant('status' as const),
			picks: fc.array(fc.nat(100), { minLength: 1, maxLength: 5 }),
			status: fc.constantFrom(...statuses, null),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('add' as const),
			isText: fc.boolean(),
			place: fc.nat(100),
			status: fc.constantFrom(...statuses),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), pick: fc.nat(100) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), pick: fc.nat(100) }) },
	{ weight: 2, arbitrary: fc.constant({ do: 'none' as const }) },
);

const page: fc.Arbitrary<UsersPageScript> = fc.oneof(
	{ weight: 6, arbitrary: fc.constant('plain' as const) },
	{
		weight: 3,
		arbitrary: fc.constantFrom(
			'duplicate' as const,
			'emptyTrue' as const,
			'missingCheckpoint' as const,
			'short' as const,
			'trueAtEnd' as const,
		),
	},
	{ weight: 2, arbitrary: fc.constantFrom(...faults) },
);

const action = fc.oneof(
	{ weight: 4, arbitrary: change },
	{
		weight: 6,
		arbitrary: fc.record({
			do: fc.constant('poll' as const),
			pages: fc.array(page, { maxLength: 6 }),
			between: fc.array(change, { maxLength: 5 }),
			maxItems: fc.constantFrom(1, 2, 1000),
			pagesInTime: fc.constantFrom(1, 2, 3, 1000),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constantFrom('expire' as const, 'restart' as const) }),
	},
);

const histories = fc.record({
	count: fc.constantFrom(0, 1, 3, 10, 25),
	durable: fc.boolean(),
	actions: fc.array(action, { minLength: 1, maxLength: 25 }),
});

function apply(portal: ModelUsers, step: Change, removed: ApiRecord[]): void {
	const { users } = portal;
	switch (step.do) {
		case 'none':
			return;
		case 'status':
			for (const pick of step.picks) {
				const user = users[pick % Math.max(1, users.length)];
				if (user) user.status = step.status;
			}
			return;
		case 'add': {
			const id = 1000 + portal.serial++;
			const place = step.place % (users.length + 1);
			return portal.add(step.isText ? `user-${id}` : id, step.status, place);
		}
		case 'remove':
			removed.push(
				...users.splice(step.pick % Math.max(1, users.length), 1).map(({ id }) => ({ id })),
			);
			return;
		case 'again': {
			// Somebody who was removed comes back, perhaps before the trigger has noticed.
			const [user] = removed.splice(step.pick % Math.max(1, removed.length), 1);
			const id = user?.id;
			if (typeof id === 'number' || typeof id === 'string') portal.add(id, 'Connection issues');
		}
	}
}

it('every difference that stands when its page is read comes once, with the status before', async () => {
	let came = 0;
	const check = fc.asyncProperty(histories, async ({ actions, count, durable }) => {
		const portal = new ModelUsers(NOON);
		const removed: ApiRecord[] = [];
		for (let made = 0; made < count; made++) {
			portal.add(made % 3 === 0 ? `user-${made}` : 10 + made * 7, statuses[made % 2] ?? '');
		}
		const store = new Store<Known>(durable);
		const pollOnce = async (budget: { maxItems?: number; pagesInTime?: number }) => {
			portal.begin(store.memory?.notes ?? nobody);
			const polled = await watch(portal, store.memory?.stored, { ...budget, max: 3 });
			store.keep(polled, portal.known);
			came += polled.emit.length;
			expect(polled.emit).toEqual(portal.owed);
			return polled;
		};
		for (const action of actions) {
			switch (action.do) {
				case 'poll':
					portal.script = [...action.pages];
					portal.between = action.between.map((step) => () => apply(portal, step, removed));
					await pollOnce(action);
					portal.script = [];
					portal.between = [];
					break;
				case 'expire':
					portal.expireCheckpoints();
					break;
				case 'restart':
					store.restart();
					break;
				default:
					apply(portal, action, removed);
			}
			portal.now += 60_000;
		}
		// Polls that end after a page, while those at the top of the list change all the time.
		const polls = Math.ceil(portal.users.length / 3) + 1;
		const from = portal.poll;
		for (let made = 0; made < polls; made++) {
			for (const user of portal.users.slice(0, 3)) user.status = statuses[made % 4] ?? '';
			await pollOnce({ maxItems: 1, pagesInTime: 1 });
		}
		const waiting = portal.users.filter(({ id }) => (portal.listedIn.get(String(id)) ?? 0) <= from);
		expect(waiting).toEqual([]);
		expect(portal.requests.filter(({ limit }) => limit !== 3)).toEqual([]);
		// The end of the round that is under way, a whole one, and one more, which has nothing to say.
		for (let left = 20; (await pollOnce({})).behindMs !== 0; left--)
			expect(left).toBeGreaterThan(0);
		await pollOnce({});
		const quiet = await pollOnce({});
		expect(quiet).toMatchObject({ emit: [], caughtUp: true });
	});
	await fc.assert(check, { numRuns, seed });
	expect(came).toBeGreaterThan(numRuns);
}, 3_600_000);

/** So many users, served without building them all for each page. */
function manyUsers(count: number, idOf: (index: number) => number | string) {
	let round = 0;
	const portal = {
		now: NOON,
		requests: 0,
		/** Users with this remainder have another status in each round of polls. */
		turn: () => round++,
		fetchPage: async ({
			after_checkpoint: after = '0',
			limit,
		}: {
			after_checkpoint?: string;
			limit: number;
		}) => {
			portal.requests++;
			portal.now += 1_600;
			const from = Number(after);
			const to = Math.min(count, from + limit);
			const records = Array.from({ length: to - from }, (_, index) => ({
				id: idOf(from + index),
				status:
					statuses[(from + index === count - 1 ? Math.min(round, 1) : 0) + ((from + index) % 3)],
			}));
			return { ok: true as const, value: { records, checkpoint: String(to), more: to < count } };
		},
	};
	return portal;
}

it.each([
	['numbers', 100_000, (index: number) => 10_000_000 + index * 1_000_000],
	['numbers far apart', 100_000, (index: number) => index * 40_000_000_007],
	['texts', 100_000, (index: number) => `user-${index.toString(36)}`],
])(
	'too many %s: the end of a round says how many are not watched, and the state keeps its bound',
	async (_name, count, idOf) => {
		const portal = manyUsers(count, idOf);
		let stored: string | undefined;
		let unwatched = 0;
		let largest = 0;
		for (let made = 0; made < 3; made++) {
			const polled = await watch(portal, stored, { pagesInTime: 30 });
			({ stored } = polled);
			largest = Math.max(largest, stored.length);
			expect(polled.emit).toEqual([]);
			expect(polled.notices).toEqual([]);
			unwatched = Math.max(unwatched, polled.unwatched?.tooMany ?? 0);
		}
		expect(unwatched).toBeGreaterThan(0);
		expect(largest).toBeLessThanOrEqual(460_000);
	},
);

it('a number and its text are one user', async () => {
	const portal = new ModelUsers(NOON);
	portal.add(7, 'Good connection');
	const first = await watch(portal, undefined);
	portal.users = [];
	portal.add('7', 'Connection issues');
	const { emit } = await watch(portal, first.stored);
	expect(emit).toEqual([
		{
			id: '7',
			address: '7@example.com',
			status: 'Connection issues',
			previous_status: 'Good connection',
		},
	]);
});

describe('60,000 users', () => {
	it.each([
		['numbers', 60_000, (index: number) => 10_000_000 + index * 40_000],
		['texts', 50_000, (index: number) => `user-${index.toString(36)}`],
	])(
		'%s: with 15 pages per poll every second poll ends a round, in 450 kB',
		async (_name, count, idOf) => {
			const portal = manyUsers(count, idOf);
			let stored: string | undefined;
			const emitted: ApiRecord[] = [];
			let largest = 0;
			const polls: boolean[] = [];
			for (let made = 0; made < 9; made++) {
				if (made === 3) portal.turn();
				const polled = await watch(portal, stored, { pagesInTime: 15 });
				({ stored } = polled);
				emitted.push(...polled.emit);
				// Where a round ends nobody is left who was not looked at.
				polls.push(polled.behindMs === 0);
				largest = Math.max(largest, stored.length);
				expect(polled.notices).toEqual([]);
			}
			expect(emitted).toHaveLength(1);
			expect(emitted[0]).toMatchObject({ id: idOf(count - 1) });
			const pollsPerRound = Math.ceil(Math.ceil(count / 2000) / 15);
			expect(polls.filter(Boolean)).toHaveLength(Math.floor(9 / pollsPerRound));
			expect(largest).toBeLessThanOrEqual(450_000);
		},
	);
});
