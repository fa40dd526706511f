/** Odd pages: those that the documentation allows, and those that a broken server sends. */
import type { PagePlanInput } from '@simulator/client.cjs';

import type { FaultCase } from './cases.cjs';
import { checkpointCases } from './checkpointCases.cjs';
import { AHEAD, PAGE } from './setting.cjs';
import type { Stage } from './stage.cjs';

const places = [
	['first', 1],
	['middle', 2],
	['last', 3],
] as const;
const eventModes = ['securityEventCreated', 'securityEventCreatedOrUpdated'] as const;
const both = ['now', 'beginning'] as const;

/** The pages ahead are cut, one of them is odd; one poll meets it, then all is well. */
function odd(plan: Partial<PagePlanInput>): FaultCase['play'] {
	return async (stage) => {
		await stage.prepare();
		await stage.cutPages(plan);
		await stage.poll();
	};
}

/** The odd page comes again and again for some polls: nothing may come twice meanwhile. */
function lasting(plan: Partial<PagePlanInput>): FaultCase['play'] {
	return async (stage) => {
		await stage.prepare();
		await stage.cutPages({ ...plan, times: 0 });
		for (let polls = 0; polls < 3; polls++) await stage.poll();
	};
}

async function sizesAsked(stage: Stage): Promise<Set<number>> {
	const { requests } = await stage.simulator.requests();
	return new Set(requests.map(({ query }) => Number(query.limit)));
}

const emptyPages: FaultCase[] = [
	...places.map(
		([place, nth]): FaultCase => ({
			name: `empty page + true, ${place} page`,
			starts: both,
			play: odd({ nth, empty: true }),
		}),
	),
	{
		name: 'empty page + true, 20 in a row',
		starts: both,
		play: async (stage) => {
			await stage.prepare();
			await stage.cutPages({ nth: 2, times: 20, empty: true });
			for (let polls = 0; polls < 8; polls++) await stage.poll();
		},
	},
];

const flags: FaultCase[] = [
	...places.map(
		([place, nth]): FaultCase => ({
			name: `full page + false, ${place} page`,
			starts: both,
			play: async (stage) => {
				// As many records as were asked for: only then can a false be doubted.
				await stage.prepare({ options: { maxItemsPerPoll: PAGE } });
				await stage.cutPages({ nth, more: false });
				await stage.poll();
			},
		}),
	),
	{
		name: 'short page + true, two records each',
		starts: both,
		play: async (stage) => {
			await stage.prepare();
			await stage.cutPages({}, 2);
			await stage.poll();
		},
	},
	{ name: 'true, then empty', starts: both, play: odd({ nth: 3, more: true }) },
];

const checkpoints = (['unchanged', 'missing', 'null', 'empty', 'number'] as const).flatMap(
	(checkpoint): FaultCase[] => [
		...places.map(
			([place, nth]): FaultCase => ({
				name: `checkpoint ${checkpoint}, ${place} page`,
				starts: nth === 1 ? ['now'] : both,
				play: odd({ nth, checkpoint }),
			}),
		),
		{
			name: `checkpoint ${checkpoint}, every page of three polls`,
			hosts: ['default'],
			play: lasting({ checkpoint }),
		},
	],
);

const changes: FaultCase[] = [
	{
		name: 'same id twice in a page',
		// Audit entries have no id: two that are equal are two.
		events: [...eventModes, 'anomalyDetected'],
		starts: both,
		play: odd({ duplicate: true, times: 0 }),
	},
	{
		name: 'events updated between their two pages',
		events: eventModes,
		starts: both,
		play: odd({ nth: 1, updateAfter: 5 }),
	},
	{
		name: 'events updated again and again while they are read',
		events: eventModes,
		starts: both,
		play: async (stage) => {
			await stage.prepare({ options: { maxItemsPerPoll: 10 } });
			await stage.cutPages({ updateAfter: 3, times: 6 }, 10);
			for (let polls = 0; polls < 6; polls++) await stage.poll();
		},
	},
	{
		name: 'events created while others are read',
		events: eventModes,
		starts: both,
		play: odd({ nth: 1, times: 3, createAfter: 4 }),
	},
];

const sizes: FaultCase[] = [
	...[1, 21, 101].map(
		(most): FaultCase => ({
			name: `at most ${most} items per poll`,
			starts: most === 1 ? ['now'] : both,
			play: async (stage) => {
				await stage.prepare({ options: { maxItemsPerPoll: most } });
				if (most > AHEAD) await stage.happen(PAGE * 4);
				for (let polls = 0; polls < (most < 10 ? 10 : 3); polls++) {
					const { items } = await stage.poll();
					// A page is always finished, and the events API has none of one record. Anomalies have the largest pages.
					const page = stage.event === 'anomalyDetected' ? 1000 : PAGE;
					stage.check(items.length <= Math.max(most, 2) + page, `${items.length} items in a poll`);
				}
				const asked = await sizesAsked(stage);
				const isEvents = stage.endpoint === 'events';
				stage.check(!isEvents || (!asked.has(1) && !asked.has(101)), 'asked for 1 or 101 events');
			},
		}),
	),
];

/** Every page that can be odd, and how much is asked for. */
export const pageCases: FaultCase[] = [
	...emptyPages,
	...flags,
	...checkpoints,
	...checkpointCases,
	...changes,
	...sizes,
	{
		name: 'empty first run',
		play: async (stage) => {
			await stage.open({}, { events: 0, audits: 0, anomalies: 0 });
			for (let polls = 0; polls < 3; polls++) await stage.poll();
			const { requests } = await stage.simulator.requests();
			const replays = requests.some(({ query }) => query.after_checkpoint !== undefined);
			// The walk of the updated mode begins without created_after, so it may follow the checkpoint.
			stage.check(
				stage.event !== 'securityEventCreated' || !replays,
				'used the checkpoint of an empty answer',
			);
			await stage.happen(5);
			await stage.poll();
			stage.restart();
		},
	},
	{
		name: 'empty first run, then a restart',
		hosts: ['default', 'durable', 'n8n 1.x'],
		play: async (stage) => {
			await stage.open({}, { events: 0, audits: 0, anomalies: 0 });
			await stage.poll();
			await stage.poll();
			stage.restart();
			await stage.poll();
			await stage.happen(5);
		},
	},
	{
		name: 'first run: empty + true to created_after',
		events: eventModes,
		play: async (stage) => {
			await stage.open({}, { events: 0 });
			await stage.simulator.planPages({ endpoint: 'events', times: 10, empty: true });
			for (let polls = 0; polls < 3; polls++) await stage.poll();
			await stage.heal();
			await stage.poll();
			await stage.happen(5);
		},
	},
	{
		name: 'checkpoints with + / = % &',
		play: async (stage) => {
			await stage.prepare();
			await stage.cutPages({}, 1);
			const small = stage.endpoint === 'events';
			if (small) await stage.simulator.clearPages();
			for (let polls = 0; polls < 6; polls++) await stage.poll();
			for (let rounds = 0; rounds < 20 && stage.event !== 'anomalyDetected'; rounds++) {
				await stage.happen(1);
				await stage.poll();
			}
			const { requests } = await stage.simulator.requests();
			const seen = requests.map(({ query }) => query.after_checkpoint ?? '').join(' ');
			for (const character of '+/=%&') {
				stage.check(seen.includes(character), `no checkpoint with ${character} was sent`);
			}
		},
	},
];
