import {
	anomaliesPageSchema,
	groupsPageSchema,
	resultsPageSchema,
} from '@nodes/shared/api/contract';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { askerOf, type Ask } from './ask.cjs';
import { eventPage, walk } from './walk.cjs';

let simulator: Simulator;
let ask: Ask;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 50, now: '2026-01-31T12:00:00Z' });
	ask = askerOf(simulator);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const shape = async (first: Record<string, string> = {}) => {
	const { pages, events } = await walk(ask, first, 20);
	expect(new Set(events.map(({ id }) => id)).size).toBe(50);
	return pages.map((page) => `${page.events.length}${page.more ? '+' : '.'}`).join(' ');
};

describe('empty pages that say true', () => {
	it.each([
		['first', 1, '0+ 20+ 20+ 10.'],
		['middle', 1, '20+ 0+ 20+ 10.'],
		['last', 1, '20+ 20+ 0+ 10.'],
		['middle', 5, '20+ 0+ 0+ 0+ 0+ 0+ 20+ 10.'],
	] as const)('%s, %i times', async (on, times, pages) => {
		await simulator.planPages({ endpoint: 'events', on, times, empty: true });
		expect(await shape()).toBe(pages);
	});

	it('on the first page with created_after: the checkpoint is the trap', async () => {
		await simulator.planPages({ endpoint: 'events', on: 'first', empty: true });
		const [newest] = await simulator.createEvents({ count: 1 });
		const query = { created_after: '2026-01-31T12:00:00Z' };
		const empty = await eventPage(ask, query);
		expect(empty).toMatchObject({ events: [], more: true });
		const trapped = await eventPage(ask, { after_checkpoint: empty.checkpoint, limit: 2 });
		expect(trapped.events).toEqual((await eventPage(ask, { limit: 2 })).events);
		expect((await eventPage(ask, query)).events.map(({ id }) => id)).toEqual([newest?.id]);
	});
});

describe('the flag', () => {
	it('full page and false', async () => {
		await simulator.planPages({ endpoint: 'events', on: 'first', more: false });
		const page = await eventPage(ask, { limit: 20 });
		expect(page).toMatchObject({ more: false });
		expect(page.events).toHaveLength(20);
		const rest = await eventPage(ask, { after_checkpoint: page.checkpoint });
		expect(rest.events).toHaveLength(30);
	});

	it('short pages and true', async () => {
		await simulator.planPages({ endpoint: 'events', nth: 2, times: 2, size: 3 });
		expect(await shape()).toBe('20+ 3+ 3+ 20+ 4.');
	});

	it('true, then empty with false', async () => {
		await simulator.planPages({ endpoint: 'events', on: 'last', more: true });
		expect(await shape()).toBe('20+ 20+ 10+ 0.');
	});
});

describe('the checkpoint', () => {
	const plan = async (checkpoint: 'unchanged' | 'missing' | 'null' | 'empty' | 'number') => {
		const first = await eventPage(ask, { limit: 2 });
		await simulator.planPages({ endpoint: 'events', checkpoint });
		const query = { after_checkpoint: first.checkpoint, limit: 2 };
		const { json } = await ask('/api/v1/events', { query });
		return { first, json };
	};

	it('unchanged', async () => {
		const { first, json } = await plan('unchanged');
		expect(json).toMatchObject({ checkpoint: first.checkpoint, additional_results: true });
	});

	it('missing, null, empty', async () => {
		expect((await plan('missing')).json).not.toHaveProperty('checkpoint');
		expect((await plan('null')).json).toHaveProperty('checkpoint', null);
		expect((await plan('empty')).json).toHaveProperty('checkpoint', '');
	});

	it('a number that is accepted later', async () => {
		const { json } = await plan('number');
		expect(json).toHaveProperty('checkpoint', expect.any(Number));
		const { checkpoint } = resultsPageSchema.parse(json);
		const next = await eventPage(ask, { after_checkpoint: Number(checkpoint), limit: 2 });
		expect(next.events).toEqual((await walk(ask, {}, 2)).pages[2]?.events);
	});

	it('of anomalies is in each item', async () => {
		await simulator.planPages({ endpoint: 'anomalies', checkpoint: 'missing' });
		const page = anomaliesPageSchema.parse((await ask('/reporting/anomalies/v1')).json);
		expect((page.data ?? []).every((item) => !('checkpoint' in item))).toBe(true);
	});
});

describe('between two pages', () => {
	it('the same id twice in one page', async () => {
		await simulator.planPages({ endpoint: 'events', on: 'first', duplicate: true });
		const page = await eventPage(ask, { limit: 10 });
		expect(page.events).toHaveLength(10);
		expect(page.events[9]).toEqual(page.events[0]);
	});

	it('events of the page are updated and come again, new ones are created', async () => {
		await simulator.planPages({ endpoint: 'events', updateAfter: 2, createAfter: 1 });
		const { pages, events } = await walk(ask, {}, 20);
		const again = pages.at(-1)?.events.map(({ id }) => id) ?? [];
		const twice = pages[0]?.events.slice(0, 2).map(({ id }) => id) ?? [];
		expect(again).toEqual(expect.arrayContaining(twice));
		expect(events).toHaveLength(53);
	});

	it('a named event is updated', async () => {
		const { events } = await walk(ask, {}, 50);
		const id = events[45]?.id ?? '';
		await simulator.planPages({ endpoint: 'events', on: 'first', updateIds: [id] });
		const again = await walk(ask, {}, 20);
		expect(again.events.at(-1)?.id).toBe(id);
		expect(again.events).toHaveLength(50);
	});
});

it('plans work for any list, and can be taken away', async () => {
	await simulator.planPages({ endpoint: 'groups', times: 0, empty: true });
	const read = async () => groupsPageSchema.parse((await ask('/api/v1/groups')).json);
	expect(await read()).toMatchObject({ groups: [], additional_results: true });
	expect((await simulator.state()).pages).toMatchObject([{ seen: 1 }]);
	await simulator.clearPages();
	expect((await read()).groups).toHaveLength(8);
});
