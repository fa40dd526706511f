/** Lists that never end although each page has records and a checkpoint of its own: each walk is bounded. */
import { readPage } from '@nodes/shared/api/envelopes';
import { endpoints, type ListEndpointName } from '@nodes/shared/api/endpoints';
import type { Answer } from '@nodes/shared/core/fault';
import { Novelty } from '@nodes/shared/core/novelty';
import { walk, type Page } from '@nodes/shared/core/walk';

/** Walks through pages under fresh checkpoints; `records` makes the ones of a page, `asked` is how many were needed. */
async function walkAll(records: (page: number) => object[], pages = Infinity) {
	let asked = 0;
	let read = 0;
	const fetchPage = async (): Promise<Answer<Page>> => {
		const page = asked++;
		if (page > 120_000) throw new Error('asked for ever');
		const value = readPage('events', {
			results: records(page),
			additional_results: page + 1 < pages,
			checkpoint: `c${page}`,
		});
		if (!value) throw new Error('not a page');
		return { ok: true, value };
	};
	for await (const step of walk(fetchPage, { at: 'beginning' }, () => 100)) {
		if (step.kind === 'fault') return { asked, read, fault: step.fault };
		read++;
	}
	return { asked, read, fault: undefined };
}

const event = (id: number, second = 0) => ({
	id: `e${id}`,
	updated_at: `2026-01-31T10:00:${String(second % 60).padStart(2, '0')}Z`,
});
const hundred = (page: number, of: number) =>
	Array.from({ length: 100 }, (_, at) => (page * 100 + at) % of);
const oneOf: Record<ListEndpointName, (at: number) => object> = {
	events: (at) => event(at),
	groups: (id) => ({ id, name: `Group ${id}` }),
	group: (at) => ({ address: `person${at}@acme.example` }),
	monitoredUsers: (id) => ({ id, address: `person${id}@acme.example`, status: null }),
	anomalies: (at) => ({ links: { portal_url: `https://acme.example/${at}` } }),
	audits: (at) => ({ timestamp: '2026-01-31T10:00:00Z', action: `action ${at}` }),
	companyRisk: (at) => ({ date: `day ${at}`, total_score: at }),
};
const lists = Object.keys(oneOf).filter((name): name is ListEndpointName => name in endpoints);

it.each(lists)('%s: the same hundred records again and again end with a fault', async (name) => {
	const { asked, fault } = await walkAll((page) => hundred(page, 100).map(oneOf[name]));
	expect(fault).toEqual({ kind: 'stuck', why: 'repeatedRecords' });
	expect(asked).toBe(101);
});

it('so do records that come round in an order of their own', async () => {
	const { asked, fault } = await walkAll((page) => hundred(page * 7, 2_350).map((at) => event(at)));
	expect(fault).toEqual({ kind: 'stuck', why: 'repeatedRecords' });
	expect(asked).toBeLessThan(200);
});

it('a page that repeats, or overlaps, does no harm', async () => {
	const { read, fault } = await walkAll(
		(page) => hundred(Math.floor(page / 50), 1e9).map((at) => event(at)),
		400,
	);
	expect(fault).toBeUndefined();
	expect(read).toBe(400);
});

it('a new version is something new', async () => {
	const { fault } = await walkAll((page) => [event(1, page), event(2, page + 1)], 60);
	expect(fault).toBeUndefined();
});

it('a list that always brings something new ends too, with words of its own', async () => {
	const { asked, fault } = await walkAll((page) => [{ id: page }]);
	expect(fault).toEqual({ kind: 'stuck', why: 'tooLong' });
	expect(asked).toBe(100_000);
}, 60_000);

it('remembers the records of the last pages only', () => {
	const novelty = new Novelty(10);
	const news = (from: number) =>
		novelty.bringsNews(Array.from({ length: 5 }, (_, at) => event(from + at)));
	expect([0, 0, 5, 10, 5].map(news)).toEqual([true, false, true, true, false]);
	expect([100, 200, 300, 400, 0].map(news)).toEqual([true, true, true, true, true]);
});
