import type { ApiRecord } from '@nodes/shared/api/contract';
import type { EventReference } from '@nodes/shared/core/eventReference';
import { EventSearch, type SearchSettings } from '@nodes/shared/core/eventSearch';
import type { Fault } from '@nodes/shared/core/fault';
import type { FetchPage, PageQuery } from '@nodes/shared/core/walk';

import { VirtualTime } from './virtualTime.cjs';

const starts = ['2026-01-31T11:00:00Z', '2026-01-31T06:00:00Z', '2026-01-01T00:00:00Z'];

const id = (text: string): EventReference => ({ kind: 'id', id: text });
const link = (number: number): EventReference => ({
	kind: 'link',
	page: 'impersonation_attacks',
	number: String(number),
});

function event(name: string, created_at: string, number = 0): ApiRecord {
	const portal_link = `https://acme.tessian-platform.com/0/events/impersonation_attacks?check_log_id=${number}`;
	return { id: name, type: 'defender', created_at, updated_at: created_at, portal_link };
}

const young = event('young', '2026-01-31T11:30:00Z', 1);
const old = event('old', '2026-01-20T00:00:00Z', 2);
const twin = event('twin', '2026-01-02T00:00:00Z', 1);

/** The list of events, in virtual time: what was created after the time on the first page, the rest behind checkpoints. */
function setUp(events: ApiRecord[], more: Partial<SearchSettings> = {}) {
	const time = new VirtualTime();
	const queries: PageQuery[] = [];
	const faults: Fault[] = [];
	const fetchPage: FetchPage = async (query) => {
		queries.push(query);
		await time.sleep(100);
		const fault = faults.shift();
		if (fault) return { ok: false, fault };
		const from = query.after_checkpoint?.split(' ')[0] ?? query.created_after ?? '';
		const skip = Number(query.after_checkpoint?.split(' ')[1] ?? 0);
		const all = events.filter(({ created_at }) => String(created_at) > from);
		const records = all.slice(skip, skip + query.limit);
		const next = skip + records.length;
		return { ok: true, value: { records, checkpoint: `${from} ${next}`, more: next < all.length } };
	};
	const search = new EventSearch({ starts, fetchPage, clock: time, pageSize: 2, ...more });
	const find = async (...wanted: EventReference[]) =>
		await time.run(Promise.all(wanted.map(async (one) => await search.find(one))));
	const froms = () => queries.flatMap(({ created_after: from }) => (from ? [from] : []));
	return { time, search, find, queries, faults, froms };
}

describe('an ID', () => {
	it('is looked for in the nearest window first, further back only if it is not there', async () => {
		const { find, froms } = setUp([old, young]);
		expect(await find(id('young'))).toEqual([{ kind: 'found', event: young }]);
		expect(froms()).toEqual(starts.slice(0, 1));
		expect(await find(id('old'))).toEqual([{ kind: 'found', event: old }]);
		expect(froms()).toEqual([starts[0], ...starts]);
	});

	it('that is nowhere says how far was looked', async () => {
		const { find } = setUp([old, young]);
		expect(await find(id('none'))).toEqual([{ kind: 'missing', looked: 2, from: starts[2] }]);
	});

	it('that comes by twice: the version returned last, whatever its time', async () => {
		const later = { ...young, updated_at: '2020-01-01T00:00:00Z' };
		const { find } = setUp([young, later]);
		expect(await find(id('young'))).toEqual([{ kind: 'found', event: later }]);
	});

	it('ends the walk early only where that was asked for', async () => {
		const many = Array.from({ length: 20 }, (_, at) => event(`e${at}`, '2026-01-31T11:30:00Z'));
		const whole = setUp(many);
		await whole.find(id('e0'));
		expect(whole.queries).toHaveLength(10);
		const early = setUp(many, { endsEarly: true });
		await early.find(id('e0'), id('e3'));
		expect(early.queries).toHaveLength(2);
	});
});

describe('a link', () => {
	it('is looked for in the whole time, so that a second event that it fits is seen', async () => {
		const { find, froms } = setUp([twin, old, young]);
		expect(await find(link(1), link(2), link(3))).toEqual([
			{ kind: 'several', ids: ['twin', 'young'] },
			{ kind: 'found', event: old },
			{ kind: 'missing', looked: 3, from: starts[2] },
		]);
		expect(froms()).toEqual(starts.slice(2));
	});

	it('an event without an ID is none that could be acted on', async () => {
		const { find } = setUp([{ ...old, id: null }]);
		expect(await find(link(2))).toMatchObject([{ kind: 'missing', looked: 1 }]);
	});

	it('two versions of one event are one event, also where a walk ends early', async () => {
		const { find, queries } = setUp([young, old, { ...young, updated_at: 'later' }, old, twin], {
			endsEarly: true,
		});
		expect(await find(link(2))).toEqual([{ kind: 'found', event: old }]);
		expect(queries).toHaveLength(3);
	});
});

describe('many at once', () => {
	it('share one walk, also if they come some milliseconds apart', async () => {
		const events = Array.from({ length: 200 }, (_, at) =>
			event(`e${at}`, '2026-01-10T00:00:00Z', at),
		);
		const { time, search, queries } = setUp(events, { pageSize: 100 });
		const found = events.map(async (_event, at) => {
			await time.sleep(at * 15);
			return await search.find(link(at));
		});
		const kinds = (await time.run(Promise.all(found))).map(({ kind }) => kind);
		expect(new Set(kinds)).toEqual(new Set(['found']));
		expect(queries).toHaveLength(2);
	});

	it('those that come while a walk is under way get the next one', async () => {
		const { time, search, froms } = setUp([young]);
		const late = time.sleep(60).then(async () => await search.find(id('young')));
		await time.run(Promise.all([search.find(id('young')), late]));
		expect(froms()).toEqual([starts[0], starts[0]]);
	});
});

describe('what goes wrong', () => {
	const down: Fault = { kind: 'status', status: 503 };

	it('is told to all who wait, once', async () => {
		const { find, faults, queries } = setUp([young]);
		faults.push(down);
		const fault = { kind: 'fault', fault: down };
		expect(await find(id('young'), link(1))).toEqual([fault, fault]);
		expect(queries).toHaveLength(1);
		expect(await find(id('young'))).toEqual([{ kind: 'found', event: young }]);
	});

	it('a list that is too long: a link is not taken for the only one', async () => {
		const many = Array.from({ length: 20 }, (_, at) => event(`e${at}`, '2026-01-31T11:30:00Z', at));
		const { find } = setUp(many, { limits: { ms: 1_000_000, pages: 3 } });
		const cut = {
			kind: 'cut',
			looked: 6,
			from: starts[2],
			afterMs: 300,
			lastSeen: '2026-01-31T11:30:00Z',
		};
		expect(await find(link(0), id('e1'), id('none'))).toEqual([
			cut,
			{ kind: 'found', event: many[1] },
			cut,
		]);
	});

	it('a search that takes too long', async () => {
		const many = Array.from({ length: 20 }, (_, at) => event(`e${at}`, '2026-01-31T11:30:00Z', at));
		const { find } = setUp(many, { limits: { ms: 150, pages: 1_000 } });
		expect(await find(id('none'))).toMatchObject([{ kind: 'cut', looked: 4 }]);
	});
});
