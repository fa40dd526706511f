/** Odd pages: those that the documentation allows, and those that a broken server sends. */
import { isJsonObject } from '@simulator/json.cjs';
import { jsonText } from '@nodes/shared/core/jsonText';
import type { PagePlanInput } from '@simulator/client.cjs';

import type { FaultCase } from './cases.cjs';
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

/** The records of a page, whatever list it is of. */
function recordsOf(body: Record<string, unknown>): Array<Record<string, unknown>> {
	const records = body.results ?? body.data;
	return Array.isArray(records) ? records.filter(isJsonObject) : [];
}

function saysMore(body: Record<string, unknown>): boolean {
	return body.additional_results === true || body.has_more === true;
}

/** Replaces the checkpoint of a page, where the API's other lists and where anomalies have it. */
function setCheckpoint(body: Record<string, unknown>, checkpoint: string | null | undefined): void {
	const places = 'data' in body ? recordsOf(body) : [body];
	for (const place of places) {
		if (checkpoint === undefined) delete place.checkpoint;
		else place.checkpoint = checkpoint;
	}
}

/** A server that never gives a checkpoint with its last page: nothing more, so nothing to go on with. */
const withoutEnd = ([null, '', undefined] as const).map(
	(checkpoint): FaultCase => ({
		name: `last pages always with the checkpoint ${jsonText(checkpoint) ?? 'missing'}`,
		starts: both,
		walkHosts: ['default', 'durable'],
		play: async (stage) => {
			const cut = () => {
				stage.onAnswer = ({ body }) => {
					if (recordsOf(body).length > 0 && !saysMore(body)) setCheckpoint(body, checkpoint);
				};
			};
			cut();
			await stage.prepare();
			cut();
			const quiet = async () => {
				const { items, error } = await stage.poll();
				stage.check(error === undefined, `failed: ${error?.message ?? ''}`);
				return items.length;
			};
			let came = 0;
			for (let polls = 0; polls < 3; polls++) came += await quiet();
			stage.check(came > 0, 'delivered nothing');
			stage.check((await quiet()) === 0, 'delivered the last page again');
			await stage.happen(5);
			stage.check((await quiet()) > 0, 'delivered nothing new');
			stage.restart();
			stage.time.skip(30 * 3_600_000);
			stage.check((await quiet()) === 0, 'delivered the last page again after a restart');
			await stage.happen(5);
			await quiet();
		},
	}),
);

/** Checkpoints that lead back to where the listing was before, after so many pages. */
const circles = [2, 3, 5].flatMap((length) =>
	[true, false].map(
		(more): FaultCase => ({
			name: `checkpoints in a circle of ${length}, ${more ? 'more to come' : 'nothing more'}`,
			starts: both,
			play: async (stage) => {
				await stage.prepare({ options: { maxItemsPerPoll: 8 } });
				await stage.cutPages({}, 4);
				const passed: string[] = [];
				let answers = 0;
				stage.onAnswer = ({ body }) => {
					answers++;
					const own = body.checkpoint ?? recordsOf(body).at(-1)?.checkpoint;
					if (typeof own !== 'string') return;
					if (passed.length < length && !passed.includes(own)) passed.push(own);
					if (passed.length < length) return;
					const at = passed.indexOf(own);
					if (at >= 0 && at < length - 1) return;
					setCheckpoint(body, passed[0]);
					if ('data' in body) body.has_more = more;
					else body.additional_results = more;
				};
				for (let polls = 0; polls < 8; polls++) await stage.poll();
				stage.check(answers < 8 * (length + 3), `${answers} requests in eight polls`);
				stage.check(!more || stage.errors.length > 0, 'never told of the fault');
			},
		}),
	),
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
	...withoutEnd,
	...circles,
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
