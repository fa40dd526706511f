/** Member, Add over many items when a request is refused or lost: which items failed, and what else is sent. */
import type { Simulator } from '@simulator/client.cjs';

import type { CredentialData } from './host.cjs';
import {
	failed,
	goOn,
	membersOf,
	newGroup,
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
