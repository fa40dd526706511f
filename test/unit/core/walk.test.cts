import { endpoints } from '@nodes/shared/api/endpoints';
import { pageSizeFor, positionAfter, queryOf, type Position } from '@nodes/shared/core/walk';
import { beginning, createdAfter, down, page, read } from './walkedPages.cjs';

describe('the flag alone decides whether to ask again', () => {
	it('short and full pages', async () => {
		const { ids, queries, last } = await read([
			page(['a'], true, 'c1'),
			page(['b', 'c'], true, 'c2'),
			page(['d'], false, 'c3'),
		]);
		expect(ids).toEqual(['a', 'b', 'c', 'd']);
		expect(queries.map((query) => query.after_checkpoint)).toEqual([undefined, 'c1', 'c2']);
		expect(last).toMatchObject({
			end: true,
			next: { at: 'checkpoint', checkpoint: 'c3' },
		});
	});

	it('a full page that says false is the end', async () => {
		const full = Array.from({ length: 100 }, (_, index) => `e${index}`);
		const { ids, queries } = await read([page(full, false, 'c1')]);
		expect(ids).toHaveLength(100);
		expect(queries).toHaveLength(1);
	});

	it.each([
		['first', [page([], true, 'c1'), page(['a'], true, 'c2'), page(['b'], false, 'c3')]],
		['in the middle', [page(['a'], true, 'c1'), page([], true, 'c2'), page(['b'], false, 'c3')]],
		[
			'last but one',
			[
				page(['a'], true, 'c1'),
				page(['b'], true, 'c2'),
				page([], true, 'c3'),
				page([], false, 'c4'),
			],
		],
	])('an empty page that says true: %s', async (_where, pages) => {
		const { ids, last } = await read(pages);
		expect(ids).toEqual(['a', 'b']);
		expect(last).toMatchObject({ kind: 'page', end: true });
	});

	it('twenty of them in a row', async () => {
		const empties = Array.from({ length: 20 }, (_, index) => page([], true, `c${index}`));
		const { ids, queries } = await read([
			page(['a'], true, 'c'),
			...empties,
			page(['b'], false, 'z'),
		]);
		expect(ids).toEqual(['a', 'b']);
		expect(queries).toHaveLength(22);
	});

	it('true, and then nothing', async () => {
		const { ids, last } = await read([page(['a'], true, 'c1'), page([], false, 'c1')]);
		expect(ids).toEqual(['a']);
		expect(last).toMatchObject({
			end: true,
			next: { at: 'checkpoint', checkpoint: 'c1' },
		});
	});
});

describe('the created_after trap', () => {
	it('the checkpoint of an empty answer is thrown away', async () => {
		const { last, queries } = await read([page([], false, 'trap')], createdAfter);
		expect(queries).toEqual([{ limit: 100, created_after: createdAfter.time }]);
		expect(last).toMatchObject({ end: true, next: createdAfter });
	});

	it('an empty answer that promises more is asked again, three times at most', async () => {
		const trap = page([], true, 'trap');
		const { queries, last } = await read([trap, trap, trap, trap], createdAfter);
		expect(queries).toHaveLength(4);
		for (const query of queries) {
			expect(query).toEqual({ limit: 100, created_after: createdAfter.time });
		}
		expect(last).toMatchObject({
			kind: 'page',
			end: true,
			more: true,
			next: createdAfter,
		});
	});

	it('goes on by checkpoint alone once there are events', async () => {
		const { queries, ids } = await read(
			[
				page([], true, 'trap'),
				page(['a'], true, 'c1'),
				page([], true, 'c2'),
				page(['b'], false, 'c3'),
			],
			createdAfter,
		);
		expect(ids).toEqual(['a', 'b']);
		expect(queries.slice(2)).toEqual([
			{ limit: 100, after_checkpoint: 'c1' },
			{ limit: 100, after_checkpoint: 'c2' },
		]);
	});

	it('events without a checkpoint, and more to come, are a fault', async () => {
		const { last, ids } = await read([page(['a'], true)], createdAfter);
		expect(ids).toEqual([]);
		expect(last).toMatchObject({ kind: 'fault', fault: { kind: 'stuck' } });
	});
});

describe('a fault', () => {
	it('ends the walk; the pages before it stand', async () => {
		const { ids, last } = await read([page(['a'], true, 'c1'), down]);
		expect(ids).toEqual(['a']);
		expect(last).toEqual({
			kind: 'fault',
			fault: { kind: 'status', status: 503 },
		});
	});

	it('on the first page leaves nothing', async () => {
		expect((await read([down])).steps).toHaveLength(1);
	});
});

describe('positions and sizes', () => {
	it('the query of each position', () => {
		expect(queryOf(beginning, 7)).toEqual({ limit: 7 });
		expect(queryOf(createdAfter, 7)).toEqual({
			limit: 7,
			created_after: createdAfter.time,
		});
		expect(queryOf({ at: 'checkpoint', checkpoint: 'c' }, 7)).toEqual({
			limit: 7,
			after_checkpoint: 'c',
		});
	});

	it('a page that leads nowhere gives the very same position back', () => {
		const at: Position = { at: 'checkpoint', checkpoint: 'c' };
		expect(positionAfter(at, { records: [], more: false })).toBe(at);
		expect(positionAfter(at, { records: [{ id: 1 }], checkpoint: 'c', more: true })).toBe(at);
		expect(
			positionAfter(createdAfter, {
				records: [],
				checkpoint: 'trap',
				more: true,
			}),
		).toBe(createdAfter);
	});

	it.each([
		[1, 2],
		[0, 2],
		[-5, 2],
		[2, 2],
		[2.5, 3],
		[99, 99],
		[100, 100],
		[101, 100],
		[Infinity, 100],
	])('%p events wanted: a page of %p, never 1 or 101', (wanted, size) => {
		expect(pageSizeFor(wanted, endpoints.events.pageSize)).toBe(size);
	});

	it('asks for the size anew before each page', async () => {
		const sizes = [100, 50, 2];
		const { queries } = await read(
			[page(['a'], true, 'c1'), page(['b'], true, 'c2'), page(['c'], false, 'c3')],
			beginning,
			() => sizes.shift() ?? 0,
		);
		expect(queries.map(({ limit }) => limit)).toEqual([100, 50, 2]);
	});

	it('hands on the time of the server', async () => {
		const answer = page(['a'], false, 'c1');
		const { last } = await read([answer.ok ? { ...answer, serverTime: 5 } : answer]);
		expect(last).toMatchObject({ serverTime: 5 });
	});
});
