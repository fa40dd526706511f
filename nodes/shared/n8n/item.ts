/**
 * One input item at work: its parameters, its own credential, the request that n8n's routing prepared, and the
 * way to the API.
 */
import { sleep, UserError, type DeclarativeRestApiSettings, type IDataObject } from 'n8n-workflow';

import { endpoints, type EndpointName } from '../api/endpoints';
import type { Clock } from '../core/clock';
import { wasNotCarriedOut, type Answer, type Fault } from '../core/fault';
import type { ItemState } from '../core/itemLedger';
import { safeText } from '../core/outsideText';
import { unknownValues, type ValueFilter } from '../core/unknownValues';
import { callApi } from './client';
import type { Connection } from './connection';
import { carriedOutWords, wordsFor, type Words } from './messages';
import { Parameters, type ItemSource } from './parameters';
import type { NodeRun } from './run';

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

/** What a request is made of. */
interface Asked {
	qs?: IDataObject;
	body?: IDataObject;
	/** Fills `{id}` in the endpoint's path; already checked by the caller. */
	id?: string;
	/** Called right before the request goes out, each time that it does. */
	sending?(): void;
	/**
	 * For a request that is asked again and again: a refusal of it ends no other item, and none of theirs ends it. It is
	 * dropped when its turn has come and it is not wanted any more.
	 */
	isWanted?(): boolean;
}

export class Item extends Parameters {
	/** The request that the routing prepared. */
	readonly request: DeclarativeRestApiSettings.HttpRequestOptions;
	/** The fault of another request that kept one of this item's from being sent. */
	private untried: Fault | undefined;

	/** @throws UserError for request options that cannot be used */
	constructor(
		source: ItemSource,
		/** What all items of one run of the node share; for other modules only an identity. */
		readonly run: NodeRun,
		/** The item's portal and token: the same object for all items of the run that have the same. */
		readonly connection: Connection,
	) {
		super(source);
		this.request = source.request;
		if (!isUsableProxy(this.request.proxy)) {
			throw unusableProxy('The option “Proxy” is not the address of an HTTP proxy');
		}
	}

	/** Real time, with waits that end when the execution is cancelled. */
	get clock(): Clock {
		return this.run.clock;
	}

	/** Tells the person something beside the output. n8n takes such hints from custom operations only. */
	hint(message: string): void {
		const { context } = this.source;
		if ('addExecutionHints' in context) {
			context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
		}
	}

	/** Names the values of filters that are likely mistyped, where nothing has passed: an empty list looks like an answer. */
	hintAtUnknownValues(filters: ValueFilter[]): void {
		const unknown = unknownValues(filters);
		if (unknown.length === 0) return;
		const values = safeText(unknown.join('; '), this.run.secrets);
		this.hint(
			`Nothing passed, and a filter looks for values that Proofpoint is not known to use. Check the spelling: ${values}.`,
		);
	}

	/** Sends one request through the governor. */
	async ask<T>(
		endpoint: EndpointName,
		asked: Asked,
		read: (body: unknown) => T | undefined,
	): Promise<Answer<T>> {
		const { run, source } = this;
		if (endpoints[endpoint].method === 'GET' || source.context.continueOnFail()) {
			return await this.send(endpoint, asked, read);
		}
		// The next write may begin only when this item was settled: a failure stops the rest.
		const leave = await run.writes.take();
		try {
			return await this.send(endpoint, asked, read);
		} finally {
			void sleep(0).then(leave);
		}
	}

	private async send<T>(
		endpoint: EndpointName,
		{ qs, body, id, sending, isWanted }: Asked,
		read: (body: unknown) => T | undefined,
	): Promise<Answer<T>> {
		const { run, connection, request } = this;
		const { context } = this.source;
		const gaveUp = () => run.faultOf(connection);
		const before = isWanted ? undefined : gaveUp();
		if (before) return this.notTried(before);
		const stopOnFail = !context.continueOnFail();
		const answer = await callApi(
			{ host: context, connection, clock: run.clock, owner: run },
			{
				endpoint,
				transport: transportOf(request),
				...(qs === undefined ? {} : { query: qs }),
				...(body === undefined ? {} : { body }),
				...(id === undefined ? {} : { id }),
				...(sending === undefined ? {} : { sending }),
				dropped: () =>
					(isWanted ? !isWanted() : gaveUp() !== undefined) || (stopOnFail && run.ledger.failed),
				read,
			},
		);
		if (answer.ok || isWanted) return answer;
		const known = gaveUp();
		if (answer.fault.kind === 'cancelled' && known) return this.notTried(known);
		// A proxy is the item's own: others may have another.
		const isOfProxy = request.proxy !== undefined && answer.fault.kind === 'network';
		if (!isOfProxy) run.noteFault(connection, answer.fault);
		return answer;
	}

	/** The answer in place of a request that was not sent, because another one of the connection had failed for good. */
	private notTried(fault: Fault): { ok: false; fault: Fault } {
		this.untried = fault;
		return { ok: false, fault };
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
			viaProxy: this.request.proxy !== undefined,
		});
		const isRemembered = fault === this.untried;
		const notTried = isRemembered || fault.kind === 'cancelled';
		const state = notTried && note === undefined ? 'notTried' : stateOf(fault, endpoint, note);
		return {
			ok: false,
			words: {
				message,
				hint: [
					hint,
					isRemembered
						? 'This was the answer to another item of this run; for this one nothing was sent.'
						: carriedOutWords(fault, endpoint),
				]
					.join(' ')
					.trim(),
			},
			state,
			...(note === undefined ? {} : { note }),
			...(data === undefined ? {} : { data }),
			...(fault.kind === 'status' ? { httpCode: String(fault.status) } : {}),
		};
	}
}

/** The outcome for a parameter that cannot be used; names the parameter. */
export function badParameter(message: string, hint: string): Failure {
	return { ok: false, words: { message, hint }, state: 'failed' };
}

/** An error that the host threw while it evaluated a parameter, or a refused parameter or credential. */
export function failureOf(error: unknown): Failure {
	const message = error instanceof Error ? error.message : String(error);
	const hint =
		error instanceof Error && 'description' in error && typeof error.description === 'string'
			? error.description
			: '';
	return { ok: false, words: { message, hint }, state: 'failed' };
}

/** The refusal of a proxy. What was given may hold a password, so it is not repeated. */
export function unusableProxy(message: string): UserError {
	return new UserError(message, {
		description: 'Use for example http://user:password@proxy.example.com:3128. Nothing was sent.',
	});
}

/** Whether n8n goes through it: any other it leaves out without a word, and asks the portal directly. */
function isUsableProxy(proxy: DeclarativeRestApiSettings.HttpRequestOptions['proxy']): boolean {
	if (proxy === undefined) return true;
	const { host, port, protocol = 'http' } = proxy;
	return (
		/^https?:?$/i.test(protocol) &&
		Number.isInteger(port) &&
		port > 0 &&
		port < 65_536 &&
		URL.canParse(`http://${host}:${port}`)
	);
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
