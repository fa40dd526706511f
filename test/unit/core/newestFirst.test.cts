import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Answer } from '@nodes/shared/core/fault';
import {
	newestFirst,
	oldestFirst,
	windowStarts,
	type EventQuery,
} from '@nodes/Proofpoint/core/newestFirst';
import { sortableTime } from '@nodes/shared/core/timestamp';
import type { FetchPage, Page, PageQuery } from '@nodes/shared/core/walk';
import { isoOf, microsOf } from '@test/unit/trigger/times.cjs';

import { at, base, DAY, eventsOf, HOUR, NOW } from './eventReadings.cjs';

/** A portal whose events are updated the moment they are created: a list, because 200,000 of them must take no time. */
function quietPortal(events: ApiRecord[]) {
	const queries: PageQuery[] = [];
	const times = events.map((event) => sortableTime(event.created_at) ?? '');
	const fetchPage: FetchPage = async (query): Promise<Answer<Page>> => {
		queries.push(query);
		const after = sortableTime(query.created_after) ?? '';
		let start = Number(query.after_checkpoint ?? 0);
		if (after !== '') while ((times[start] ?? '~') <= after) start++;
		const end = Math.min(start + query.limit, events.length);
		return {
			ok: true,
			value: { records: events.slice(start, end), more: end < events.length, checkpoint: `${end}` },
		};
	};
	return { fetchPage, queries };
}

/** So many events, evenly over the last week, the oldest first. */
function week(count: number): ApiRecord[] {
	return Array.from({ length: count }, (_, index) => {
		const age = Math.round(((count - index - 0.5) * 7 * DAY) / count);
		const created = isoOf((NOW - age) * 1000);
		return { id: `e${index}`, type: 'defender', created_at: created, updated_at: created, index };
	});
}

describe('what the newest 50 cost', () => {
	const busyWeek = week(200_000);
	const lastWeek = { createdAfter: at(NOW - 7 * DAY) };
	const measure = async (events: ApiRecord[], more: Partial<EventQuery> = {}) => {
		const portal = quietPortal(events);
		const reading = await newestFirst({
			...base,
			...lastWeek,
			fetchPage: portal.fetchPage,
			...more,
		});
		return { reading, found: eventsOf(reading).map(({ index }) => index), queries: portal.queries };
	};

	it.each([
		{ inTheWeek: 0, requests: 4, found: 0 },
		{ inTheWeek: 200, requests: 5, found: 50 },
		{ inTheWeek: 200_000, requests: 12, found: 50 },
	])('$inTheWeek events in a week: $requests requests', async ({ inTheWeek, requests, found }) => {
		const {
			reading,
			found: indexes,
			queries,
		} = await measure(inTheWeek === busyWeek.length ? busyWeek : week(inTheWeek));
		expect(reading.requests).toBe(requests);
		expect(queries).toHaveLength(requests);
		expect(indexes).toEqual(Array.from({ length: found }, (_, index) => inTheWeek - 1 - index));
		expect(reading.peak).toBeLessThanOrEqual(50 + 100);
	});

	it('the oldest 50 of 200,000 need the whole chain, but not its memory', async () => {
		const portal = quietPortal(busyWeek);
		const reading = await oldestFirst({ ...base, ...lastWeek, fetchPage: portal.fetchPage });
		expect(eventsOf(reading).map(({ index }) => index)).toEqual([...Array(50).keys()]);
		expect(reading.requests).toBe(2_000);
		expect(reading.peak).toBeLessThanOrEqual(50 + 100);
	});

	it('a rare match among 200,000: at most a fifth more than reading the week once', async () => {
		const { reading, found } = await measure(busyWeek, {
			passes: ({ index }) => Number(index) % 20_000 === 0,
		});
		expect(found).toHaveLength(10);
		expect(reading.requests).toBeGreaterThanOrEqual(2_000);
		expect(reading.requests).toBeLessThanOrEqual(2_400);
	});

	it('a large limit holds a tenth more than it', async () => {
		const { reading, found } = await measure(busyWeek, { limit: 20_000 });
		expect(found).toHaveLength(20_000);
		expect(reading.peak).toBeLessThanOrEqual(22_000);
	});

	it('without a limit the boundary is read once', async () => {
		const { reading, found } = await measure(week(2_000), { limit: Infinity });
		expect(found).toHaveLength(2_000);
		expect(reading.requests).toBe(20);
	});

	it('without a limit it ends at more than the most', async () => {
		const { fetchPage, queries } = quietPortal(week(2_000));
		const query = { ...base, ...lastWeek, fetchPage, limit: Infinity, most: 450 };
		expect((await newestFirst(query)).kind).toBe('tooMany');
		expect(queries).toHaveLength(5);
		expect((await oldestFirst(query)).kind).toBe('tooMany');
	});

	it('a fault ends it, with what it had cost', async () => {
		const { fetchPage } = quietPortal(week(200));
		let asked = 0;
		const reading = await newestFirst({
			...base,
			...lastWeek,
			fetchPage: async (query) =>
				++asked === 3 ? { ok: false, fault: { kind: 'status', status: 503 } } : fetchPage(query),
		});
		expect(reading).toMatchObject({
			kind: 'fault',
			fault: { kind: 'status', status: 503 },
			requests: 3,
		});
	});
});

describe('the windows', () => {
	const back = (query: Partial<EventQuery>) =>
		windowStarts({ ...base, ...query }).map((start) => (NOW - microsOf(start) / 1000) / HOUR);

	it('grow, and end at “Created After” exactly', () => {
		expect(back({ createdAfter: at(NOW - 7 * DAY) })).toEqual([1, 6, 24, 7 * 24]);
		expect(back({ createdAfter: at(NOW - 10 * DAY) })).toEqual([1, 6, 24, 10 * 24]);
		expect(back({ createdAfter: at(NOW - 20 * DAY) })).toEqual([1, 6, 24, 7 * 24, 20 * 24]);
		expect(back({ createdAfter: at(NOW - HOUR / 2) })).toEqual([0.5]);
		// A default that was evaluated a moment before: the same week must not be read twice.
		const justBefore = { createdAfter: '2026-11-21T09:59:59.999999Z' };
		expect(windowStarts({ ...base, ...justBefore }).at(-1)).toBe(justBefore.createdAfter);
		expect(windowStarts({ ...base, ...justBefore })).toHaveLength(4);
	});

	it('are open without “Created After”', () => {
		expect(back({})).toEqual([1, 6, ...[1, 7, 30, 90, 365].map((days) => days * 24)]);
	});

	it('begin at “Created Before”, the smaller the closer that is', () => {
		const ago = (days: number) => ({ createdBefore: at(NOW - days * DAY) });
		expect(back(ago(1)).slice(0, 2)).toEqual([24 + 6, 24 + 24]);
		expect(back(ago(30)).slice(0, 2)).toEqual([37 * 24, 60 * 24]);
		expect(back(ago(-1))).toEqual(back({}));
		expect(back(ago(3_650))).toEqual([]);
	});

	it('are not needed for all events', () => {
		expect(windowStarts({ ...base, limit: Infinity })).toEqual([]);
		const createdAfter = at(NOW - DAY);
		expect(windowStarts({ ...base, limit: Infinity, createdAfter })).toEqual([createdAfter]);
	});
});

describe('order and bounds', () => {
	const made = (id: string, created_at: string | null) => ({ id, created_at });
	const read = async (events: ApiRecord[], query: Partial<EventQuery> = {}) => {
		const { fetchPage } = quietPortal(events);
		const all = { ...base, fetchPage, ...query };
		return [await newestFirst(all), await oldestFirst(all)].map((reading) =>
			eventsOf(reading)
				.map(({ id }) => id)
				.join(''),
		);
	};

	it('equal times stand as in the chain; microseconds count', async () => {
		const events = [
			made('a', '2026-11-28T09:00:00.000002Z'),
			made('b', '2026-11-28T09:00:00.000001Z'),
			made('c', '2026-11-28T09:00:00Z'),
			made('d', '2026-11-28T09:00:00.000000Z'),
		];
		expect(await read(events)).toEqual(['abdc', 'cdba']);
		expect(await read(events, { limit: 2 })).toEqual(['ab', 'cd']);
	});

	it('both bounds are exclusive', async () => {
		const events = [1, 2, 3, 4].map((n) => made(`${n}`, `2026-11-28T09:00:00.00000${n}Z`));
		const bounds = {
			createdAfter: '2026-11-28T09:00:00.000001Z',
			createdBefore: '2026-11-28T09:00:00.000004Z',
		};
		expect(await read(events, bounds)).toEqual(['32', '23']);
	});

	it('an event without a readable time is not dropped, and counts as the newest', async () => {
		const events = [made('a', '2026-11-28T09:00:00Z'), made('x', null), made('y', 'soon')];
		expect(await read(events)).toEqual(['yxa', 'axy']);
		expect(await read(events, { createdBefore: '2026-11-28T08:00:00Z' })).toEqual(['yx', 'xy']);
	});

	it('events without an ID are all kept', async () => {
		const events = [{ created_at: '2026-11-28T09:00:00Z' }, { created_at: '2026-11-28T09:00:00Z' }];
		const reading = await newestFirst({ ...base, fetchPage: quietPortal(events).fetchPage });
		expect(eventsOf(reading)).toHaveLength(2);
	});
});
