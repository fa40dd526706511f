/**
 * One run of a node over all its input items. n8n's routing starts every item at once and tells them
 * nothing of each other; what they share (the credential, the governor's lane, who failed first) is here.
 */
import {
	NodeApiError,
	NodeOperationError,
	type DeclarativeRestApiSettings,
	type IDataObject,
	type IExecuteFunctions,
	type IExecutePaginationFunctions,
	type IGetNodeParameterOptions,
	type IHttpRequestMethods,
	type INodeExecutionData,
	type INodePropertyRouting,
} from 'n8n-workflow';

import { endpoints, type EndpointName } from '../api/endpoints';
import type { Clock } from '../core/clock';
import { exchange } from '../core/exchange';
import { isRateLimited, wasNotCarriedOut, type Answer, type Fault } from '../core/fault';
import { ItemLedger, type ItemState } from '../core/itemLedger';
import { connect, hostClock, send, type Connection } from './connection';
import { carriedOutWords, wordsFor, type Words } from './messages';

/** An item that failed: what to tell the person, and what became of it. */
export interface Failure {
	ok: false;
	words: Words;
	state: Exclude<ItemState, 'carriedOut' | 'waiting'>;
	/** More for the report of a stopped run, for example how many members were sent. */
	note?: string;
	/** Fields of the output item when the node goes on after errors. */
	data?: IDataObject;
	httpCode?: string;
}

/** How an item ended: its output records, or the failure. */
export type Outcome = Failure | { ok: true; records: IDataObject[] };

/** What an operation does for one input item. Faults are returned; what it throws is a fault of the parameters. */
export type Work = (item: Item) => Promise<Outcome>;

type NodeError = NodeApiError | NodeOperationError;

/** n8n's context of one item, as its routing gives it, or of a whole run, as it gives it to a custom operation. */
type NodeContext = IExecuteFunctions | IExecutePaginationFunctions;

/** What all items of one run of a node share. */
export class NodeRun {
	readonly ledger = new ItemLedger();
	readonly connection: Promise<Connection>;
	readonly clock: Clock;
	/** The first error, which all items of a stopped run share. */
	error: NodeError | undefined;
	/** Set when no further item can succeed (no network, no access, out of patience): they are not tried. */
	gaveUp: Fault | undefined;
	private readonly checked = new Set<number>();
	private openGate = () => {};
	private readonly gate = new Promise<void>((open) => (this.openGate = open));

	/** @param expected how many items must be checked before the first write; 0 where a bad one holds up no other */
	constructor(
		context: NodeContext,
		private readonly expected: number,
	) {
		this.clock = hostClock(context);
		this.connection = connect(context);
		// Every item awaits it and handles its error; this keeps Node.js from reporting it in between.
		this.connection.catch(() => undefined);
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
}

/** How many items must be checked before the first write; 0 where the node goes on after errors anyway. */
function itemsToCheck(context: IExecutePaginationFunctions): number {
	if (context.continueOnFail()) return 0;
	// With n8n's "Batching" the host prepares the items with pauses in between, as the user asked for.
	const options: unknown = context.getNodeParameter('requestOptions', {});
	if (typeof options === 'object' && options !== null && 'batching' in options) return 0;
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
		run = new NodeRun(context, itemsToCheck(context));
		runs.set(key, run);
	}
	return run;
}

/** What {@link Item} is made of. */
export interface ItemSource {
	context: NodeContext;
	index: number;
	/** Reads a parameter for this item; `null` when it is not set. The host evaluates expressions at each call. */
	read(name: string, options?: IGetNodeParameterOptions): unknown;
	/** What the routing put together (query, body), and the user's own request options (time-out, proxy). */
	request: DeclarativeRestApiSettings.HttpRequestOptions;
}

/** One input item at work: its parameters, the request that the routing prepared, and the way to the API. */
export class Item {
	constructor(
		private readonly source: ItemSource,
		/** What all items of one run of the node share; for other modules only an identity. */
		readonly run: NodeRun,
		private readonly connection: Connection,
	) {}

	/** The request that the routing prepared. */
	get request(): DeclarativeRestApiSettings.HttpRequestOptions {
		return this.source.request;
	}

	/** The workflow's time zone, for times without one. */
	get timezone(): string {
		return this.source.context.getTimezone();
	}

	/** Real time, with waits that end when the execution is cancelled. */
	get clock(): Clock {
		return this.run.clock;
	}

	/** A text from the routing's query; empty when the field is empty or not shown. */
	query(name: string): string {
		return textOf(this.request.qs?.[name]);
	}

	/** A value from the routing's body. */
	body(name: string): unknown {
		const { body } = this.request;
		return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
	}

	/** A switch of the node. */
	flag(name: string): boolean {
		return this.source.read(name) === true;
	}

	/** Any parameter; `undefined` when it is not set. */
	parameter(name: string, options?: IGetNodeParameterOptions): unknown {
		return this.source.read(name, options) ?? undefined;
	}

	/**
	 * Sends one request through the governor.
	 * @param path fills `{id}` in the endpoint's path; already checked by the caller
	 */
	async ask<T>(
		endpoint: EndpointName,
		{ qs, body, id }: { qs?: IDataObject; body?: IDataObject; id?: string },
		read: (body: unknown) => T | undefined,
	): Promise<Answer<T>> {
		const { run, connection } = this;
		const { context, index, request } = this.source;
		const { method, path } = endpoints[endpoint];
		if (method !== 'GET') {
			run.check(index);
			await run.everyItemChecked();
		}
		if (run.gaveUp) return { ok: false, fault: run.gaveUp };
		const stopOnFail = !context.continueOnFail();
		const answer = await exchange({
			owner: run,
			governor: connection.governor,
			clock: run.clock,
			readOnly: method === 'GET',
			dropped: () => run.gaveUp !== undefined || (stopOnFail && run.ledger.failed),
			read,
			send: async () =>
				await send(context, connection, {
					...transportOf(request),
					method,
					url: path.replace('{id}', encodeURIComponent(id ?? '')),
					...(qs === undefined ? {} : { qs }),
					...(body === undefined ? {} : { body }),
				}),
		});
		if (answer.ok) return answer;
		if (answer.fault.kind === 'cancelled' && run.gaveUp) return { ok: false, fault: run.gaveUp };
		if (isHopeless(answer.fault)) run.gaveUp ??= answer.fault;
		return answer;
	}

	/** The outcome for a fault of the API, in words. `note` tells what had been written before. */
	failure(
		fault: Fault,
		endpoint: EndpointName,
		{ id, note, data }: { id?: string; note?: string; data?: IDataObject } = {},
	): Failure {
		const { message, hint } = wordsFor(fault, {
			endpoint,
			origin: this.connection.origin,
			...(id === undefined ? {} : { id }),
		});
		const notTried = fault.kind === 'cancelled' || fault === this.run.gaveUp;
		const state = notTried && note === undefined ? 'notTried' : stateOf(fault, endpoint, note);
		return {
			ok: false,
			words: { message, hint: [hint, carriedOutWords(fault, endpoint)].join(' ').trim() },
			state,
			...(note === undefined ? {} : { note }),
			...(data === undefined ? {} : { data }),
			...(fault.kind === 'status' ? { httpCode: String(fault.status) } : {}),
		};
	}
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
			read: (name, how) => this.getNodeParameter(name, null, how),
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
		outcome = await work(new Item(source, run, await run.connection));
	} catch (error) {
		outcome = unexpected(error);
	}
	run.check(index);
	run.ledger.settle(
		index,
		outcome.ok ? 'carriedOut' : outcome.state,
		outcome.ok ? undefined : outcome.note,
	);
	const pairedItem = { item: index };
	if (outcome.ok) return outcome.records.map((json) => ({ json, pairedItem }));

	const error = errorOf(context, outcome, index);
	if (context.continueOnFail()) return [{ json: errorItem(context, outcome), pairedItem }];
	if (outcome.state !== 'notTried') run.error ??= error;
	if (writes) {
		await run.everyItemChecked();
		await run.ledger.allSettled();
		const first = run.error ?? error;
		const { note } = outcome;
		if (run.ledger.entered > 1) withReport(first, run.ledger.report());
		else if (note !== undefined) withReport(first, `Done before: ${note}.`);
		throw first;
	}
	throw run.error ?? error;
}

function errorOf(context: NodeContext, { words, httpCode }: Failure, itemIndex: number): NodeError {
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
function errorItem(context: NodeContext, { words, note, data }: Failure): IDataObject {
	const error = words.message;
	const message = note === undefined ? words.hint : `${words.hint} Done before: ${note}.`;
	return context.getNode().onError === 'continueErrorOutput'
		? { error, message }
		: { ...data, error, message };
}

function withReport(error: NodeError, report: string): void {
	const description = error.description ?? '';
	if (!description.includes(report)) error.description = `${description} ${report}`.trim();
}

/** An error that the host threw while it evaluated a parameter, or a refused credential. */
function unexpected(error: unknown): Failure {
	const message = error instanceof Error ? error.message : String(error);
	const hint =
		error instanceof Error && 'description' in error && typeof error.description === 'string'
			? error.description
			: '';
	return { ok: false, words: { message, hint }, state: 'failed' };
}

/** The user's own request options; address, query and body come from the operation. */
function transportOf({
	timeout,
	proxy,
	skipSslCertificateValidation,
	allowedDomains,
}: DeclarativeRestApiSettings.HttpRequestOptions) {
	return {
		// The routing fills in five minutes where the user set nothing; ours is shorter.
		...(timeout === undefined || timeout === 300_000 ? {} : { timeout }),
		...(proxy === undefined ? {} : { proxy }),
		...(skipSslCertificateValidation === true ? { skipSslCertificateValidation: true } : {}),
		...(allowedDomains === undefined ? {} : { allowedDomains }),
	};
}

/** After these no other item of the run can succeed either: each would only wait as long, or be refused, again. */
function isHopeless(fault: Fault): boolean {
	if (fault.kind === 'network') return !fault.sent;
	return isRateLimited(fault) || (fault.kind === 'status' && [401, 403].includes(fault.status));
}

function stateOf(
	fault: Fault,
	endpoint: EndpointName,
	note: string | undefined,
): 'failed' | 'partly' | 'unknown' {
	if (
		endpoints[endpoint].method !== 'GET' &&
		fault.kind !== 'cancelled' &&
		!wasNotCarriedOut(fault)
	) {
		return 'unknown';
	}
	return note === undefined ? 'failed' : 'partly';
}

function textOf(value: unknown): string {
	if (typeof value === 'string') return value.trim();
	return typeof value === 'number' ? String(value) : '';
}

/** The outcome for a parameter that cannot be used; names the parameter. */
export function badParameter(message: string, hint: string): Failure {
	return { ok: false, words: { message, hint }, state: 'failed' };
}
