/** Workflows in which Sync would have the rows of the last round only, or a list that was cut short. */
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';

import { items, proofpointNode } from './setup.cjs';
import { all, merge, second } from './syncPartCases.cjs';
import { clean, everyRow } from './syncPageCases.cjs';
import { emails, people, rows, sync } from './syncPartsWorld.cjs';
import { ifNode, loopOf, plain, to, workflow } from './wiredWorkflows.cjs';

const noItemsLeft = "={{ $('Loop').context.noItemsLeft }}";

/** Rows -> Loop Over Items -> If nothing is left: yes -> the exit; no -> back. */
function leftInTheLastRound(
	loop: WorkflowNode,
	loopOutput: number,
	[first, ...more]: [WorkflowNode, ...WorkflowNode[]],
): Workflow {
	const exit = [first, ...more];
	const wires = more.map(({ name }, at) => [exit[at]?.name ?? '', [to(name)]] as const);
	return workflow([rows('Rows', all), loop, ifNode(noItemsLeft), ...exit], {
		Start: [to('Rows')],
		Rows: [to('Loop')],
		Loop: [...Array.from({ length: loopOutput }, () => []), to('If')],
		If: [to(first.name), to('Loop')],
		...Object.fromEntries(wires),
	});
}

/** The members of a group, up to a limit. */
export const membersOf = (id: number, limit: object): WorkflowNode =>
	proofpointNode('Members', 'proofpointGroup', {
		resource: 'member',
		operation: 'getAll',
		groupId: { __rl: true, mode: 'id', value: id },
		...limit,
	});
export const address = { members: '={{ $json.address }}' };

/** A node that collects what every round of the loop gave out. */
const collector = items(
	'Collect',
	"const all = []; for (let run = 0; run < 2; run++) all.push(...$('Loop').all(1, run)); return all",
);

const onlySome = /“Loop” passes only some of the rows/;

/** Get Many of a group’s own members, whose settings may have left some out, and a node between it and Sync. */
const copied =
	(settings: object, between = plain('Body')) =>
	(id: number) =>
		workflow([membersOf(id, settings), between, sync(id, address)], {
			Start: [to('Members')],
			Members: [to(between.name)],
			[between.name]: [to('Sync')],
		});

/** n8n’s own node that passes on the first of its rows. */
const firstOf = (maxItems: number): WorkflowNode => ({
	name: 'Few',
	type: 'n8n-nodes-base.limit',
	typeVersion: 1,
	parameters: { maxItems },
});

const aggregate: WorkflowNode = {
	name: 'Few',
	type: 'n8n-nodes-base.aggregate',
	typeVersion: 1,
	parameters: { fieldsToAggregate: { fieldToAggregate: [{ fieldToAggregate: 'email' }] } },
};

/** Name, what the error says, and the workflow for the group with this ID. */
export const exits: Array<[name: string, says: RegExp | string, make: (id: number) => Workflow]> = [
	['the last round of a loop', onlySome, (id) => leftInTheLastRound(loopOf(10), 1, [sync(id)])],
	[
		'the last round of a loop, and nodes between',
		onlySome,
		(id) => leftInTheLastRound(loopOf(15), 1, [plain('Body'), plain('Other'), sync(id)]),
	],
	[
		'the last round of a loop of the first version',
		onlySome,
		(id) => leftInTheLastRound({ ...loopOf(10), typeVersion: 1 }, 0, [sync(id)]),
	],
	[
		'the last round of a loop of the second version',
		onlySome,
		(id) => leftInTheLastRound({ ...loopOf(10), typeVersion: 2 }, 0, [sync(id)]),
	],
	[
		'the last round of a loop, and a Merge',
		/“Loop” passes only some of the rows|more rows may still come from/,
		(id) => {
			const made = leftInTheLastRound(loopOf(10), 1, [merge, sync(id)]);
			made.nodes.push({ ...rows('One', [{ email: people[0] }]), id: 'one', position: [0, 300] });
			made.connections.Start = { main: [to('Rows', 'One')] };
			made.connections.One = { main: [second('Merge')] };
			return made;
		},
	],
	[
		'a loop behind whose “done” Sync stands, inside another loop: it names the other one',
		'“Outer” passes only some of the rows to Sync',
		(id) =>
			workflow(
				[rows('Rows', all), { ...loopOf(10), name: 'Outer' }, loopOf(5), plain('Body'), sync(id)],
				{
					Start: [to('Rows')],
					Rows: [to('Outer')],
					Outer: [[], to('Loop')],
					Loop: [to('Sync'), to('Body')],
					Body: [to('Loop')],
					Sync: [to('Outer')],
				},
			),
	],
	[
		'a node whose “Limit” cut the list short',
		'“Members” returned exactly as many rows as its “Limit” (10)',
		copied({ returnAll: false, limit: 10 }),
	],
	[
		'a limit that an expression gives',
		'the “Limit” of “Members” is an expression',
		copied({ returnAll: false, limit: '={{ 5 + 5 }}' }),
	],
	[
		'a limit that counts because an expression says so',
		'“Members” returned exactly as many rows as its “Limit” (10)',
		copied({ returnAll: '={{ false }}', limit: 10 }),
	],
	[
		'a limit that is a text',
		'“Members” returned exactly as many rows as its “Limit” (10)',
		copied({ returnAll: false, limit: '10' }),
	],
	[
		'a Limit node that was left from testing',
		'“Few” passed on only 15 of 20 rows',
		copied({ returnAll: true }, firstOf(15)),
	],
	[
		'the last round of a loop, and a node that reads that run by its number',
		onlySome,
		(id) => leftInTheLastRound(loopOf(10), 1, [clean("$('Loop').all(1, $runIndex)"), sync(id)]),
	],
	[
		'a Limit node before one that collects the rounds of a loop',
		'“Few” passed on only 15 of 20 rows',
		(id) => {
			const made = leftInTheLastRound(loopOf(8), 1, [collector, sync(id)]);
			made.nodes.push({ ...firstOf(15), id: 'few', position: [0, 300] });
			made.connections.Rows = { main: [to('Few')] };
			made.connections.Few = { main: [to('Loop')] };
			return made;
		},
	],
	[
		'a Limit node of older workflows',
		'“Few” passed on only 15 of 20 rows',
		copied(
			{ returnAll: true },
			{
				...firstOf(15),
				type: 'n8n-nodes-base.itemLists',
				typeVersion: 3,
				parameters: { operation: 'limit', maxItems: 15 },
			},
		),
	],
	[
		'an Aggregate node, which leaves out rows without an address',
		'“Few” passed on only 15 of 20 rows',
		(id) => {
			const list = people.map((email, at) => (at < 15 ? { email } : { name: email }));
			return workflow([rows('Rows', list), aggregate, sync(id)], {
				Start: [to('Rows')],
				Rows: [to('Few')],
				Few: [to('Sync')],
			});
		},
	],
	[
		'a limit in a node that Members names, on another branch',
		'“Members” returned exactly as many rows as its “Limit” (10)',
		(id) =>
			workflow(
				[
					membersOf(id, { returnAll: false, limit: 10 }),
					rows('Config', [{ one: 1 }]),
					sync(id, { members: "={{ $('Members').all().map((row) => row.json.address) }}" }),
				],
				{ Start: [to('Members', 'Config')], Config: [to('Sync')] },
			),
	],
];

/** Name, and the workflow for the group with this ID. */
export const wholeExits: Array<[name: string, make: (id: number) => Workflow]> = [
	['a loop that is left in its only round', (id) => leftInTheLastRound(loopOf(20), 1, [sync(id)])],
	[
		'a loop that is left in its last round, and a node that collects all rounds',
		(id) => leftInTheLastRound(loopOf(10), 1, [collector, sync(id)]),
	],
	[
		'an Aggregate node that has all addresses',
		(id) =>
			workflow([emails('Rows', people), aggregate, sync(id)], {
				Start: [to('Rows')],
				Rows: [to('Few')],
				Few: [to('Sync')],
			}),
	],
	[
		'a Limit node that all rows pass',
		(id) =>
			workflow([emails('Rows', people), firstOf(20), sync(id)], {
				Start: [to('Rows')],
				Rows: [to('Few')],
				Few: [to('Sync')],
			}),
	],
	[
		'a Limit node that only sees to it that Sync runs once: Members names the list',
		(id) =>
			workflow([emails('Rows', people), firstOf(1), sync(id, everyRow('Rows'))], {
				Start: [to('Rows')],
				Rows: [to('Few')],
				Few: [to('Sync')],
			}),
	],
];
