/** Monitored users as no portal should list them: one of them twice in a round, statuses with the names of JavaScript's own. */
import { ModelUsers, nobody } from './modelUsers.cjs';
import { poll, startOf, type Polled } from './polling.cjs';

const NOON = Date.parse('2026-01-31T12:00:00Z');
const start = startOf('userConnectionChanged');

async function watch(
	portal: ModelUsers,
	stored: string | undefined,
	{ max = 10, pagesInTime = Infinity } = {},
): Promise<Polled> {
	let pagesLeft = pagesInTime;
	portal.begin(portal.known);
	const polled = await poll(start, stored, {
		fetchPage: portal.fetchPage,
		pageSize: { min: 1, max },
		now: () => portal.now,
		outOfTime: () => --pagesLeft <= 0,
	});
	expect(polled.emit).toEqual(portal.owed);
	return polled;
}

describe.each([
	['on one page', { max: 10 }],
	['on two pages', { max: 2 }],
	['in two polls', { max: 2, pagesInTime: 1 }],
])('a user who is listed twice with two statuses, %s', (_where, how) => {
	it('is no change, however often the same is listed, and a change of both is one', async () => {
		const portal = new ModelUsers(NOON);
		portal.known = nobody;
		portal.add(1, 'A');
		portal.add(2, 'A');
		portal.add(3, 'A');
		portal.add(1, 'B');
		let stored: string | undefined;
		const came = async (polls: number) => {
			const statuses: unknown[] = [];
			for (let made = 0; made < polls; made++) {
				const polled = await watch(portal, stored, how);
				({ stored } = polled);
				statuses.push(...polled.emit.map(({ id, status }) => [id, status]));
			}
			return statuses;
		};
		expect(await came(8)).toEqual([]);
		for (const user of portal.users.filter(({ id }) => id === 1)) user.status = 'C';
		expect(await came(4)).toEqual([[1, 'C']]);
		// Once it is listed once, its status is compared with the one that counted.
		portal.users.pop();
		expect(await came(4)).toEqual([]);
	});
});

it.each(['__proto__', '___proto__', 'constructor', 'toString', '_', '', ' '])(
	'the status %j is one as any other',
	async (status) => {
		for (const id of [1, 'user-1']) {
			const portal = new ModelUsers(NOON);
			portal.add(id, 'A');
			let { stored } = await watch(portal, undefined);
			for (const next of [status, 'B', status, 'A']) {
				for (const user of portal.users) user.status = next;
				const polled = await watch(portal, stored);
				({ stored } = polled);
				expect(polled.emit).toMatchObject([{ id, status: next }]);
				expect((await watch(portal, stored)).emit).toEqual([]);
			}
		}
	},
);
