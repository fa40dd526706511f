import { NewestVersions } from '@nodes/shared/core/newestVersions';

const version = (id: unknown, updated_at?: string, more = {}) => ({
	...(typeof id === 'string' || typeof id === 'number' ? { id } : {}),
	...(updated_at === undefined ? {} : { updated_at }),
	...more,
});

function newestOf(...pages: Array<ReturnType<typeof version>[]>) {
	const versions = new NewestVersions();
	for (const page of pages) versions.add(page);
	expect(versions.values()).toHaveLength(versions.size);
	return versions.values();
}

describe('NewestVersions', () => {
	const early = version('a', '2026-01-31T10:00:00.000001Z');
	const late = version('a', '2026-01-31T10:00:00.000002Z');
	const other = version('b', '2026-01-31T10:00:00Z');

	it('a newer version takes the place where the API put it', () => {
		expect(newestOf([early, other], [late])).toEqual([other, late]);
	});

	it('an older one changes nothing', () => {
		expect(newestOf([late, other], [early])).toEqual([late, other]);
	});

	it('of two with the same time the one returned later wins, however the time is written', () => {
		const second = version('a', '2026-01-31T10:00:00.000002Z', { second: true });
		expect(newestOf([late, other], [second])).toEqual([other, second]);
		expect(newestOf([late, other, second])).toEqual([other, second]);
		const whole = version('a', '2026-01-31T10:00:00Z');
		const zeros = version('a', '2026-01-31T10:00:00.000000Z', { zeros: true });
		expect(newestOf([whole], [zeros])).toEqual([zeros]);
		expect(newestOf([zeros], [whole])).toEqual([whole]);
	});

	it('the same record twice is one and stays where it was, whatever brings it again', () => {
		expect(newestOf([early, other, early])).toEqual([early, other]);
		expect(newestOf([early, other], [{ ...early }])).toEqual([early, other]);
		const rich = version('r', '2026-01-31T10:00:00Z', { details: { list: [{ a: 1 }] } });
		expect(newestOf([rich, other], [structuredClone(rich)])).toEqual([rich, other]);
	});

	it('without a readable time the later one of the chain is newer', () => {
		const unreadable = version('a', 'soon', { later: true });
		expect(newestOf([late], [unreadable])).toEqual([unreadable]);
		expect(newestOf([version('a')], [late])).toEqual([late]);
	});

	it('records without an id are all kept', () => {
		expect(newestOf([version(undefined), version(undefined)], [version(undefined)])).toHaveLength(
			3,
		);
	});

	it('hands out the very same objects', () => {
		expect(newestOf([early])[0]).toBe(early);
	});
});
