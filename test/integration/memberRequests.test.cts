/** Member, Add and Remove over many items: one request carries the members of many items, and each item knows its own. */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { z } from 'zod';

import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;
const nodeType = new ProofpointGroup();
const goOn: Partial<INode> = { onError: 'continueRegularOutput' };

beforeAll(async () => {
	simulator = await startSimulatorHere({
		events: 0,
		groups: 0,
		seed: 8,
		tokens: { second: ['Groups'] },
	});
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => await simulator.clearFaults());

const created = z.object({ id: z.number() });
const body = z.object({
	members: z.array(z.object({ address: z.string().optional(), domain: z.string().optional() })),
});
const locator = (value: number | string) => ({ __rl: true, mode: 'id', value });
const perRow = (operation: string): INodeParameters => ({
	resource: 'member',
	operation,
	groupId: locator('={{ $json.group }}'),
	members: '={{ $json.email }}',
});
const person = (at: number) => `person${at}@acme.example`;

/** How to run it, beside the items. */
interface How {
	operation?: string;
	settings?: Partial<INode>;
	credential?: CredentialData;
	requestOptions?: IDataObject;
	parameters?: INodeParameters;
}

async function run(items: IDataObject[], how: How = {}): Promise<INodeExecutionData[]> {
	return await runNode({
		nodeType,
		parameters: { ...perRow(how.operation ?? 'add'), ...how.parameters },
		items,
		credential: how.credential ?? credential,
		settings: how.settings ?? {},
		...(how.requestOptions ? { requestOptions: how.requestOptions } : {}),
	});
}

async function newGroup(...members: string[]): Promise<number> {
	const parameters = { resource: 'group', operation: 'create', name: 'Shared' };
	const [item] = await runNode({ nodeType, parameters, credential });
	const { id } = created.parse(item?.json);
	if (members.length > 0) await run([{ group: id, email: members }]);
	await simulator.clearRequests();
	return id;
}

async function membersOf(id: number): Promise<string[]> {
	const { groups } = await simulator.state();
	return (groups.find((group) => group.id === id)?.members ?? []).slice().sort();
}

/** What was sent to change members: group, status and members of each request, in order. */
async function sent() {
	const { requests } = await simulator.requests();
	return requests.map(({ path, status, body: text, token }) => ({
		group: Number(/groups\/(\d+)\//.exec(path)?.[1]),
		status,
		token,
		members: body.parse(JSON.parse(text)).members.map(({ address, domain }) => address ?? domain),
	}));
}

async function failureOf(work: Promise<unknown>): Promise<string> {
	try {
		await work;
	} catch (error) {
		const description = error instanceof Error && 'description' in error ? error.description : '';
		return `${error instanceof Error ? error.message : String(error)} | ${String(description)}`;
	}
	throw new Error('it did not fail');
}

const rowsFor = (group: number, count: number): IDataObject[] =>
	Array.from({ length: count }, (_, at) => ({ group, email: person(at) }));
const refuse = async (text: string, status: number, times = 0) =>
	await simulator.addFaults({ contains: text, times, action: { kind: 'status', status } });
const failed = (output: INodeExecutionData[]) =>
	output.flatMap(({ json, pairedItem }) =>
		json.error === undefined ? [] : [pairedItem].flat().map((link) => Number(fieldsIn(link).item)),
	);

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

describe('one bad address among 10,000 rows', () => {
	it('and the node goes on: 14 requests more, and only its own item fails', async () => {
		const group = await newGroup();
		await refuse(person(4_242), 400);
		const output = await run(rowsFor(group, 10_000), { settings: goOn });
		const requests = await sent();
		expect(requests).toHaveLength(114);
		expect(requests.filter(({ status }) => status === 400)).toHaveLength(8);
		expect(failed(output)).toEqual([4_242]);
		expect(output[4_242]?.json).toMatchObject({
			id: group,
			requested: 1,
			sent: 0,
			requests: 0,
			message: expect.stringContaining(person(4_242)),
		});
		expect(output[4_243]?.json).toEqual({ id: group, requested: 1, sent: 1, requests: 1 });
		const members = await membersOf(group);
		expect(members).toHaveLength(9_999);
		expect(members).not.toContain(person(4_242));
	}, 120_000);

	it('and the node stops: nothing is sent behind the refused request, which is reported as one', async () => {
		const group = await newGroup();
		await refuse(person(4_242), 400);
		const told = await failureOf(run(rowsFor(group, 10_000)));
		expect(told).toMatch(/^Proofpoint refused the request as invalid \(400\)/);
		expect(told).toMatch(
			/Carried out: 4200 items, 0-4199\. Failed: 100 items, 4200-4299\. Not tried: 5700 items, 4300-9999\.$/,
		);
		expect(await sent()).toHaveLength(43);
		expect(await membersOf(group)).toHaveLength(4_200);
	}, 120_000);
});

describe('what a refused request means for its items', () => {
	it.each([400, 413, 422])('%i is halved until the bad one is found', async (status) => {
		const group = await newGroup();
		await refuse(person(77), status);
		const output = await run(rowsFor(group, 100), { settings: goOn });
		expect(failed(output)).toEqual([77]);
		expect((await sent()).length).toBeLessThanOrEqual(15);
		expect(await membersOf(group)).toHaveLength(99);
	});

	it.each([
		['401', { kind: 'status', status: 401 }],
		['403', { kind: 'status', status: 403 }],
		['404', { kind: 'status', status: 404 }],
		['409', { kind: 'status', status: 409 }],
		['500', { kind: 'status', status: 500 }],
		['503', { kind: 'status', status: 503 }],
		['a lost answer', { kind: 'reset-after-processing' }],
		['a web page', { kind: 'html-200' }],
	] as const)('%s holds for all of them, and is not halved', async (_name, action) => {
		const group = await newGroup();
		await simulator.addFaults({ contains: person(3), times: 0, action });
		const output = await run(rowsFor(group, 50), { settings: goOn });
		expect(await sent()).toHaveLength(1);
		expect(failed(output)).toHaveLength(50);
		expect(new Set(output.map(({ json }) => json.error)).size).toBe(1);
	});

	it.each([
		['is refused', { kind: 'status', status: 404 } as const, 'Failed: 100 items, 100-199.'],
		[
			'gets lost',
			{ kind: 'reset-after-processing' } as const,
			'Not known whether carried out: 100 items, 100-199.',
		],
	])('the node stops when the second request %s', async (_name, action, line) => {
		const group = await newGroup();
		await simulator.addFaults({ contains: person(150), times: 0, action });
		const told = await failureOf(run(rowsFor(group, 250)));
		expect(told).toContain(`Carried out: 100 items, 0-99. ${line} Not tried: 50 items, 200-249.`);
		expect(await sent()).toHaveLength(2);
	});

	it('a token that is refused fails the items of its request, and the others are not tried', async () => {
		const group = await newGroup();
		const wrong = { ...credential, apiToken: 'wrong' };
		const told = await failureOf(run(rowsFor(group, 250), { credential: wrong }));
		expect(told).toMatch(/Failed: 100 items, 0-99\. Not tried: 150 items, 100-249\.$/);
		expect((await simulator.requests()).requests).toHaveLength(1);
	});

	it.each([
		[[5, 60], 2],
		[[0, 1, 2, 3], 4],
		[[3, 20, 41, 66, 90], 5],
	])(
		'bad ones at %j take at most 14 requests more, and no item is called good that is not',
		async (bad) => {
			const group = await newGroup();
			for (const at of bad) await refuse(`"${person(at)}`, 400);
			const output = await run(rowsFor(group, 100), { settings: goOn });
			expect((await sent()).length).toBeLessThanOrEqual(15);
			const told = failed(output);
			expect(told).toEqual(expect.arrayContaining(bad));
			const members = await membersOf(group);
			expect(members).toHaveLength(100 - told.length);
			for (const at of told) expect(members).not.toContain(person(at));
		},
	);

	it('each batch has 14 requests of its own', async () => {
		const group = await newGroup();
		for (const at of [10, 110, 210]) await refuse(`"${person(at)}`, 400);
		const output = await run(rowsFor(group, 300), { settings: goOn });
		expect(failed(output)).toEqual([10, 110, 210]);
		expect((await sent()).length).toBeLessThanOrEqual(3 * 15);
	});

	it('a half whose answer is lost is not known, and the other half goes on', async () => {
		const group = await newGroup();
		await refuse(`"${person(9)}`, 400, 1);
		await simulator.addFaults({
			contains: `"${person(9)}`,
			nth: 1,
			action: { kind: 'reset-after-processing' },
		});
		const output = await run(rowsFor(group, 100), { settings: goOn });
		expect(await sent()).toHaveLength(3);
		expect(failed(output)).toEqual(Array.from({ length: 50 }, (_, at) => at));
		// A number would say what nobody knows.
		expect(output[0]?.json).toMatchObject({
			message: expect.stringContaining('not known whether'),
			sent: null,
			requests: null,
		});
	});
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
