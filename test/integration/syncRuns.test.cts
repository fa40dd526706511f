/** Sync several times in one execution: a run removes nobody whom an earlier one listed, or may have listed. */
import type { Simulator } from '@simulator/client.cjs';
import type { IDataObject, INodeExecutionData, IRunData } from 'n8n-workflow';

import { failureOf } from './failure.cjs';
import { runNode, type CredentialData } from './host.cjs';
import {
	goOn,
	groupOf,
	locator,
	membersOf,
	nodeType,
	people,
	perRow,
	startSyncWorld,
	sync,
} from './syncWorld.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	({ simulator, credential } = await startSyncWorld());
});
afterAll(async () => await simulator.stop());

it('a later run in the same execution never removes whom an earlier one listed', async () => {
	const id = await groupOf(...people(4));
	const [a = '', b = '', c = '', d = ''] = people(4);
	const wants = async (runIndex: number, ...members: string[]) =>
		await runNode({
			nodeType,
			parameters: { ...sync, groupId: locator(id), members },
			credential,
			runIndex,
		});
	await wants(0, a, b, c);
	expect(await failureOf(wants(1, a, d))).toContain(
		'members that Sync has listed before in the same execution',
	);
	expect(await membersOf(id)).toEqual([a, b, c]);
	await wants(2, a, b, c, d);
	expect(await membersOf(id)).toEqual([a, b, c, d]);
	// The next execution has a list of its own.
	await wants(0, a, b, c);
	expect(await membersOf(id)).toEqual([a, b, c]);
});

it('a later run removes nobody while an item of an earlier one is not known', async () => {
	const [id, other] = [await groupOf(...people(4)), await groupOf(...people(4))];
	const [a = '', b = ''] = people(4);
	const runs = async (runIndex: number, items: IDataObject[]) =>
		await runNode({ nodeType, parameters: perRow, items, credential, settings: goOn, runIndex });
	await runs(0, [
		{ email: a, group: id },
		{ email: null, group: id },
	]);
	const [refused] = await runs(1, [
		{ email: a, group: id },
		{ email: b, group: id },
	]);
	expect(refused?.json.error).toContain('had items that could not be used');
	expect(await membersOf(id)).toEqual(people(4));
	await runs(2, [
		{ email: a, group: other },
		{ email: b, group: other },
	]);
	expect(await membersOf(other)).toEqual([a, b]);
});

let executions = 0;
/** An execution of which this process knows nothing: it went on after a restart, or in another process. */
const unknownExecution = () => `unknown ${executions++}`;

/** What n8n keeps of the runs of the node, each with the items of its outputs. */
function runDataOf(...runs: Array<INodeExecutionData[][] | undefined>): IRunData {
	const task = { startTime: 0, executionIndex: 0, executionTime: 0, source: [] };
	return { Proofpoint: runs.map((main) => ({ ...task, ...(main ? { data: { main } } : {}) })) };
}

describe('earlier runs that this process does not remember', () => {
	const result = (id: number | string) => ({ id, added: [], removed: [], unchanged: 3 });
	const lists = async (id: number, list: string[], runIndex: number, runData: IRunData) =>
		await runNode({
			nodeType,
			parameters: { ...sync, groupId: locator(id), members: list },
			credential,
			runIndex,
			execution: { id: unknownExecution(), runData },
		});
	const outputs: Array<[string, (id: number) => INodeExecutionData[][] | undefined]> = [
		['named this group', (id) => [[{ json: result(id) }]]],
		['named this group by its text', (id) => [[{ json: result(`${id}`) }]]],
		['named this group after another', (id) => [[{ json: result(7) }, { json: result(id) }]]],
		['was dry', (id) => [[{ json: { ...result(id), dryRun: true } }]]],
		['failed', () => [[{ json: { error: 'E', message: 'M' } }]]],
		['failed halfway', () => [[{ json: { ...result(7), error: 'E', message: 'M' } }]]],
		['failed for one group of two', () => [[{ json: result(7) }, { json: { error: 'E' } }]]],
		[
			'failed, by its error output, beside the fields of the input',
			() => [[{ json: result(7) }], [{ json: { id: 7, error: 'E' } }]],
		],
		['handed its input on', () => [[{ json: { id: 7, email: 'a@acme.example' } }]]],
		['gave out an empty item', () => [[{ json: {} }]]],
		['gave out nothing', () => [[]]],
		['has no data', () => undefined],
	];

	it.each(outputs)('one that %s: nobody is removed', async (_name, output) => {
		const id = await groupOf(...people(4));
		const runData = runDataOf(output(id));
		const words = await failureOf(lists(id, people(3), 1, runData));
		expect(words).toContain('it is not known whom Sync listed before in the same execution');
		expect(words).toContain('It would remove person3@acme.example');
		expect(await membersOf(id)).toEqual(people(4));
		// Who is missing is added.
		await lists(id, people(5), 1, runData);
		expect(await membersOf(id)).toEqual(people(5));
	});

	it('one that is nowhere to be found: nobody is removed', async () => {
		const id = await groupOf(...people(4));
		for (const runData of [{}, runDataOf([[{ json: result(7) }]])]) {
			expect(await failureOf(lists(id, people(3), 2, runData))).toContain('it is not known whom');
		}
		expect(await membersOf(id)).toEqual(people(4));
	});

	it('those that named other groups do not matter', async () => {
		const id = await groupOf(...people(4));
		const runData = runDataOf(
			[[{ json: result(7) }, { json: { ...result('8'), dryRun: true, refusal: 'R' } }]],
			[[{ json: result('90071992547409931') }], []],
		);
		await lists(id, people(3), 2, runData);
		expect(await membersOf(id)).toEqual(people(3));
	});

	it('what the runs of this version give out is understood', async () => {
		const [one, two] = [await groupOf(...people(4)), await groupOf(...people(4))];
		const first = await lists(one, people(3), 0, {});
		await lists(two, people(3), 1, runDataOf([first]));
		expect(await membersOf(two)).toEqual(people(3));
		const again = lists(one, people(2), 1, runDataOf([first]));
		expect(await failureOf(again)).toContain('it is not known whom');
	});

	it('other executions push out what one has listed: its run data speaks', async () => {
		const id = await groupOf(...people(4));
		const other = await groupOf(...people(1));
		const execution = { id: unknownExecution() };
		const parameters = { ...perRow, groupId: locator(id) };
		const items: IDataObject[] = [{ email: null }, { email: people(4)[3] ?? '' }];
		const shared = { nodeType, parameters, credential, settings: goOn };
		const first = await runNode({ ...shared, items, execution });
		for (let count = 0; count < 60; count++) await lists(other, people(1), 0, {});
		const [refused] = await runNode({
			...shared,
			items: people(3).map((email) => ({ email })),
			runIndex: 1,
			execution: { ...execution, runData: runDataOf([first]) },
		});
		expect(refused?.json.error).toContain('it is not known whom');
		expect(await membersOf(id)).toEqual(people(4));
	});
});

describe('two Sync nodes in one execution', () => {
	const lists = async (node: string, id: number, list: string[], execution: { id: string }) =>
		await runNode({
			nodeType,
			parameters: { ...sync, groupId: locator(id), members: list },
			credential,
			settings: { id: node, name: node },
			execution,
		});

	it('the second removes nobody whom the first listed', async () => {
		const id = await groupOf(...people(4));
		const execution = { id: unknownExecution() };
		await lists('HR', id, people(3), execution);
		const words = await failureOf(lists('IT', id, people(2), execution));
		expect(words).toContain('members that Sync has listed before in the same execution');
		expect(await membersOf(id)).toEqual(people(3));
		// Another execution has lists of its own.
		await lists('IT', id, people(2), { id: unknownExecution() });
		expect(await membersOf(id)).toEqual(people(2));
	});

	it('for two groups they do not matter to each other', async () => {
		const [one, two] = [await groupOf(...people(4)), await groupOf(...people(4))];
		const execution = { id: unknownExecution() };
		await lists('HR', one, people(3), execution);
		await lists('IT', two, people(2), execution);
		expect(await membersOf(two)).toEqual(people(2));
	});

	describe('after a restart or a retry, when only the execution’s data tells of the first', () => {
		const result = (id: number) => ({ id, added: [], removed: [], unchanged: 3 });
		const refused = { error: 'E', message: 'M' };
		const task = { startTime: 0, executionIndex: 0, executionTime: 0, source: [] };
		const after = async (id: number, other: object, json: IDataObject, type = 'proofpointGroup') =>
			await runNode({
				nodeType,
				parameters: { ...sync, groupId: locator(id), members: people(3) },
				credential,
				settings: { id: 'IT', name: 'IT' },
				execution: {
					id: unknownExecution(),
					runData: { HR: [{ ...task, data: { main: [[{ json }]] } }] },
					others: [
						{
							...{ id: 'HR', name: 'HR', typeVersion: 1, position: [0, 0] },
							type: `n8n-nodes-proofpoint.${type}`,
							parameters: { resource: 'member', operation: 'sync', ...other },
						},
					],
				},
			});

		it.each<[string, (id: number) => [other: object, json: IDataObject]]>([
			['named this group', (id) => [{ groupId: '={{ $json.id }}' }, result(id)]],
			['was refused', (id) => [{ groupId: locator(id) }, refused]],
			[
				'was refused, of a group that an expression gives',
				() => [{ groupId: '={{ $json.id }}' }, refused],
			],
			['was refused, of a group that cannot be read', () => [{ groupId: { mode: 'id' } }, refused]],
		])('one that %s: nobody is removed', async (_name, given) => {
			const id = await groupOf(...people(4));
			expect(await failureOf(after(id, ...given(id)))).toContain('it is not known whom');
			expect(await membersOf(id)).toEqual(people(4));
		});

		it.each<[string, (id: number) => Parameters<typeof after>]>([
			['named another group', (id) => [id, { groupId: '={{ $json.id }}' }, result(7)]],
			['was refused for another group', (id) => [id, { groupId: locator(7) }, refused]],
			['is another operation', (id) => [id, { groupId: locator(id), operation: 'add' }, refused]],
			['is another node', (id) => [id, { groupId: locator(id) }, refused, 'proofpoint']],
		])('one that %s does not matter', async (_name, given) => {
			const id = await groupOf(...people(4));
			await after(...given(id));
			expect(await membersOf(id)).toEqual(people(3));
		});
	});

	it('a run that is tried again starts over, and the other node still counts', async () => {
		const id = await groupOf(...people(4));
		const execution = { id: unknownExecution() };
		await lists('HR', id, people(3), execution);
		await lists('HR', id, people(2), execution);
		expect(await membersOf(id)).toEqual(people(2));
		for (let tries = 0; tries < 2; tries++) {
			expect(await failureOf(lists('IT', id, people(1), execution))).toContain('has listed before');
		}
		await lists('IT', id, people(3), execution);
		expect(await membersOf(id)).toEqual(people(3));
	});
});
