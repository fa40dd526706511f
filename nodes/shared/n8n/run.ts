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
import type { Fault } from '../core/fault';
import { MAX_IN_FLIGHT } from '../core/governor';
import { ItemLedger } from '../core/itemLedger';
import { safeText, safeWords } from '../core/outsideText';
import { SlotPerTarget, Slots } from '../core/slots';
import { inOneText } from '../words/words';
import { Item } from './client';
import { connect, hostClock, type Connection } from './connection';
import { LastingFaults } from './lastingFaults';
import { failureOf, type Failure, type Outcome } from './outcome';
import type { ItemSource, NodeContext } from './parameters';
import { readTransport } from './requestOptions';

/** What an operation does for one input item. Faults are returned; what it throws is a fault of the parameters. */
export type Work = (item: Item) => Promise<Outcome>;

type NodeError = NodeApiError | NodeOperationError;

/** What all items of one run of a node share. */
export class NodeRun {
	readonly ledger = new ItemLedger();
	/** Real time; where the run stops on errors, a failure ends its waits too: nothing further is sent then. */
	readonly clock: Clock;
	private readonly ended = new AbortController();
	/** Where the run stops on errors: a write keeps its place until it is known whether its item failed. */
	readonly writes = new Slots(MAX_IN_FLIGHT);
	/** Writes to the same target of the same portal go one after the other. */
	readonly targets = new SlotPerTarget();
	/** The hints that were told. */
	readonly hints = new Set<string>();
	/** The first error, which all items of a stopped run share. */
	error: NodeError | undefined;
	/** By portal and token: items of another customer share nothing but the place in line. */
	private readonly connections = new Map<string, Connection>();
	private readonly labels = new Map<Connection, string>();
	private readonly tokensOf = new Map<string, number>();
	/** Why further requests cannot succeed: they are not sent. */
	readonly faults = new LastingFaults();
	/** The faults of items that were not tried: the answers that other items got. */
	readonly untried = new WeakSet<Fault>();

	/** @param items how many items the host hands over one after the other; 0 where nobody waits for that */
	constructor(
		context: NodeContext,
		private readonly items = 0,
	) {
		this.clock = hostClock(context, context.continueOnFail() ? undefined : this.ended.signal);
	}

	/** Notes in the ledger how an item ended; the first failure ends all waits of a run that stops on errors. */
	settle(item: number, ...how: Ended): void {
		this.ledger.settle(item, ...how);
		if (this.ledger.failed) this.ended.abort();
	}

	/** Resolves once an item has failed. */
	async failure(): Promise<void> {
		const { signal } = this.ended;
		if (signal.aborted) return;
		await new Promise<void>((failed) => {
			signal.addEventListener('abort', () => failed(), { once: true });
		});
	}

	/**
	 * The connection of one item, made of its own credential: the fields may be expressions.
	 * @throws NodeOperationError when the credential is refused, or the host's error when it cannot be resolved
	 */
	async connect(context: NodeContext, item: number): Promise<Connection> {
		const connection = await connect(context, item);
		const key = JSON.stringify([connection.origin, connection.token]);
		let known = this.connections.get(key);
		if (!known) {
			known = connection;
			this.connections.set(key, known);
			this.labels.set(known, this.labelOf(known));
		}
		this.ledger.place(item, this.labels.get(known) ?? known.origin);
		return known;
	}

	/** What must stand in no message: the tokens of all items. */
	get secrets(): string[] {
		return [...this.connections.values()].map(({ token }) => token);
	}

	/**
	 * Holds an error back until the host has handed over every item: it looks at none before, and Node.js ends a
	 * process whose errors nobody looks at. When the host itself gives up, nobody ever looks.
	 */
	async everyItemEntered(): Promise<void> {
		await this.ledger.allEntered(this.items);
	}

	/** The portal; with its number where several tokens of one portal are used. Never the token. */
	private labelOf({ origin }: Connection): string {
		const number = (this.tokensOf.get(origin) ?? 0) + 1;
		this.tokensOf.set(origin, number);
		return number > 1 ? `${origin} (token ${number})` : origin;
	}
}

/** How many items the host hands over; 0 where the node goes on after errors anyway. */
function itemsOf(context: IExecutePaginationFunctions): number {
	if (context.continueOnFail()) return 0;
	if (context.getNode().executeOnce === true) return 1;
	const { main } = context.getExecuteData().data;
	return main?.find((input) => input !== null)?.length ?? 1;
}

/** How an item ended, as the ledger notes it. */
type Ended = Parameters<ItemLedger['settle']> extends [number, ...infer How] ? How : never;

const runs = new WeakMap<object, NodeRun>();

/**
 * The run that an item belongs to. The host makes one "execute data" object per run of a node; an item
 * that comes a second time means that the node is run again (Retry On Fail).
 */
function runOf(context: IExecutePaginationFunctions): NodeRun {
	const key = context.getExecuteData();
	let run = runs.get(key);
	if (!run || run.ledger.has(context.getItemIndex())) {
		run = new NodeRun(context, itemsOf(context));
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
		operations: { pagination: perform(work) },
	};
}

/** The function that n8n's routing calls for each item of an operation. */
export function perform(work: Work) {
	return async function (
		this: IExecutePaginationFunctions,
		asked: DeclarativeRestApiSettings.ResultOptions,
	): Promise<INodeExecutionData[]> {
		return await carryOut(routedItem(this, asked), runOf(this), work);
	};
}

/** The item that n8n's routing asks for. */
export function routedItem(
	context: IExecutePaginationFunctions,
	{ options: { allowedDomains } }: DeclarativeRestApiSettings.ResultOptions,
): ItemSource {
	return {
		context,
		index: context.getItemIndex(),
		// The host throws for a missing parameter unless there is something to fall back on.
		read: (name, fallback, how) => context.getNodeParameter(name, fallback, how),
		// Not those that the routing prepared: it takes what it cannot use for not set.
		get request() {
			const own = readTransport(this.read('requestOptions', {}));
			return { ...own, ...(allowedDomains === undefined ? {} : { allowedDomains }) };
		},
	};
}

/**
 * Carries out an operation that only reads for one item.
 * @returns the item's output: its records, or an item that says what failed where the node goes on after errors
 * @throws the error that all items of a stopped run share
 */
async function carryOut(
	source: ItemSource,
	run: NodeRun,
	work: Work,
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
	outcome = settle(run, index, outcome);
	if (outcome.ok) return outcome.records.map((json) => ({ json, pairedItem: { item: index } }));
	if (context.continueOnFail()) return [errorItem(context, outcome, index)];
	const error = errorOf(context, outcome, index);
	if (outcome.state !== 'notTried') run.error ??= error;
	await run.everyItemEntered();
	throw told(context, run.error ?? error);
}

/**
 * Notes in the run's ledger how an item ended.
 * @returns the outcome, its words without a token and without characters that control what is shown: whatever came
 * from outside (an answer, a name, a parameter) passes here before it becomes an error or an item
 */
export function settle(run: NodeRun, index: number, outcome: Outcome): Outcome {
	if (outcome.ok) {
		const { state = 'carriedOut', note } = outcome.shortfall ?? {};
		run.settle(index, state, { note, failed: false });
		return outcome;
	}
	const words = safeWords(outcome.words, run.secrets);
	const note = outcome.note === undefined ? undefined : safeText(outcome.note, run.secrets);
	run.settle(index, outcome.state, { note, failed: true });
	return { ...outcome, words, ...(note === undefined ? {} : { note }) };
}

/** The error of a stopped run, with the report of what became of every item. */
export function stoppedBy(run: NodeRun, error: NodeError, note: string | undefined): NodeError {
	const done = note === undefined ? '' : `Done before: ${note}.`;
	const report = run.ledger.entered > 1 ? run.ledger.report() : done;
	error.description = `${error.description ?? ''} ${report}`.trim();
	return error;
}

/** The error as it is thrown. An agent is told nothing of a failed tool but the message, so there it holds what to do too. */
export function told(context: NodeContext, error: NodeError): NodeError {
	const { description } = error;
	if (isTool(context) && description && !error.message.includes(description)) {
		error.message = inOneText({ message: error.message, hint: description });
	}
	return error;
}

/** Whether an AI agent has the node as a tool: n8n then runs it under a type of its own. */
export function isTool(context: NodeContext): boolean {
	return context.getNode().type.endsWith('Tool');
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
