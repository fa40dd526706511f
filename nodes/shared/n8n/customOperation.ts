/**
 * An operation as one function over all input items, n8n's hook beside the routing of a declarative node.
 *
 * n8n's routing evaluates each expression of a node four times per item and looks at every property twice, and it
 * tells the items nothing of each other. Here each parameter is read once, and the items of a run know of each other:
 * with "On Error: stop" all of them are checked before anything is sent, and the error says what became of each.
 */
import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeOutput,
} from 'n8n-workflow';

import { Item } from './client';
import { wordsFor } from './messages';
import { failureOf, type Failure, type Outcome } from './outcome';
import { Parameters, type ItemSource, type NodeContext } from './parameters';
import { readBatching, readTransport } from './requestOptions';
import { errorItem, errorOf, NodeRun, settle, stoppedBy, told, type Work } from './run';

/** An input item of an operation over all items: its parameters, and the item itself or why there is none (no usable credential). */
export type Entry = { parameters: Parameters } & ({ item: Item } | { failure: Failure });

/** What the items of one run of a custom operation share. */
export interface Shared {
	context: NodeContext;
	/** Whether the node goes on after errors. If not, nothing further may be sent once an item has failed. */
	goesOn: boolean;
	/** Whether an item has failed. */
	readonly failed: boolean;
	/**
	 * Notes how items have ended, as soon as it is known. An outcome that several items have together makes one output,
	 * linked to all of them; a failure is told for each.
	 */
	settle(items: number[], outcome: Outcome): void;
	/**
	 * Waits as "Batching" asks for; to be called before each request that changes something.
	 * @returns true when nothing further is to be sent: an item has failed, or the execution was cancelled
	 */
	turn(): Promise<boolean>;
}

/** How an item that is not carried out ends, because another one has failed. */
export function notCarriedOut(): Failure {
	const words = wordsFor({ kind: 'cancelled' }, { endpoint: 'groups', origin: '' });
	return { ok: false, words, state: 'notTried' };
}

/** An operation over all items, for the two ways in which n8n runs a node. */
export interface CustomOperation {
	/** All input items, for `INodeType.customOperations`. */
	forAll(this: IExecuteFunctions): Promise<NodeOutput>;
	/**
	 * One call of a tool, which is all of its items. Agents before version 3, n8n's MCP server and "Execute step" on a tool
	 * know the routing of a node only (docs/ai-agents.md, "What else calls a tool").
	 */
	forCall(source: ItemSource): Promise<INodeExecutionData[]>;
}

/**
 * Makes an operation that takes all items together.
 * @param work settles every item; it must send nothing that changes something once an item has failed and the run stops on errors
 */
export function sharedOperation(
	work: (entries: Entry[], shared: Shared) => Promise<void>,
	{ writes }: { writes: boolean } = { writes: true },
): CustomOperation {
	const carryOut = async (
		{ context, run, turn }: { context: NodeContext; run: NodeRun; turn: Shared['turn'] },
		sources: ItemSource[],
	): Promise<INodeExecutionData[]> => {
		const goesOn = context.continueOnFail();
		const entries: Entry[] = [];
		for (const source of sources) {
			run.ledger.enter(source.index);
			entries.push(await enter(source, run));
		}
		const output: Array<{ at: number; items: INodeExecutionData[] }> = [];
		let first: { index: number; failure: Failure } | undefined;
		const open = new Set(sources.map(({ index }) => index));
		const shared: Shared = {
			context,
			goesOn,
			get failed() {
				return run.ledger.failed;
			},
			settle: (indexes, outcome) => {
				for (const index of indexes) {
					open.delete(index);
					const settled = settle(run, index, outcome);
					if (settled.ok) continue;
					// To stop with: the first that is not only the consequence of another.
					if (!first || (first.failure.state === 'notTried' && settled.state !== 'notTried')) {
						first = { index, failure: settled };
					}
					output.push({ at: index, items: [errorItem(context, settled, index)] });
				}
				if (outcome.ok) output.push({ at: indexes[0] ?? 0, items: linked(indexes, outcome) });
			},
			turn,
		};
		// What is thrown here would send the items through the output for successes where the node goes on after errors.
		const done = work(entries, shared).catch((error: unknown) => {
			shared.settle([...open], failureOf(error));
		});
		// What was only read leaves nothing to report, so nobody waits for the others.
		await (writes || goesOn ? done : Promise.race([done, run.failure()]));
		if (first && !goesOn) {
			const { failure, index } = first;
			const error = errorOf(context, failure, index);
			throw told(context, writes ? stoppedBy(run, error, failure.note) : error);
		}
		return output.sort((a, b) => a.at - b.at).flatMap(({ items }) => items);
	};
	return {
		async forAll() {
			const run = new NodeRun(this);
			const sources = Array.from(inputOf(this), (_, index) => sourceOf(this, index));
			return [
				await carryOut({ context: this, run, turn: turns(this, run, sources.length) }, sources),
			];
		},
		async forCall(source) {
			const { context } = source;
			const run = new NodeRun(context);
			const turn = async () => await run.clock.wait(0);
			return await carryOut({ context, run, turn }, [source]);
		},
	};
}

/** What an item is about to do: its parameters were read, and all of them can be used. */
export interface Planned {
	ok: true;
	carryOut(): Promise<Outcome>;
}

/**
 * Reads and checks what one item asks for. It may look things up, but changes nothing. What it throws is a fault of the
 * parameters.
 */
export type Plan = (item: Item) => Failure | Planned | Promise<Failure | Planned>;

/** Makes an operation that changes something for each item by itself. */
export function itemOperation(plan: Plan) {
	return sharedOperation(async (entries, shared) => await eachItem(entries, shared, plan));
}

/** Makes an operation that treats each item for itself and only reads. */
export function readOperation(work: Work) {
	const plan: Plan = (item) => ({ ok: true, carryOut: async () => await work(item) });
	return sharedOperation(async (entries, shared) => await eachItem(entries, shared, plan), {
		writes: false,
	});
}

async function eachItem(entries: Entry[], shared: Shared, plan: Plan): Promise<void> {
	const begin = async (entry: Entry): Promise<Planned | undefined> => {
		const planned = 'failure' in entry ? entry.failure : await outcomeOf(() => plan(entry.item));
		if (planned.ok) return planned;
		shared.settle([entry.parameters.index], planned);
		return undefined;
	};
	const finish = async ({ parameters: { index } }: Entry, planned: Planned | undefined) => {
		if (!planned) return;
		if (!(await shared.turn())) shared.settle([index], await outcomeOf(planned.carryOut));
		// Of a cancelled execution nobody asks for the rest.
		else if (shared.failed) shared.settle([index], notCarriedOut());
	};
	if (shared.goesOn) {
		await Promise.all(entries.map(async (entry) => await finish(entry, await begin(entry))));
		return;
	}
	const plans = await Promise.all(entries.map(begin));
	await Promise.all(entries.map(async (entry, at) => await finish(entry, plans[at])));
}

async function outcomeOf<T>(work: () => Promise<T> | T): Promise<Failure | T> {
	try {
		return await work();
	} catch (error) {
		return failureOf(error);
	}
}

function linked(
	indexes: number[],
	{ records }: Extract<Outcome, { ok: true }>,
): INodeExecutionData[] {
	const links = indexes.map((item) => ({ item }));
	const [only, ...more] = links;
	const pairedItem = only && more.length === 0 ? only : links;
	return records.map((json) => ({ json, pairedItem }));
}

/** n8n's "Batching": so many at once, then a pause. It ends when nothing further is to be sent. */
function turns(context: IExecuteFunctions, run: NodeRun, items: number): Shared['turn'] {
	const { size, pauseMs } = readBatching(context, items);
	let taken = 0;
	let pauses: Promise<unknown> = Promise.resolve();
	return async () => {
		if (pauseMs > 0 && taken > 0 && taken % size === 0) {
			pauses = pauses.then(async () => await run.clock.wait(pauseMs));
		}
		taken++;
		await pauses;
		return await run.clock.wait(0);
	};
}

async function enter(source: ItemSource, run: NodeRun): Promise<Entry> {
	const parameters = new Parameters(source);
	try {
		const connection = await run.connect(source.context, source.index);
		return { parameters, item: new Item(source, run, connection) };
	} catch (error) {
		return { parameters, failure: failureOf(error) };
	}
}

/** The input of an ordinary node, or of one that an agent uses as a tool. */
function inputOf(context: IExecuteFunctions): INodeExecutionData[] {
	const items = context.getInputData();
	return items.length > 0 ? items : context.getInputData(0, NodeConnectionTypes.AiTool);
}

function sourceOf(context: IExecuteFunctions, index: number): ItemSource {
	return {
		context,
		index,
		// The host throws for a missing parameter unless there is something to fall back on.
		read: (name, fallback, how) => context.getNodeParameter(name, index, fallback, how),
		get request() {
			return readTransport(this.read('requestOptions', {}));
		},
	};
}
