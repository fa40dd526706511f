import { fc } from '@test/unit/property.cjs';

import type { ApiRecord } from '@nodes/shared/api/contract';
import { newestFirst, oldestFirst } from '@nodes/Proofpoint/core/newestFirst';
import { ModelPortal } from '@test/unit/trigger/modelPortal.cjs';
import { microsOf } from '@test/unit/trigger/times.cjs';

import { at, base, DAY, eventsOf, HOUR, NOW } from './eventReadings.cjs';

/** What a portal goes through: events are created, late ones too, and updated. */
const change = fc.record({
	what: fc.constantFrom('create' as const, 'update' as const),
	pick: fc.nat(50),
	lateMinutes: fc.constantFrom(0, 0, 0, 3, 500, 5_000),
	equal: fc.boolean(),
	type: fc.constantFrom('guardian', 'defender'),
	hours: fc.constantFrom(0, 0, 0.01, 0.4, 3, 30),
});
type Change = typeof change extends fc.Arbitrary<infer One> ? One : never;

function apply(portal: ModelPortal, { what, pick, hours, ...how }: Change): void {
	portal.now += Math.round(hours * HOUR);
	if (what === 'create') portal.create(how);
	else portal.update(pick, how.equal);
}

const setting = fc.record({
	before: fc.array(change, { maxLength: 60 }),
	/** What changes before each answer, so while it is read. */
	during: fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 20 }),
	limit: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(Infinity)),
	pageSize: fc.integer({ min: 2, max: 7 }),
	afterDays: fc.option(fc.constantFrom(0.02, 0.3, 2, 9, 40)),
	beforeDays: fc.option(fc.constantFrom(0.01, 0.3, 2)),
	filter: fc.constantFrom('all', 'type', 'revision'),
	seed: fc.nat(),
	looseEnd: fc.boolean(),
});

/** Filters of two kinds: by what never changes, and by what an update changes. */
const filters: Record<string, (event: ApiRecord) => boolean> = {
	all: () => true,
	type: ({ type }) => type === 'guardian',
	revision: ({ revision }) => Number(revision) % 2 === 0,
};

describe.each([
	{ order: 'newestFirst' as const, read: newestFirst, direction: -1 },
	{ order: 'oldestFirst' as const, read: oldestFirst, direction: 1 },
])('$order', ({ read, direction }) => {
	it('is what reading everything, one version per event, filtering, sorting and cutting gives', async () => {
		await fc.assert(
			fc.asyncProperty(setting, async (given) => {
				const { limit, pageSize, seed, looseEnd } = given;
				const portal = new ModelPortal('events', NOW, { dateHeader: false, seed, looseEnd });
				for (const step of given.before) apply(portal, step);
				const now = portal.now;
				const createdAfter = given.afterDays === null ? undefined : at(now - given.afterDays * DAY);
				const createdBefore =
					given.beforeDays === null ? undefined : at(now - given.beforeDays * DAY);
				const passes = filters[given.filter] ?? (() => true);
				portal.between = given.during.map((steps) => () => {
					for (const step of steps) apply(portal, step);
				});

				const reading = await read({
					...base,
					fetchPage: portal.fetchPage,
					limit,
					pageSize,
					now,
					createdAfter,
					createdBefore,
					passes,
				});

				const micros = ({ created_at }: ApiRecord) => microsOf(created_at);
				const newest = [...portal.newest.values()]
					.sort((a, b) => direction * (a - b))
					.flatMap((place) => portal.versions.slice(place, place + 1))
					.map(({ record }) => record);
				const expected = newest
					.filter(
						(event) =>
							(createdAfter === undefined || micros(event) > microsOf(createdAfter)) &&
							(createdBefore === undefined || micros(event) < microsOf(createdBefore)) &&
							passes(event),
					)
					.sort((a, b) => direction * (micros(a) - micros(b)))
					.slice(0, limit);
				expect(eventsOf(reading)).toEqual(expected);
				expect(reading.requests).toBe(portal.requests.length);
				// Only what changes meanwhile may need a larger reserve than a page.
				if (given.during.length === 0) {
					expect(reading.peak).toBeLessThanOrEqual(limit + pageSize + 1);
				}
			}),
			{ numRuns: 1_500 },
		);
	});
});

it('what changes while it is read can take all candidates away: it is read again', async () => {
	const portal = new ModelPortal('events', NOW, { dateHeader: false, seed: 1, looseEnd: false });
	for (let count = 0; count < 40; count++) {
		portal.create();
		portal.now += 1_000;
	}
	// Before the twentieth answer the newest twenty are updated, and fail; the older ones were let go by then.
	const updateNewest = () => {
		for (let count = 0; count < 20; count++) portal.update(20);
	};
	portal.between = [...Array.from({ length: 19 }, () => () => undefined), updateNewest];
	const reading = await newestFirst({
		...base,
		fetchPage: portal.fetchPage,
		limit: 2,
		pageSize: 2,
		now: portal.now,
		// One window only: the next one would find them anyway.
		createdAfter: at(NOW - HOUR / 2),
		passes: ({ revision }) => revision === 0,
	});
	expect(eventsOf(reading).map(({ id }) => id)).toEqual(['event-19', 'event-18']);
	expect(portal.requests.filter(({ created_after }) => created_after)).toHaveLength(2);
});
