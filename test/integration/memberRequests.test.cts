/** Member, Add and Remove over many items: one request carries the members of many items, and each item knows its own. */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INode } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';
import {
	created,
	failed,
	goOn,
	locator,
	membersOf,
	newGroup,
	nodeType,
	person,
	refuse,
	rowsFor,
	run,
	sent,
	startMembersWorld,
} from './membersWorld.cjs';
import { failureOf } from './failure.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	({ simulator, credential } = await startMembersWorld());
});
afterAll(async () => await simulator.stop());
beforeEach(async () => await simulator.clearFaults());

describe.each(['add', 'remove'])('%s', (operation) => {
	it('10,000 rows with one member each go into one group with 100 requests', async () => {
		const group = await newGroup();
		const output = await run(rowsFor(group, 10_000), { operation });
		const requests = await sent();
		expect(requests).toHaveLength(100);
		expect(requests.flatMap(({ members }) => members)).toEqual(
			Array.from({ length: 10_000 }, (_, at) => person(at)),
		);
		expect(output).toHaveLength(10_000);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(output.map((_, item) => ({ item })));
		const own = { id: group, requested: 1, sent: 1, requests: 1 };
		expect(output.filter(({ json }) => JSON.stringify(json) !== JSON.stringify(own))).toEqual([]);
	}, 120_000);
});

describe('which items share a request', () => {
	it('a member that several items give is sent once, and each item counts its own', async () => {
		const group = await newGroup();
		const output = await run([
			{ group, email: 'a@acme.example, b@acme.example' },
			{ group, email: 'B@ACME.example' },
			{ group, email: 'c@acme.example; a@acme.example' },
		]);
		expect(await sent()).toMatchObject([
			{ members: ['a@acme.example', 'b@acme.example', 'c@acme.example'] },
		]);
		expect(output.map(({ json }) => json)).toEqual([
			{ id: group, requested: 2, sent: 2, requests: 1 },
			{ id: group, requested: 1, sent: 1, requests: 1 },
			{ id: group, requested: 2, sent: 2, requests: 1 },
		]);
	});

	it('lists that span several requests count those that carried their members', async () => {
		const group = await newGroup();
		const list = (from: number, count: number) =>
			Array.from({ length: count }, (_, at) => person(from + at));
		const output = await run([
			{ group, email: list(0, 150) },
			{ group, email: list(150, 20) },
			{ group, email: [...list(170, 100), person(0)] },
		]);
		expect((await sent()).map(({ members }) => members.length)).toEqual([100, 100, 70]);
		expect(output.map(({ json }) => [json.requested, json.sent, json.requests])).toEqual([
			[150, 150, 2],
			[20, 20, 1],
			[101, 101, 3],
		]);
	});

	it('a list that is refused half way says what was sent, and its rest is not sent any more', async () => {
		const group = await newGroup();
		const list = (from: number, count: number) =>
			Array.from({ length: count }, (_, at) => person(from + at));
		await refuse(`"${person(120)}`, 400);
		const items = [
			{ group, email: list(0, 250) },
			{ group, email: person(900) },
		];
		const output = await run(items, { settings: goOn });
		expect(output[0]?.json).toMatchObject({
			requested: 250,
			sent: 100,
			requests: 1,
			message: expect.stringContaining('Done before: 100 of 250 members were sent.'),
		});
		expect(output[1]?.json).toEqual({ id: group, requested: 1, sent: 1, requests: 1 });
		expect((await membersOf(group)).length).toBe(101);

		const again = await newGroup();
		const told = await failureOf(
			run([
				{ group: again, email: list(0, 250) },
				{ group: again, email: person(900) },
			]),
		);
		expect(told).toContain(
			'Carried out in part: 1 item, 0 (item 0: 100 of 250 members were sent). Not tried: 1 item, 1.',
		);
	});

	it('items of other groups, tokens, portals or options never do', async () => {
		const other = await startSimulatorHere({ events: 0, groups: 0, seed: 9 });
		try {
			const [a, b] = [await newGroup(), await newGroup()];
			const elsewhere = await runNode({
				nodeType,
				parameters: { resource: 'group', operation: 'create', name: 'Elsewhere' },
				items: [{}, {}],
				credential: { ...credential, portalUrl: other.url, apiToken: other.token },
			});
			const groups = elsewhere.map(({ json }) => created.parse(json).id);
			expect(groups).toContain(a > 102 ? groups[0] : a);
			await other.clearRequests();
			const main = { url: simulator.url, token: simulator.token, timeout: 5_000 };
			const kinds: IDataObject[] = [
				{ ...main, group: a },
				{ ...main, group: `0${b}` },
				{ ...main, group: a, token: simulator.tokens.second },
				{ ...main, group: groups[0], url: other.url, token: other.token },
				{ ...main, group: a, timeout: 6_000 },
			];
			// All kinds take turns; the texts of equal numbers are equal options.
			const items = Array.from({ length: 50 }, (_, at) => {
				const { timeout, ...kind } = kinds[at % 5] ?? {};
				return {
					...kind,
					email: person(at),
					timeout: at % 2 === 0 ? timeout : ` ${String(timeout)} `,
				};
			});
			const output = await run(items, {
				credential: {
					portalUrl: '={{ $json.url }}',
					apiToken: '={{ $json.token }}',
					allowCustomHost: true,
				},
				requestOptions: { timeout: '={{ $json.timeout }}' },
			});
			expect(output.map(({ json }) => [json.sent, json.requests])).toEqual(items.map(() => [1, 1]));
			const requests = await sent();
			const seen = requests.map(({ group, token, members }) => [group, token, members.length]);
			expect(seen.sort()).toEqual(
				[
					[a, 'main', 10],
					[a, 'main', 10],
					[a, 'second', 10],
					[b, 'main', 10],
				].sort(),
			);
			expect((await other.requests()).requests).toHaveLength(1);
		} finally {
			await other.stop();
		}
	});

	it('no group waits for another one that is slow', async () => {
		const [slow, quick] = [await newGroup(), await newGroup()];
		await simulator.addFaults({
			path: `groups/${slow}/`,
			times: 0,
			action: { kind: 'delay', ms: 700 },
		});
		const items = Array.from({ length: 400 }, (_, at) => ({
			group: at < 200 ? slow : quick,
			email: person(at),
		}));
		await run(items);
		const { requests } = await simulator.requests();
		const ends = (group: number) =>
			Math.max(
				...requests
					.filter(({ path }) => path.includes(`/${group}/`))
					.map(({ outMs }) => outMs ?? 0),
			);
		expect(ends(slow) - ends(quick)).toBeGreaterThan(800);
	});
});

describe.each([
	['stops on errors', {}],
	['goes on after errors', goOn],
	['goes on through the error output', { onError: 'continueErrorOutput' }],
] satisfies Array<[string, Partial<INode>]>)('when the node %s', (_, settings) => {
	it.each([
		['has no group', { group: '' }],
		['has another thing than a group', { group: 'HR' }],
		['has no address', { email: undefined }],
		['has an empty text', { email: '' }],
		['has junk among its members', { email: 'a@acme.example, junk' }],
		['throws in its expression', { group: 'THROW' }],
		['has no credential', { token: '' }],
		['has a time-out that is none', { timeout: 'soon' }],
		['has a time-out whose expression throws', { timeout: 'THROW' }],
		['has a time-out whose expression gives nothing', { timeout: undefined }],
	])('an item that %s fails by itself, or before anything is sent', async (_name, bad) => {
		const group = await newGroup();
		const good = { group, token: simulator.token, timeout: 5_000 };
		for (const at of [0, 1]) {
			await simulator.clearRequests();
			const items: IDataObject[] = [0, 1, 2].map((row) => ({ ...good, email: person(row) }));
			items[at] = { ...items[at], ...bad };
			const work = run(items, {
				settings,
				credential: { ...credential, apiToken: '={{ $json.token }}' },
				parameters: {
					groupId: locator(
						'={{ $json.group === "THROW" ? $("Nowhere").first().json.id : $json.group }}',
					),
				},
				requestOptions: {
					timeout:
						'={{ $json.timeout === "THROW" ? $("Nowhere").first().json.id : $json.timeout }}',
				},
			});
			if (Object.keys(settings).length === 0) {
				const rest = at === 0 ? '1-2' : '0, 2';
				expect(await failureOf(work)).toMatch(
					new RegExp(
						`Failed: 1 item, ${at}\\. (\\S+: )?Not tried: 2 items, ${rest}\\.|: Not tried: 2 items, ${rest}\\. No portal: Failed: 1 item, ${at}\\.$`,
					),
				);
				expect(await sent()).toEqual([]);
			} else {
				const output = await work;
				expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
					[0, 1, 2].map((item) => ({ item })),
				);
				expect(failed(output)).toEqual([at]);
				expect((await sent()).map(({ members }) => members.length)).toEqual([2]);
			}
		}
	});
});

it('an empty list from an expression sends nothing and is no failure', async () => {
	const group = await newGroup();
	const output = await run([
		{ group, email: [] },
		{ group, email: person(1) },
	]);
	expect(output.map(({ json }) => json)).toEqual([
		{ id: group, requested: 0, sent: 0, requests: 0 },
		{ id: group, requested: 1, sent: 1, requests: 1 },
	]);
});

it('twice the items take about twice the time', async () => {
	const group = await newGroup();
	const timeOf = async (count: number) => {
		const startedAt = process.cpuUsage().user;
		await run(rowsFor(group, count), { parameters: { groupId: locator(group) } });
		return process.cpuUsage().user - startedAt;
	};
	await timeOf(1_000);
	const [small, large] = [await timeOf(4_000), await timeOf(16_000)];
	// Squares would make it 16.
	expect(large / small).toBeLessThan(8);
}, 180_000);
