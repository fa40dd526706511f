import { readPage } from '@nodes/shared/api/envelopes';
import { endpoints } from '@nodes/shared/api/endpoints';
import type { Answer } from '@nodes/shared/core/fault';
import {
	pageSizeFor,
	positionAfter,
	queryOf,
	walk,
	type Page,
	type PageQuery,
	type Position,
	type Step,
} from '@nodes/shared/core/walk';

const beginning: Position = { at: 'beginning' };
const createdAfter: Position = {
	at: 'createdAfter',
	time: '2026-01-31T00:00:00.000000Z',
};
const down: Answer<Page> = {
	ok: false,
	fault: { kind: 'status', status: 503 },
};

/** A page as the events endpoint sends it, through the real envelope. */
function page(ids: string[], more: boolean, checkpoint?: unknown): Answer<Page> {
	const body = {
		results: ids.map((id) => ({ id })),
		additional_results: more,
		...(checkpoint === undefined ? {} : { checkpoint }),
	};
	const value = readPage('events', body);
	if (!value) throw new Error('not a page');
	return { ok: true, value };
}

async function read(pages: Array<Answer<Page>>, start: Position = beginning, size = () => 100) {
	const queries: PageQuery[] = [];
	const steps: Step[] = [];
	const fetchPage = async (query: PageQuery) => {
		queries.push(query);
		const next = pages[queries.length - 1];
		if (!next) throw new Error('one page too many was asked for');
		return next;
	};
	for await (const step of walk(fetchPage, start, size)) steps.push(step);
	const ids = steps.flatMap((step) =>
		step.kind === 'page' ? step.records.map(({ id }) => id) : [],
	);
	for (const query of queries) {
		// Rule 4: never both.
		expect(query.created_after !== undefined && query.after_checkpoint !== undefined).toBe(false);
	}
	return { queries, steps, ids, last: steps.at(-1) };
}

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

describe('a page without a way on', () => {
	it.each([
		['missing', undefined],
		['null', null],
		['empty', ''],
	])(
		'a checkpoint that is %s, with more to come, is a fault and not an end',
		async (_name, checkpoint) => {
			const { ids, last } = await read([page(['a'], true, 'c1'), page(['b'], true, checkpoint)]);
			expect(ids).toEqual(['a']);
			expect(last).toEqual({
				kind: 'fault',
				fault: { kind: 'stuck', why: 'missing' },
			});
		},
	);

	it.each([undefined, null, ''])('at the end %p is no fault', async (checkpoint) => {
		const { ids, last } = await read([page(['a'], true, 'c1'), page(['b'], false, checkpoint)]);
		expect(ids).toEqual(['a', 'b']);
		// What was reached before stays the place to go on from.
		expect(last).toMatchObject({
			end: true,
			next: { at: 'checkpoint', checkpoint: 'c1' },
		});
	});

	it('the same checkpoint again, with records, is a fault', async () => {
		const { last } = await read([page(['a'], true, 'c1'), page(['b'], true, 'c1')]);
		expect(last).toEqual({
			kind: 'fault',
			fault: { kind: 'stuck', why: 'repeated' },
		});
	});

	it('the same checkpoint on an empty page is asked again three times', async () => {
		const empty = page([], true, 'c1');
		const { last, queries } = await read([page(['a'], true, 'c1'), empty, empty, empty, empty]);
		expect(last).toEqual({
			kind: 'fault',
			fault: { kind: 'stuck', why: 'repeated' },
		});
		expect(queries).toHaveLength(5);
		const freed = await read([
			page(['a'], true, 'c1'),
			empty,
			empty,
			empty,
			page(['b'], false, 'c2'),
		]);
		expect(freed.ids).toEqual(['a', 'b']);
	});

	it('a number is a checkpoint like any other', async () => {
		const { queries } = await read([page(['a'], true, 17), page([], false, 17)]);
		expect(queries[1]).toEqual({ limit: 100, after_checkpoint: '17' });
		const nought = await read([page(['a'], true, 0), page([], false, 1)]);
		expect(nought.queries[1]).toEqual({ limit: 100, after_checkpoint: '0' });
	});

	it('a checkpoint is opaque: odd characters are handed on as they are', async () => {
		const odd = '+/= %&?#"\\ü\u0000';
		const { queries } = await read([page(['a'], true, odd), page([], false, odd)]);
		expect(queries[1]?.after_checkpoint).toBe(odd);
	});
});

describe('a checkpoint that was seen before in the same listing', () => {
	const stuck = { kind: 'fault', fault: { kind: 'stuck', why: 'repeated' } };

	/** Pages whose checkpoints go round and round for ever. */
	async function round(
		checkpoints: string[],
		{ empty = false, start = beginning, lead = [] }: Partial<Round> = {},
	) {
		let asked = 0;
		const steps: Step[] = [];
		const fetchPage = async () => {
			if (asked > 100) throw new Error('asked for ever');
			const number = asked++;
			const checkpoint =
				lead[number] ?? checkpoints[(number - lead.length) % checkpoints.length] ?? '';
			return page(empty && number > 0 ? [] : [`r${number}`], true, checkpoint);
		};
		for await (const step of walk(fetchPage, start, () => 100)) steps.push(step);
		return { asked, steps };
	}
	interface Round {
		empty: boolean;
		start: Position;
		lead: string[];
	}

	const circles = [['A', 'B'], ['A', 'B', 'C'], Array.from({ length: 40 }, (_, n) => `c${n}`)];
	const cases = circles.flatMap((circle) =>
		[false, true].flatMap((empty) =>
			[beginning, createdAfter].map(
				(start) => [circle.length, empty, start.at, circle, start] as const,
			),
		),
	);
	it.each(cases)(
		'%p of them in a circle, empty pages %p, from %p: a fault at once',
		async (length, empty, _at, circle, start) => {
			const { asked, steps } = await round(circle, { empty, start });
			expect(asked).toBe(length + 1);
			expect(steps.at(-1)).toEqual(stuck);
			// What came before the circle closed is valid.
			expect(steps.filter(({ kind }) => kind === 'page')).toHaveLength(length);
		},
	);

	it('A, B, C, then A and B for ever; and back to where the walk began', async () => {
		expect((await round(['B', 'C'], { lead: ['A'] })).asked).toBe(4);
		const at: Position = { at: 'checkpoint', checkpoint: 'S' };
		expect((await round(['A', 'S'], { start: at })).asked).toBe(2);
	});

	it('at the end leads nowhere, and is no fault', async () => {
		const { ids, last } = await read([
			page(['a'], true, 'A'),
			page(['b'], true, 'B'),
			page(['c'], false, 'A'),
		]);
		expect(ids).toEqual(['a', 'b', 'c']);
		expect(last).toMatchObject({ end: true, next: { at: 'checkpoint', checkpoint: 'B' } });
	});

	it('anomalies: the last record has a checkpoint from before', async () => {
		let asked = 0;
		const steps: Step[] = [];
		const fetchPage = async (): Promise<Answer<Page>> => {
			const checkpoint = ['A', 'B'][asked++ % 2];
			const data = [{ id: `a${asked}` }, { id: `b${asked}`, checkpoint }];
			const value =
				asked < 50 ? readPage('anomalies', { status: 0, has_more: true, data }) : undefined;
			if (!value) throw new Error('asked for ever');
			return { ok: true, value };
		};
		for await (const step of walk(fetchPage, beginning, () => 100)) steps.push(step);
		expect(asked).toBe(3);
		expect(steps.at(-1)).toEqual(stuck);
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
