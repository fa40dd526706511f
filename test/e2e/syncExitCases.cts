/** Workflows in which Sync would have the rows of the last round only, or a list that was cut short. */
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';

import { items, proofpointNode } from './setup.cjs';
import { all, merge, second } from './syncPartCases.cjs';
import { people, rows, sync } from './syncPartsWorld.cjs';
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
		(id) =>
			workflow([membersOf(id, { returnAll: false, limit: 10 }), plain('Body'), sync(id, address)], {
				Start: [to('Members')],
				Members: [to('Body')],
				Body: [to('Sync')],
			}),
	],
];

/** Name, and the workflow for the group with this ID. */
export const wholeExits: Array<[name: string, make: (id: number) => Workflow]> = [
	['a loop that is left in its only round', (id) => leftInTheLastRound(loopOf(20), 1, [sync(id)])],
	[
		'a loop that is left in its last round, and a node that collects all rounds',
		(id) => leftInTheLastRound(loopOf(10), 1, [collector, sync(id)]),
	],
];
