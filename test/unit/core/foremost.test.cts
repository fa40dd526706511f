import { Foremost, type EventOrder } from '@nodes/Proofpoint/core/foremost';

const event = (id: number, second: number, version = 1) => ({
	id,
	created_at: `2026-01-31T10:00:${String(second).padStart(2, '0')}Z`,
	version,
});
const ids = (foremost: Foremost) => foremost.values().map(({ id }) => id);
function of(order: EventOrder, limit: number, reserve: number) {
	return new Foremost(order, limit, reserve);
}

describe('Foremost', () => {
	it.each([
		['newestFirst' as const, [59, 58, 57]],
		['oldestFirst' as const, [0, 1, 2]],
	])('%s: keeps the limit, and holds no more than limit and reserve', (order, expected) => {
		const foremost = of(order, 3, 2);
		// In a mixed order.
		for (let step = 0; step < 60; step++)
			foremost.add(event((step * 37) % 60, (step * 37) % 60), true);
		expect(ids(foremost)).toEqual(expected);
		expect(foremost.exact).toBe(true);
		expect(foremost.peak).toBeLessThanOrEqual(3 + 2 * 2);
	});

	it('the version that came last counts, whatever its time of update', () => {
		const foremost = of('newestFirst', 5, 1);
		foremost.add(event(1, 1, 2), true);
		foremost.add(event(2, 2), true);
		foremost.add(event(1, 1, 1), true);
		expect(foremost.values()).toEqual([event(2, 2), event(1, 1, 1)]);
	});

	it('a version that no longer passes takes the event away', () => {
		const foremost = of('newestFirst', 2, 1);
		foremost.add(event(1, 1), true);
		foremost.add(event(1, 1), false);
		expect(foremost.size).toBe(0);
		expect(foremost.exact).toBe(true);
	});

	it('says so when one that was let go is missing now', () => {
		const foremost = of('newestFirst', 2, 1);
		for (const id of [1, 2, 3, 4]) foremost.add(event(id, id), true);
		foremost.add(event(4, 4), false);
		expect(ids(foremost)).toEqual([3, 2]);
		expect(foremost.exact).toBe(true);
		foremost.add(event(3, 3), false);
		expect(ids(foremost)).toEqual([2]);
		expect(foremost.exact).toBe(false);
	});

	it('says so when an update moved one behind it, among equal times', () => {
		const foremost = of('oldestFirst', 1, 1);
		for (const id of [1, 2, 3]) foremost.add(event(id, 1), true);
		for (const id of [1, 2]) foremost.add(event(id, 1), true);
		expect(foremost.exact).toBe(false);
	});

	it('without a limit lets nothing go', () => {
		const foremost = of('oldestFirst', Infinity, 1);
		for (let id = 0; id < 500; id++) foremost.add(event(id, id % 60), true);
		expect(foremost.values()).toHaveLength(500);
		expect(foremost.exact).toBe(true);
	});
});
