/**
 * One run of a node over all its input items. n8n's routing starts every item at once and tells them
 * nothing of each other; what they share (a connection, the governor's lane, who failed first) is here.
 */
import {
	NodeApiError,
	NodeOperationError,
	type DeclarativeRestApiSettings,
	type IDataObject,
	type IExecutePaginationFunctions,
	type IHttpRequestMethods,
	type INodeExecutionData,
	type INodePropertyRouting,
} from 'n8n-workflow';

import { endpoints, type EndpointName } from '../api/endpoints';
import type { Clock } from '../core/clock';
import { isRateLimited, isRefusedBy, type Fault } from '../core/fault';
import { ItemLedger } from '../core/itemLedger';
import { safeText, safeWords } from '../core/outsideText';
import { connect, hostClock, type Connection } from './connection';
import { failureOf, Item, type Failure, type Outcome } from './item';
import type { ItemSource, NodeContext } from './parameters';

/** What an operation does for one input item. Faults are returned; what it throws is a fault of the parameters. */
export type Work = (item: Item) => Promise<Outcome>;

type NodeError = NodeApiError | NodeOperationError;

/** What all items of one run of a node share. */
export class NodeRun {
	readonly ledger = new ItemLedger();
	readonly clock: Clock;
	/** The first error, which all items of a stopped run share. */
	error: NodeError | undefined;
	/** By portal and token: items of another customer share nothing but the place in line. */
	private readonly connections = new Map<string, Connection>();
	/** Why no further item of a connection can succeed (no network, no access, out of patience): they are not tried. */
	private readonly faults = new Map<Connection, Fault>();
	private readonly checked = new Set<number>();
	private openGate = () => {};
	private readonly gate = new Promise<void>((open) => (this.openGate = open));
	private report: string | undefined;

	/**
	 * @param expected how many items must be checked before the first write; 0 where a bad one holds up no other
	 * @param items how many items the host hands over one after the other; 0 where the ledger has them all from the start
	 */
	constructor(
		context: NodeContext,
		private readonly expected: number,
		private readonly items = 0,
	) {
		this.clock = hostClock(context);
	}

	/**
	 * The connection of one item, made of its own credential: the fields may be expressions.
	 * @throws NodeOperationError when the credential is refused, or the host's error when it cannot be resolved
	 */
	async connect(context: NodeContext, item: number): Promise<Connection> {
		const connection = await connect(context, item);
		const key = JSON.stringify([connection.origin, connection.token]);
		const known = this.connections.get(key) ?? connection;
		this.connections.set(key, known);
		this.ledger.place(item, this.labelOf(known));
		return known;
	}

	/** What must stand in no message: the tokens of all items. */
	get secrets(): string[] {
		return [...this.connections.values()].map(({ token }) => token);
	}

	/** Why no further item of a connection can succeed; `undefined` while they can. */
	faultOf(connection: Connection): Fault | undefined {
		return this.faults.get(connection);
	}

	/** Learns from a fault that the connection's other items could only wait as long, or be refused, again. */
	noteFault(connection: Connection, fault: Fault): void {
		if (isHopeless(fault) && !this.faults.has(connection)) this.faults.set(connection, fault);
	}

	/** Notes that the parameters of an item were checked: it is about to write, or has failed. */
	check(item: number): void {
		this.checked.add(item);
		if (this.checked.size >= this.expected) this.openGate();
	}

	/**
	 * Holds a write back until every item was checked, so that a bad parameter of item 57 is found
	 * before anything was sent for items 0 to 56. When an expression cannot be evaluated at all, the host stops
	 * preparing items and never asks for the results: then the gate stays shut for good.
	 */
	async everyItemChecked(): Promise<void> {
		if (this.expected > 0) await this.gate;
	}

	/**
	 * Holds an error back until the host has handed over every item: it looks at none before, and Node.js ends a
	 * process whose errors nobody looks at. When the host itself gives up, nobody ever looks.
	 */
	async everyItemEntered(): Promise<void> {
		await this.ledger.allEntered(this.items);
	}

	/** The report of a stopped run; made once, when every item has ended. */
	finalReport(): string {
		this.report ??= this.ledger.report();
		return this.report;
	}

	/** The portal; with its number where several tokens of one portal are used. Never the token. */
	private labelOf(connection: Connection): string {
		const ofPortal = [...this.connections.values()].filter(
			({ origin }) => origin === connection.origin,
		);
		const number = ofPortal.indexOf(connection) + 1;
		return number > 1 ? `${connection.origin} (token ${number})` : connection.origin;
	}
}

/** Whether n8n's "Batching" is on: the host prepares the items with pauses in between, as the user asked for. */
function isBatched(context: IExecutePaginationFunctions): boolean {
	const options: unknown = context.getNodeParameter('requestOptions', {});
	return typeof options === 'object' && options !== null && 'batching' in options;
}

/** How many items the host hands over; 0 where the node goes on after errors anyway. */
function itemsOf(context: IExecutePaginationFunctions): number {
	if (context.continueOnFail()) return 0;
	if (context.getNode().executeOnce === true) return 1;
	const { main = [] } = context.getExecuteData().data;
	return main?.find((input) => input !== null)?.length ?? 1;
}

const runs = new WeakMap<object, NodeRun>();

/**
 * The run that an item belongs to. The host makes one "execute data" object per run of a node; an item
 * that comes a second time means that the node is run again (Retry On Fail).
 */
function runOf(context: IExecutePaginationFunctions): NodeRun {
	const key = context.getExecuteData();
	let run = runs.get(key);
	if (!run || run.ledger.has(context.getItemIndex())) {
		const items = itemsOf(context);
		run = new NodeRun(context, isBatched(context) ? 0 : items, items);
		runs.set(key, run);
	}
	return run;
}

/**
 * The routing of an operation: method and path from the endpoint table, and the function that carries
 * it out. It is a pagination function because that is the one declarative hook of n8n that wraps a request of
 * any verb and may repeat it; the `generic` pagination would drop the other query parameters.
 */
export function route(endpoint: EndpointName, work: Work): INodePropertyRouting {
	const { method, path } = endpoints[endpoint];
	const verb: IHttpRequestMethods = method;
	return {
		request: { method: verb, url: path },
		send: { paginate: true },
		operations: { pagination: perform(work, { writes: method !== 'GET' }) },
	};
}

function perform(work: Work, { writes }: { writes: boolean }) {
	return async function (
		this: IExecutePaginationFunctions,
		{ options }: DeclarativeRestApiSettings.ResultOptions,
	): Promise<INodeExecutionData[]> {
		const source: ItemSource = {
			context: this,
			index: this.getItemIndex(),
			// The host throws for a missing parameter unless there is something to fall back on.
			read: (name, fallback, how) => this.getNodeParameter(name, fallback, how),
			request: options,
		};
		return await carryOut(source, runOf(this), work, { writes });
	};
}

/**
 * Carries out an operation for one item.
 * @returns the item's output: its records, or an item that says what failed where the node goes on after errors
 * @throws the error that all items of a stopped run share, once everything under way has ended
 */
export async function carryOut(
	source: ItemSource,
	run: NodeRun,
	work: Work,
	{ writes }: { writes: boolean },
): Promise<INodeExecutionData[]> {
	const { context, index } = source;
	run.ledger.enter(index);
	let outcome: Outcome;
	try {
		const connection = await run.connect(context, index);
		outcome = await work(new Item(source, run, connection));
	} catch (error) {
		outcome = failureOf(error);
	}
	run.check(index);
	outcome = settle(run, index, outcome);
	if (outcome.ok) return outcome.records.map((json) => ({ json, pairedItem: { item: index } }));
	if (context.continueOnFail()) return [errorItem(context, outcome, index)];
	const error = errorOf(context, outcome, index);
	if (outcome.state !== 'notTried') run.error ??= error;
	await run.everyItemEntered();
	if (!writes) throw run.error ?? error;
	await run.everyItemChecked();
	await run.ledger.allSettled();
	throw stoppedBy(run, run.error ?? error, outcome.note);
}

/**
 * Notes in the run's ledger how an item ended.
 * @returns the outcome, its words without a token and without characters that control what is shown: whatever came
 * from outside (an answer, a name, a parameter) passes here before it becomes an error or an item
 */
export function settle(run: NodeRun, index: number, outcome: Outcome): Outcome {
	if (outcome.ok) {
		run.ledger.settle(index, 'carriedOut');
		return outcome;
	}
	const words = safeWords(outcome.words, run.secrets);
	const note = outcome.note === undefined ? undefined : safeText(outcome.note, run.secrets);
	run.ledger.settle(index, outcome.state, note);
	return { ...outcome, words, ...(note === undefined ? {} : { note }) };
}

/** The error of a stopped run, with the report of what became of every item. */
export function stoppedBy(run: NodeRun, error: NodeError, note: string | undefined): NodeError {
	if (run.ledger.entered > 1) withReport(error, run.finalReport());
	else if (note !== undefined) withReport(error, `Done before: ${note}.`);
	return error;
}

/** The failure of an item as n8n's error. */
export function errorOf(
	context: NodeContext,
	{ words, httpCode }: Failure,
	itemIndex: number,
): NodeError {
	const { message, hint } = words;
	if (httpCode === undefined) {
		return new NodeOperationError(context.getNode(), message, { description: hint, itemIndex });
	}
	return new NodeApiError(
		context.getNode(),
		{ message },
		{ message, description: hint, httpCode, itemIndex },
	);
}

/**
 * The output item of a failed item. The host routes it to the error output, together with the fields of its input,
 * only when it has no other fields than `error` and `message`.
 */
export function errorItem(
	context: NodeContext,
	{ words, note, data }: Failure,
	index: number,
): INodeExecutionData {
	const error = words.message;
	const message = note === undefined ? words.hint : `${words.hint} Done before: ${note}.`;
	const json: IDataObject =
		context.getNode().onError === 'continueErrorOutput'
			? { error, message }
			: { ...data, error, message };
	return { json, pairedItem: { item: index } };
}

function withReport(error: NodeError, report: string): void {
	const description = error.description ?? '';
	if (!description.includes(report)) error.description = `${description} ${report}`.trim();
}

/** After these no other item of the connection can succeed either. */
function isHopeless(fault: Fault): boolean {
	if (fault.kind === 'refused') return true;
	if (fault.kind === 'network') return !fault.sent;
	return isRateLimited(fault) || isRefusedBy(fault, [401, 403]);
}
