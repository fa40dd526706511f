/** Which runs of the nodes before Sync got lost on the way, by what n8n keeps of them. */
import { nodeWithLostRun } from '@nodes/Group/member/lostRuns';
import { RunData, type Source } from '@nodes/Group/member/runData';

type From = [node: string, run?: number, output?: number];
/** A run: where its rows came from, and how many rows each of its outputs has. */
type Ran = [from: From[], ...outputs: number[]];

const sourceOf = ([previousNode, previousNodeRun, previousNodeOutput]: From) => ({
	previousNode,
	...(previousNodeRun === undefined ? {} : { previousNodeRun }),
	...(previousNodeOutput === undefined ? {} : { previousNodeOutput }),
});
const source = (node: string, run = 0, output = 0): Source => ({ node, run, output });

function dataOf(nodes: Record<string, unknown>, pinData?: object): RunData {
	const resultData = { runData: nodes, ...(pinData ? { pinData } : {}) };
	return new RunData({ runExecutionData: { resultData } });
}

function runsOf(nodes: Record<string, Ran[]>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(nodes).map(([name, runs]) => [
			name,
			runs.map(([from, ...outputs]) => ({
				source: from.map(sourceOf),
				data: { main: outputs.map((count) => Array.from({ length: count }, () => ({ json: {} }))) },
			})),
		]),
	);
}

const lostOf = (data: RunData, ...sources: Source[]) =>
	nodeWithLostRun(data, { name: 'Sync', sources }, () => false);

const twice: Record<string, Ran[]> = {
	HR: [[[['Start']], 10]],
	IT: [[[['Start']], 10]],
	Both: [
		[[['HR']], 10],
		[[['IT']], 10],
	],
};

it('a run that never reached Sync, or a node before it', () => {
	expect(lostOf(dataOf(runsOf(twice)), source('Both'))).toBe('Both');
	expect(lostOf(dataOf(runsOf(twice)), source('Both', 1))).toBe('Both');
	const behind = { ...twice, Mid: [[[['Both']], 10] satisfies Ran] };
	expect(lostOf(dataOf(runsOf(behind)), source('Mid'))).toBe('Both');
});

it.each(['constructor', 'toString', 'Both'])('a node called %s', (name) => {
	const { HR = [], IT = [], Both = [] } = twice;
	const data = dataOf(runsOf({ HR, IT, [name]: Both }), {});
	expect(lostOf(data, source(name))).toBe(name);
});

it('a run that reached an earlier run of Sync, or still waits, is not lost', () => {
	const synced = { ...twice, Sync: [[[['Both']], 1] satisfies Ran] };
	expect(lostOf(dataOf(runsOf(synced)), source('Both', 1))).toBeUndefined();
	const waits = (name: string, { node, run }: Source) =>
		name === 'Sync' && node === 'Both' && run === 1;
	const now = { name: 'Sync', sources: [source('Both')] };
	expect(nodeWithLostRun(dataOf(runsOf(twice)), now, waits)).toBeUndefined();
});

it('a run without rows, or with rows for another output, has nothing to lose', () => {
	const Both: Ran[] = [
		[[['HR']], 10],
		[[['IT']], 0],
		[[['More']], 0, 5],
	];
	expect(lostOf(dataOf(runsOf({ ...twice, Both })), source('Both'))).toBeUndefined();
	expect(lostOf(dataOf(runsOf({ ...twice, Both })), source('Both', 2, 1))).toBeUndefined();
});

it('all inputs of a Merge are followed, also one without rows', () => {
	const Merge = [{ source: [null, { previousNode: 'Both' }], data: { main: [[{ json: {} }]] } }];
	expect(lostOf(dataOf({ ...runsOf(twice), Merge }), source('Merge'))).toBe('Both');
});

it('a loop with a thousand rounds', () => {
	const rounds = Array.from({ length: 1_000 }, (_, at) => at);
	const nodes: Record<string, Ran[]> = {
		Rows: [[[['Start']], 1_000]],
		Loop: [
			[[['Rows']], 0, 1],
			...rounds.slice(1).map((at): Ran => [[['Body', at - 1]], 0, 1]),
			[[['Body', 999]], 1_000, 0],
		],
		Body: rounds.map((at): Ran => [[['Loop', at, 1]], 1]),
	};
	expect(lostOf(dataOf(runsOf(nodes)), source('Loop', 1_000))).toBeUndefined();
	expect(lostOf(dataOf(runsOf(nodes)), source('Body', 999))).toBe('Body');
});

it('rows that are pinned are what they are', () => {
	const pinned = dataOf(runsOf(twice), { Both: [{ json: {} }] });
	expect(lostOf(pinned, source('Both'))).toBeUndefined();
});

it('what cannot be read is not known', () => {
	const odd = [null, 7, [], [null], [{}], [{ source: 'x' }], [{ source: [], data: { main: 1 } }]];
	for (const Both of odd) expect(lostOf(dataOf({ Both }), source('Both'))).toBeUndefined();
	expect(lostOf(dataOf({}), source('Both'))).toBeUndefined();
	expect(lostOf(dataOf({}))).toBeUndefined();
	const mid = dataOf({ ...runsOf(twice), Mid: [{ source: [{ previousNode: 'Both' }] }, 'odd'] });
	expect(lostOf(mid, source('Mid'))).toBeUndefined();
	const data = new RunData({});
	expect(data.isStep).toBe(false);
	expect(lostOf(data, source('Both'))).toBeUndefined();
});
