/** How many members Sync may remove, and what an empty list means. */
import type { Simulator } from '@simulator/client.cjs';

import {
	groupOf,
	locator,
	membersOf,
	people,
	run,
	startSyncWorld,
	sync,
	writes,
} from './syncWorld.cjs';
import { failureOf } from './failure.cjs';

let simulator: Simulator;

beforeAll(async () => {
	({ simulator } = await startSyncWorld());
});
afterAll(async () => await simulator.stop());

describe('the bound on removals', () => {
	const present = people(10);

	it.each([
		['half, when it is not set', {}, 5, true],
		['more than half, when it is not set', {}, 6, false],
		['as many as it allows', { maxRemovals: 3 }, 3, true],
		['one more than it allows', { maxRemovals: 3 }, 4, false],
		['the text of a number', { maxRemovals: ' 8 ' }, 8, true],
		['none at all', { maxRemovals: 0 }, 1, false],
		['an empty field', { maxRemovals: '' }, 6, false],
	])('%s', async (_name, options, removals, passes) => {
		const id = await groupOf(...present);
		const wanted = present.slice(removals);
		const work = run({ ...sync, groupId: locator(id), members: wanted.join(), options });
		if (passes) {
			expect((await work)[0]?.json).toMatchObject({ removed: present.slice(0, removals) });
			expect(await membersOf(id)).toEqual([...wanted].sort());
		} else {
			const words = await failureOf(work);
			expect(words).toContain(`Sync would remove ${removals} of the 10 members of the group ${id}`);
			expect(words).toContain(present.slice(0, removals).join(', '));
			expect(await writes()).toBe(0);
			expect(await membersOf(id)).toEqual([...present].sort());
		}
	});

	it.each([[-1], ['many'], ['={{ $json.nothing }}'], [1.5], [true]])(
		'%j is refused by its name',
		async (bad) => {
			const id = await groupOf(...present);
			const options = { maxRemovals: bad };
			expect(
				await failureOf(run({ ...sync, groupId: locator(id), members: 'x@acme.example', options })),
			).toContain('The parameter “Max Removals” has an invalid value');
			expect(await writes()).toBe(0);
		},
	);

	it('an empty list needs both switches', async () => {
		const id = await groupOf(...present);
		const empty = { ...sync, groupId: locator(id), members: '' };
		expect(await failureOf(run(empty))).toContain('The list of members is empty');
		expect(await failureOf(run({ ...empty, options: { allowEmpty: true } }))).toContain(
			'would remove 10 of the 10',
		);
		expect(await writes()).toBe(0);
		await run({ ...empty, options: { allowEmpty: true, maxRemovals: 10 } });
		expect(await membersOf(id)).toEqual([]);
	});

	it.each(['={{ $json.a }}, {{ $json.b }}', ' , ;', '={{ [$json.a, $json.b].join(",") }}'])(
		'separators with nothing between them are no empty list, with both switches too: %s',
		async (members) => {
			const id = await groupOf(...present);
			const options = { allowEmpty: true, maxRemovals: 100 };
			const words = await failureOf(run({ ...sync, groupId: locator(id), members, options }));
			expect(words).toContain('“Members” has no value');
			expect(await membersOf(id)).toHaveLength(present.length);
		},
	);

	it('allowEmpty counts only if all items set it, and the smallest bound wins', async () => {
		const id = await groupOf(...present);
		const parameters = {
			...sync,
			groupId: locator(id),
			members: '={{ $json.email }}',
			options: { allowEmpty: '={{ $json.allow }}', maxRemovals: '={{ $json.most }}' },
		};
		const words = await failureOf(
			run(parameters, [
				{ email: [], allow: true, most: 100 },
				{ email: [], allow: false, most: 100 },
			]),
		);
		expect(words).toContain('The list of members is empty');
		const bound = await failureOf(
			run(parameters, [
				{ email: present[0], allow: true, most: 100 },
				{ email: present[1], allow: true, most: 7 },
			]),
		);
		expect(bound).toContain('“Max Removals” is 7');
		expect(await membersOf(id)).toHaveLength(10);
	});
});
