/** Audit entries that show up with an older time than entries that were listed before, equal ones among them. */
import { fc, seed } from '@test/unit/property.cjs';

import { ModelPortal, type Entry } from './modelPortal.cjs';
import { Player } from './player.cjs';
import { startOf } from './polling.cjs';
import { isoOf } from './times.cjs';
import { judge } from './verdict.cjs';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 250);
const NOON = Date.parse('2026-01-31T12:00:00Z');
/** Of the newest so many each one is remembered. */
const REMEMBERED = 2_000;

const step = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('late' as const),
			minutes: fc.constantFrom(1, 5, 30, 300, 3000),
			atItsTime: fc.boolean(),
			equalTo: fc.option(fc.nat(5000), { nil: undefined }),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('add' as const),
			count: fc.integer({ min: 1, max: 6 }),
			equal: fc.boolean(),
		}),
	},
	{
		weight: 5,
		arbitrary: fc.record({
			do: fc.constant('poll' as const),
			maxItems: fc.constantFrom(1, 4, 300, 5000),
			pagesInTime: fc.constantFrom(1, 2, 6, 1000),
			pages: fc.array(
				fc.constantFrom('plain' as const, 'missingCheckpoint' as const, 'short' as const),
				{
					maxLength: 3,
				},
			),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({ do: fc.constantFrom('expire' as const, 'restart' as const) }),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('wait' as const),
			minutes: fc.constantFrom(1, 90, 1500),
		}),
	},
);

const histories = fc.record({
	seed: fc.nat(1_000_000),
	// Long ones now and then: they take their time.
	length: fc.oneof(
		{ weight: 24, arbitrary: fc.constantFrom(0, 1, 6, 25) },
		{ weight: 1, arbitrary: fc.constantFrom(1_950, 2_300, 4_500) },
	),
	startFrom: fc.constantFrom('beginning' as const, 'date' as const, 'now' as const),
	daysAgo: fc.constantFrom(0.01, 1, 5),
	durable: fc.boolean(),
	steps: fc.array(step, { minLength: 1, maxLength: 25 }),
});

it('none is lost and none comes twice, within the newest 2,000', async () => {
	let late = 0;
	const check = fc.asyncProperty(histories, async (history) => {
		const { durable, length, seed: nonce, startFrom } = history;
		const options = { dateHeader: true, seed: nonce, looseEnd: nonce % 2 === 0 };
		const portal = new ModelPortal('audits', NOON - length * 60_000, options);
		for (let made = 0; made < length; made++) {
			portal.now += 60_000;
			portal.addAudit(made % 3 === 0);
		}
		const startDate =
			startFrom === 'date' ? isoOf((NOON - history.daysAgo * 86_400_000) * 1000) : undefined;
		const player = new Player(startOf('auditEntryCreated', startFrom, startDate), portal, {
			durable,
			pageSize: { min: 1, max: length > 100 ? 400 : 5 },
		});
		for (const step of history.steps) {
			switch (step.do) {
				case 'add':
					for (let made = 0; made < step.count; made++) portal.addAudit(step.equal);
					break;
				case 'late': {
					const { atItsTime, equalTo, minutes } = step;
					portal.addLateAudit(minutes, atItsTime, portal.audits.length > 0 ? equalTo : undefined);
					late++;
					break;
				}
				case 'expire':
					portal.expireCheckpoints();
					break;
				case 'restart':
					player.restart();
					break;
				case 'wait':
					portal.now += step.minutes * 60_000;
					break;
				case 'poll':
					portal.script = [...step.pages];
					await player.poll(step);
					portal.script = [];
			}
			portal.now += 1000;
		}
		await player.toTheEnd();
		// Only a listing from the beginning meets those that stand at the place of their time.
		portal.expireCheckpoints();
		await player.toTheEnd();
		const { emit } = await player.poll();
		expect(emit).toEqual([]);

		const newest = new Set<Entry>(
			[...portal.audits]
				.sort((a, b) => (String(a.record.timestamp) < String(b.record.timestamp) ? 1 : -1))
				.slice(0, REMEMBERED - 100),
		);
		const verdict = judge('auditEntryCreated', {
			...player.lived(portal),
			excused: (entry) => !newest.has(entry) && entry.sequence >= length,
		});
		expect(verdict).toMatchObject({ lost: [], doubled: [], replayed: [] });
		expect(player.largestState).toBeLessThanOrEqual(100_000);
	});
	await fc.assert(check, { numRuns, seed });
	expect(late).toBeGreaterThan(numRuns);
}, 3_600_000);
