/** Sync where it may have a part of the rows only, in a real n8n: nobody whom a later run lists is ever removed. */
import { itemsOf, type RunResult } from '@host/runResult.cjs';
import type { Workflow } from '@host/workflow.cjs';

import { makeWorld, manual, type World } from './setup.cjs';
import { all, looped, merge, oneRow, parts, second } from './syncPartCases.cjs';
import { address, exits, membersOf, wholeExits } from './syncExitCases.cjs';
import { pageLoops, wholePageLoops } from './syncPageCases.cjs';
import { emails, firstHalf, Groups, people, rows, secondHalf, sync } from './syncPartsWorld.cjs';
import { ifNode, plain, to, workflow } from './wiredWorkflows.cjs';

let world: World;
let groups: Groups;

beforeAll(async () => {
	world = await makeWorld({ events: 0, groups: 0, seed: 8 });
	groups = new Groups(world);
	await world.n8n.start();
}, 360_000);
afterAll(async () => await world.stop(), 120_000);

/** The order in which n8n runs branches: one by one from the top, or (workflows of n8n 0.x) the first node of each. */
const orders = ['v1', 'v0'] as const;
type Order = (typeof orders)[number];

async function run(workflow: Workflow, executionOrder: Order): Promise<RunResult> {
	const [result] = await world.n8n.executeMany([{ ...workflow, settings: { executionOrder } }]);
	if (result === undefined) throw new Error('n8n gave no result');
	return result;
}

describe.each(orders)(
	'a part of the rows (%s): the group is untouched, and the error says what to do',
	(order) => {
		test.each([...parts, ...exits, ...pageLoops])(
			'%s',
			async (name, says, make) => {
				const before = name.includes('Execute Once') ? people.slice(0, 2) : people;
				const id = await groups.of(before);
				for (const onError of ['stopWorkflow', 'continueRegularOutput']) {
					const made = make(id);
					for (const node of made.nodes) if (node.name === 'Sync') node.onError = onError;
					const result = await run(made, order);
					expect(await groups.members(id)).toEqual(before);
					if (onError === 'stopWorkflow') expect(result.error?.message).toMatch(says);
					else
						expect(String(itemsOf(result, 'Sync')[0]?.json.error)).toContain('Nothing was written');
				}
			},
			240_000,
		);
	},
);

describe.each(orders)('the whole list (%s): the group equals it', (order) => {
	const cases: Array<[name: string, make: (id: number) => Workflow]> = [
		[
			'two branches and a Merge',
			(id) => {
				return workflow([emails('HR', firstHalf), emails('IT', secondHalf), merge, sync(id)], {
					Start: [to('HR', 'IT')],
					HR: [to('Merge')],
					IT: [second('Merge')],
					Merge: [to('Sync')],
				});
			},
		],
		[
			'two branches of an If node of which one runs',
			(id) =>
				workflow(
					[
						rows('Rows', [{ email: people }]),
						ifNode('={{ true }}'),
						plain('Yes'),
						plain('No'),
						sync(id),
					],
					{
						Start: [to('Rows')],
						Rows: [to('If')],
						If: [to('Yes'), to('No')],
						Yes: [to('Sync')],
						No: [to('Sync')],
					},
				),
		],
		[
			'a branch beside Sync that does not lead to it',
			(id) =>
				workflow([emails('Rows', people), plain('Report'), sync(id)], {
					Start: [to('Rows')],
					Rows: [to('Sync', 'Report')],
				}),
		],
		[
			'behind a loop',
			(id) => {
				const made = looped(all, 10, plain('Body'));
				made.nodes.push({ ...sync(id), id: 'sync', position: [900, 0] });
				made.connections.End = { main: [to('Sync')] };
				return made;
			},
		],
		[
			'“Execute Once” with an expression that reads all rows',
			(id) =>
				manual(
					'once',
					emails('Rows', people),
					sync(id, {
						executeOnce: true,
						members: "={{ $('Rows').all().map((row) => row.json.email) }}",
					}),
				),
		],
	];

	test.each([...cases, ...wholeExits, ...wholePageLoops])(
		'%s',
		async (_name, make) => {
			const id = await groups.of([...firstHalf, 'old@acme.example']);
			const result = await run(make(id), order);
			expect(result.error).toBeUndefined();
			expect(await groups.members(id)).toEqual(people);
		},
		120_000,
	);

	test('a loop over groups: each round has the whole list of another one', async () => {
		const [one, two] = [await groups.of(secondHalf), await groups.of(people)];
		const lists = [oneRow(one, people), oneRow(two, firstHalf)];
		const expression = "={{ $('Loop').item.json.group }}";
		const body = [plain('Look up'), sync(expression)];
		const result = await run(looped(lists, 1, ...body), order);
		expect(result.error).toBeUndefined();
		expect(await groups.members(one)).toEqual(people);
		expect(await groups.members(two)).toEqual(firstHalf);
	}, 120_000);
});

test('a Merge for which nothing starts one of the branches', async () => {
	const id = await groups.of(people);
	const nodes = [emails('HR', firstHalf), emails('IT', secondHalf), merge, sync(id)];
	const made = workflow(nodes, {
		Start: [to('HR')],
		HR: [to('Merge')],
		IT: [second('Merge')],
		Merge: [to('Sync')],
	});
	const { error } = await run(made, 'v1');
	expect(error?.message).toContain('“Merge” ran without the rows of “IT”');
	expect(await groups.members(id)).toEqual(people);
	// In the older order n8n runs that branch itself.
	expect((await run(made, 'v0')).error).toBeUndefined();
	expect(await groups.members(id)).toEqual(people);
}, 120_000);

test('a “Limit” that was left as it is: nobody is removed, unless “Max Removals” says that it may be so', async () => {
	const many = Array.from({ length: 60 }, (_, at) => `member${at}@acme.example`).sort();
	const [from, into] = [await groups.of(many), await groups.of(many)];
	const copy = (limit: object, options: object) =>
		workflow([membersOf(from, limit), sync(into, { ...address, options })], {
			Start: [to('Members')],
			Members: [to('Sync')],
		});
	const { error } = await run(copy({}, {}), 'v1');
	expect(error?.message).toContain('“Members” returned exactly as many rows as its “Limit” (50)');
	expect(await groups.members(into)).toEqual(many);
	expect((await run(copy({ limit: 61 }, {}), 'v1')).error).toBeUndefined();
	expect(await groups.members(into)).toEqual(many);
	expect((await run(copy({}, { maxRemovals: 10 }), 'v1')).error).toBeUndefined();
	expect(await groups.members(into)).toHaveLength(50);
}, 120_000);
