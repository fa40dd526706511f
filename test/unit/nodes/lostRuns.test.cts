/** Which runs of the nodes before Sync got lost on the way, by what n8n keeps of them. */
import { lostRun } from '@nodes/Group/member/lostRuns';
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

const never = () => false;
/** With the wires that rows have gone, and some that nothing has gone. */
function lostOf(
	data: RunData,
	sources: Source[] = [],
	awaits: (node: string, source: Source) => boolean = never,
	unused: Record<string, Source[]> = {},
	off: string[] = [],
) {
	const leadingTo = (name: string) => [
		...data.runs(name).flatMap((run) => run?.sources ?? []),
		...(name === 'Sync' ? sources : []),
		...(unused[name] ?? []),
	];
	return lostRun(
		data,
		{ name: 'Sync', sources },
		{ leadingTo, isOff: (node) => off.includes(node), awaits },
	);
}

const twice: Record<string, Ran[]> = {
	HR: [[[['Start']], 10]],
	IT: [[[['Start']], 10]],
	Both: [
		[[['HR']], 10],
		[[['IT']], 10],
	],
};

it('a run that never reached Sync, or a node before it', () => {
	expect(lostOf(dataOf(runsOf(twice)), [source('Both')])).toMatchObject({
		node: 'Both',
		isAll: false,
	});
	expect(lostOf(dataOf(runsOf(twice)), [source('Both', 1)])).toMatchObject({
		node: 'Both',
		isAll: false,
	});
	const behind = { ...twice, Mid: [[[['Both']], 10] satisfies Ran] };
	expect(lostOf(dataOf(runsOf(behind)), [source('Mid')])).toMatchObject({
		node: 'Both',
		isAll: false,
	});
});

it.each(['constructor', 'toString', 'Both'])('a node called %s', (name) => {
	const { HR = [], IT = [], Both = [] } = twice;
	const data = dataOf(runsOf({ HR, IT, [name]: Both }), {});
	expect(lostOf(data, [source(name)])).toMatchObject({ node: name });
});

it('a run that reached an earlier run of Sync, or still waits, is not lost', () => {
	const synced = { ...twice, Sync: [[[['Both']], 1] satisfies Ran] };
	expect(lostOf(dataOf(runsOf(synced)), [source('Both', 1)])).toBeUndefined();
	const waits = (name: string, { node, run }: Source) =>
		name === 'Sync' && node === 'Both' && run === 1;
	expect(lostOf(dataOf(runsOf(twice)), [source('Both')], waits)).toBeUndefined();
});

it('a run without rows, or with rows for another output, has nothing to lose', () => {
	const Both: Ran[] = [
		[[['HR']], 10],
		[[['IT']], 0],
		[[['More']], 0, 5],
	];
	expect(lostOf(dataOf(runsOf({ ...twice, Both })), [source('Both')])).toBeUndefined();
	expect(lostOf(dataOf(runsOf({ ...twice, Both })), [source('Both', 2, 1)])).toBeUndefined();
});

it('all inputs of a Merge are followed, also one without rows', () => {
	const Merge = [{ source: [null, { previousNode: 'Both' }], data: { main: [[{ json: {} }]] } }];
	expect(lostOf(dataOf({ ...runsOf(twice), Merge }), [source('Merge')])).toMatchObject({
		node: 'Both',
		isAll: false,
	});
});

it('rows that never reached the node behind, wherever that is, also if they are pinned', () => {
	const { HR = [], IT = [] } = twice;
	const Both: Ran[] = [[[['IT']], 10]];
	const stopped = runsOf({ HR, IT, Both, Mid: [[[['Both']], 10]] });
	const unused = { Both: [source('HR')] };
	const lost = { node: 'HR', child: 'Both', isAll: true };
	for (const pinData of [{}, { HR: [{ json: {} }] }]) {
		const data = dataOf(stopped, pinData);
		expect(lostOf(data, [source('Mid')], never, unused)).toEqual(lost);
		const waits = (name: string, { node }: Source) => name === 'Both' && node === 'HR';
		expect(lostOf(data, [source('Mid')], waits, unused)).toBeUndefined();
	}
	const ofPinned = dataOf(stopped, { Mid: [{ json: {} }] });
	expect(lostOf(ofPinned, [source('Mid')], never, unused)).toBeUndefined();
});

it('a pinned node that never ran, where a node before it has', () => {
	const nodes = runsOf({ Start: [[[], 1]], IT: [[[['Start']], 10]], Both: [[[['IT']], 10]] });
	const pinned = dataOf(nodes, { HR: [{ json: {} }] });
	const wires = { Both: [source('HR')], HR: [source('Mid')], Mid: [source('Start')] };
	const lost = { node: 'HR', child: 'Both', isAll: true };
	expect(lostOf(pinned, [source('Both')], never, wires)).toEqual(lost);
	// It belongs to a trigger that did not start this execution.
	const other = { ...wires, Mid: [source('Other')], Other: [source('Mid')] };
	expect(lostOf(pinned, [source('Both')], never, other)).toBeUndefined();
});

it('a deactivated node on the way is as if it were not there, or passed the rows on', () => {
	const { HR = [], IT = [] } = twice;
	const unused = {
		Both: [source('Off'), source('Too')],
		Off: [source('Too')],
		Too: [source('HR')],
	};
	const run = (...from: From[]) =>
		dataOf(runsOf({ HR, IT, Both: [[[['IT']], 10], ...from.map((one): Ran => [[one], 10])] }));
	const lost = (data: RunData) =>
		lostOf(data, [source('Both'), source('Both', 1)], never, unused, ['Off', 'Too']);
	expect(lost(run())).toEqual({ node: 'HR', child: 'Both', isAll: true });
	expect(lost(run(['HR']))).toBeUndefined();
	expect(lost(run(['Off']))).toEqual({ node: 'HR', child: 'Both', isAll: true });
	expect(lost(run(['Off'], ['Too']))).toMatchObject({ node: 'Both' });
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
	expect(lostOf(dataOf(runsOf(nodes)), [source('Loop', 1_000)])).toBeUndefined();
	expect(lostOf(dataOf(runsOf(nodes)), [source('Body', 999)])).toMatchObject({ node: 'Body' });
});

it('rows that are pinned are what they are', () => {
	const pinned = dataOf(runsOf(twice), { Both: [{ json: {} }] });
	expect(lostOf(pinned, [source('Both')])).toBeUndefined();
});

it('what cannot be read is not known', () => {
	const odd = [null, 7, [], [null], [{}], [{ source: 'x' }], [{ source: [], data: { main: 1 } }]];
	for (const Both of odd) expect(lostOf(dataOf({ Both }), [source('Both')])).toBeUndefined();
	expect(lostOf(dataOf({}), [source('Both')])).toBeUndefined();
	expect(lostOf(dataOf({}))).toBeUndefined();
	const mid = dataOf({ ...runsOf(twice), Mid: [{ source: [{ previousNode: 'Both' }] }, 'odd'] });
	expect(lostOf(mid, [source('Mid')])).toBeUndefined();
	const data = new RunData({});
	expect(data.isStep).toBe(false);
	expect(lostOf(data, [source('Both')])).toBeUndefined();
});
