import { MOST_REMEMBERED, Seen } from '@nodes/Trigger/core/seen';

const at = (hour: number, minute = 0) =>
	new Date(Date.UTC(2026, 0, 1, hour, minute)).toISOString().replace('Z', '000');
/** As n8n stores and reads it. */
const restored = (seen: Seen) => new Seen(structuredClone(seen.toStored()));

describe('Seen', () => {
	it('remembers a key at its time, across storing', () => {
		const seen = new Seen();
		seen.add('a', at(1));
		seen.add('b', at(2));
		const again = restored(seen);
		for (const memory of [seen, again]) {
			expect(memory.has('a', at(1, 59))).toBe(true);
			expect(memory.has('b', at(2))).toBe(true);
			expect(memory.has('a', at(2))).toBe(false);
			expect(memory.has('c', at(1))).toBe(false);
			expect(memory.size).toBe(2);
		}
	});

	it('the same key counts once', () => {
		const seen = new Seen();
		for (let round = 0; round < 5; round++) seen.add('a', at(1));
		expect(seen.size).toBe(1);
	});

	it('forgets whole hours behind the horizon, never the horizon’s own', () => {
		const seen = new Seen();
		for (const hour of [1, 2, 3]) seen.add(`k${hour}`, at(hour, 30));
		seen.forgetUpTo(at(3, 10));
		expect([seen.has('k1', at(1)), seen.has('k2', at(2)), seen.has('k3', at(3))]).toEqual([
			false,
			false,
			true,
		]);
		expect(seen.size).toBe(1);
	});

	it('makes room by the oldest hours, says up to where, and spares what is too young', () => {
		const seen = new Seen();
		for (let key = 0; key < MOST_REMEMBERED + 10; key++) seen.add(`k${key}`, at(key % 10));
		expect(seen.forgetOldestUpTo(at(0, 30))).toBeUndefined();
		expect(seen.forgetOldestUpTo(at(8))).toBe('2026-01-01T00:59:59.999999');
		expect(seen.size).toBeLessThanOrEqual(MOST_REMEMBERED);
		expect(seen.forgetOldestUpTo(at(8))).toBeUndefined();
		expect(seen.has('k1', at(1))).toBe(true);
	});

	it('at any price: the oldest go one by one, a key that came again is not old', () => {
		const seen = new Seen();
		for (let key = 0; key < MOST_REMEMBERED; key++) seen.add(`k${key}`, at(1));
		seen.add('k0', at(1));
		for (let key = 0; key < 3; key++) seen.add(`new${key}`, at(1));
		seen.forgetExcess();
		expect(seen.size).toBe(MOST_REMEMBERED);
		expect(seen.has('k0', at(1))).toBe(true);
		expect([1, 2, 3].map((key) => seen.has(`k${key}`, at(1)))).toEqual([false, false, false]);
		expect(seen.has('k4', at(1))).toBe(true);
		expect(seen.has('new2', at(1))).toBe(true);
	});

	it.each([
		['all in one hour', () => 1],
		['each in an hour of its own', (key: number) => key],
		['three an hour', (key: number) => Math.floor(key / 3)],
	])('never stores more than 68,000 characters: %s', (_name, hourOf) => {
		const seen = new Seen();
		for (let key = 0; key < 20_000; key++) seen.add(`k${key}`, at(hourOf(key)));
		seen.forgetExcess();
		expect(JSON.stringify(seen.toStored()).length).toBeLessThan(68_000);
		expect(seen.size).toBeGreaterThanOrEqual(2_170);
		expect(seen.has('k19999', at(hourOf(19_999)))).toBe(true);
	});

	it('records without a time have a place of their own', () => {
		const seen = new Seen();
		seen.add('a', '');
		expect(restored(seen).has('a', '')).toBe(true);
	});

	it('a cut-off digest is left out', () => {
		expect(new Seen({ '2026-01-01T01': 'short' }).size).toBe(0);
	});
});
