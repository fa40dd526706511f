/** Sync over many items: the group equals what its items list together, or it is untouched. */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';
import {
	goOn,
	groupOf,
	locator,
	membersOf,
	nodeType,
	people,
	perRow,
	run,
	startSyncWorld,
	writes,
} from './syncWorld.cjs';
import { failureOf } from './failure.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	({ simulator, credential } = await startSyncWorld());
});
afterAll(async () => await simulator.stop());

it.each([3, 250, 5_000])(
	'%i rows, one member each, into two groups: each group equals its rows',
	async (count) => {
		const half = Math.ceil(count / 2);
		const a = await groupOf('person0@acme.example', 'gone@acme.example', 'stays.not@acme.example');
		const b = await groupOf();
		const rows = people(count).map((email, at) => ({ email, group: at < half ? a : b }));
		// The two groups take turns in the input.
		const items = rows.map((_, at) => rows[at % 2 === 0 ? at / 2 : half + (at - 1) / 2] ?? {});
		const output = await run({ ...perRow, options: { maxRemovals: 2 } }, items);
		expect(output).toHaveLength(2);
		expect(await membersOf(a)).toEqual(people(half).sort());
		expect(await membersOf(b)).toEqual(people(count - half, half).sort());
		const linked = output.flatMap(({ pairedItem }) => [pairedItem].flat());
		expect(linked).toHaveLength(count);
		expect(output[0]?.json).toMatchObject({ id: a, unchanged: 1 });
		expect(await writes()).toBe(Math.ceil((half - 1) / 100) + 1 + Math.ceil((count - half) / 100));
	},
	120_000,
);

describe.each([
	['stops on errors', {}],
	['goes on after errors', goOn],
])('when the node %s', (_, settings) => {
	it.each([
		['evaluates to nothing', { email: undefined }],
		['is an empty text', { email: '' }],
		['is an empty list', { email: [] }],
		['is no address', { email: 'not an address' }],
		['throws in its expression', { email: 'x@acme.example', group: 'THROW' }],
		['has no group', { email: 'x@acme.example', group: '' }],
	])('a row that %s leaves its group untouched', async (_name, bad) => {
		const id = await groupOf('a@acme.example', 'old@acme.example', 'older@acme.example');
		const items: IDataObject[] = [
			{ email: 'a@acme.example', group: id },
			{ group: id, ...bad },
			{ email: 'b@acme.example', group: id },
		];
		const parameters = {
			...perRow,
			groupId: locator(
				'={{ $json.group === "THROW" ? $json.no.such.thing.at.all.x() : $json.group }}',
			),
			options: { maxRemovals: 3 },
		};
		const output = run(parameters, items, settings);
		if (settings === goOn) {
			const told = await output;
			expect(told.map(({ pairedItem }) => pairedItem)).toEqual([
				{ item: 0 },
				{ item: 1 },
				{ item: 2 },
			]);
			for (const { json } of told) expect(json.error).toEqual(expect.any(String));
			expect(told[0]?.json.error).toBe(
				`Nothing was written to the group ${id}: item 1 could not be used`,
			);
		} else {
			expect(await failureOf(output)).toMatch(/Failed: 1 item, 1\. Not tried: 2 items, 0, 2\.$/);
		}
		expect(await writes()).toBe(0);
		expect(await membersOf(id)).toEqual([
			'a@acme.example',
			'old@acme.example',
			'older@acme.example',
		]);
	});
});

it('with "continue" a bad row stops its own group only', async () => {
	const [a, b] = [await groupOf('a@acme.example'), await groupOf('b@acme.example')];
	const output = await run(
		perRow,
		[
			{ email: 'a2@acme.example', group: a },
			{ email: 'b@acme.example', group: b },
			{ email: '<broken', group: a },
			{ email: 'b2@acme.example', group: b },
		],
		goOn,
	);
	expect(output.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		[{ item: 1 }, { item: 3 }],
		{ item: 2 },
	]);
	expect(await membersOf(a)).toEqual(['a@acme.example']);
	expect(await membersOf(b)).toEqual(['b2@acme.example', 'b@acme.example'].sort());
});

it('where the node stops on errors, one list that is refused leaves every group as it is', async () => {
	const [a, b, c] = [
		await groupOf('a@acme.example'),
		await groupOf('b@acme.example'),
		await groupOf(),
	];
	const items: IDataObject[] = [
		{ group: a, email: ['a@acme.example', 'new@acme.example'] },
		{ group: b, email: [] },
		{ group: c, email: 'new@acme.example' },
	];
	const told = await failureOf(run(perRow, items));
	expect(told).toContain('The list of members is empty, so the group was left as it is');
	expect(await membersOf(a)).toEqual(['a@acme.example']);
	expect(await membersOf(b)).toEqual(['b@acme.example']);
	expect(await membersOf(c)).toEqual([]);
});

it('an item without a usable credential stops each group that it may mean', async () => {
	const id = await groupOf('a@acme.example');
	const output = await runNode({
		nodeType,
		parameters: perRow,
		items: [
			{ email: 'a@acme.example', group: id, token: simulator.token },
			{ email: 'b@acme.example', group: id },
		],
		credential: { ...credential, apiToken: '={{ $json.token }}' },
		settings: goOn,
	});
	expect(output.map(({ json }) => json.error)).toEqual([
		`Nothing was written to the group ${id}: item 1 could not be used`,
		'The API Token in the credential is empty',
	]);
	expect(await writes()).toBe(0);
});

it('one dry run makes its group dry, and shows the plan', async () => {
	const [a, b] = [await groupOf('a@acme.example'), await groupOf('b@acme.example')];
	const output = await run({ ...perRow, options: { dryRun: '={{ $json.dry }}', maxRemovals: 1 } }, [
		{ email: 'x@acme.example', group: a, dry: false },
		{ email: 'y@acme.example', group: a, dry: ' TRUE ' },
		{ email: 'z@acme.example', group: b, dry: 0 },
	]);
	expect(output[0]?.json).toEqual({
		id: a,
		added: ['x@acme.example', 'y@acme.example'],
		removed: ['a@acme.example'],
		unchanged: 0,
		dryRun: true,
	});
	expect(await membersOf(a)).toEqual(['a@acme.example']);
	expect(await membersOf(b)).toEqual(['z@acme.example']);
});

it('the report of a stopped run does not call a dry run carried out', async () => {
	const [a, b] = [await groupOf(), await groupOf('b@acme.example')];
	const told = await failureOf(
		run({ ...perRow, options: { dryRun: '={{ $json.dry }}' } }, [
			{ email: 'x@acme.example', group: a, dry: true },
			{ email: 'y@acme.example', group: b, dry: false },
		]),
	);
	expect(told).toContain('Nothing done: 1 item, 0 (item 0: dry run). Failed: 1 item, 1.');
});

it('two tokens of one portal make no list of one group', async () => {
	const second = await simulator.putToken('second', ['Groups']);
	const id = await groupOf(...people(2));
	const [a, b] = people(2);
	for (const settings of [{}, goOn]) {
		const output = runNode({
			nodeType,
			parameters: { ...perRow, options: { maxRemovals: 9 } },
			items: [
				{ email: a, group: id, token: simulator.token },
				{ email: b, group: id, token: second },
			],
			credential: { ...credential, apiToken: '={{ $json.token }}' },
			settings,
		});
		const said = settings === goOn ? JSON.stringify(await output) : await failureOf(output);
		expect(said).toContain('its items use several API tokens of one portal');
	}
	expect(await membersOf(id)).toEqual(people(2));
});

it('groups of two portals with one ID are two groups', async () => {
	const other = await startSimulatorHere({ events: 0, groups: 0, seed: 9 });
	try {
		const id = await groupOf('a@acme.example');
		const elsewhere = { portalUrl: other.url, apiToken: other.token, allowCustomHost: true };
		await runNode({
			nodeType,
			parameters: { resource: 'group', operation: 'create', name: '={{ $json.name }}' },
			items: Array.from({ length: id - 100 }, (_, at) => ({ name: `Group ${at}` })),
			credential: elsewhere,
		});
		const output = await runNode({
			nodeType,
			parameters: { ...perRow, options: { maxRemovals: 1 } },
			items: [
				{ email: 'mine@acme.example', group: id, portal: simulator.url, token: simulator.token },
				{ email: 'theirs@acme.example', group: id, portal: other.url, token: other.token },
			],
			credential: {
				portalUrl: '={{ $json.portal }}',
				apiToken: '={{ $json.token }}',
				allowCustomHost: true,
			},
		});
		expect(output.map(({ json }) => json.added)).toEqual([
			['mine@acme.example'],
			['theirs@acme.example'],
		]);
		expect(await membersOf(id)).toEqual(['mine@acme.example']);
	} finally {
		await other.stop();
	}
});
