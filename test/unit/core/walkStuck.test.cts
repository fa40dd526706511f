import { readPage } from '@nodes/shared/api/envelopes';
import type { Answer } from '@nodes/shared/core/fault';
import { walk, type Page, type Position, type Step } from '@nodes/shared/core/walk';
import { beginning, createdAfter, page, read } from './walkedPages.cjs';

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
