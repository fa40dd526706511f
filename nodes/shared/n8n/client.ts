/**
 * The one way to the API, for nodes, trigger, group list and confirmation: method and path from the endpoint table, a
 * turn at the portal's governor, the rate limit, repeats where they are safe, and an answer or a fault. An input item
 * asks through {@link Item}, which knows what became of the other items of its run.
 */
import { sleep, type IDataObject } from 'n8n-workflow';

import {
	endpoints,
	type EndpointName,
	type ListEndpointName,
	type ReadEndpointName,
	type WriteEndpointName,
} from '../api/endpoints';
import { readPage } from '../api/envelopes';
import type { Clock } from '../core/clock';
import { exchange } from '../core/exchange';
import type { Answer, Fault } from '../core/fault';
import { safeWords } from '../core/outsideText';
import type { FetchPage } from '../core/walk';
import type { Words } from '../words/words';
import type { Connection, Host } from './connection';
import { failureOfFault, type Failure, type FaultNotes } from './outcome';
import { Parameters, type ItemSource } from './parameters';
import type { Transport } from './requestOptions';
import type { NodeRun } from './run';
import { send } from './send';

/** On whose behalf a request is made. */
export interface Caller {
	host: Host;
	connection: Connection;
	/** Real time, with waits that end when the execution is cancelled. */
	clock: Clock;
	/** Whose turn it is at the governor: a run of a node, a poll. By default the host's context. */
	owner?: object;
}

/** One request. */
export interface Call<T> {
	endpoint: EndpointName;
	/** Fills `{id}` in the endpoint's path; already checked. */
	id?: string;
	query?: object;
	body?: IDataObject;
	/** The user's own request options: proxy, time-out … */
	transport?: Transport;
	/** How long to wait in all, in milliseconds; by default the patience of {@link exchange}. */
	patienceMs?: number;
	/** How long the portal may take for one answer, asked for each time that the request goes out, in milliseconds. */
	timeoutMs?(): number;
	/** Asked when the turn has come: true when it is not wanted any more. */
	dropped?(): boolean;
	/** Called right before the request goes out, each time that it does. */
	sending?(): void;
	/** Unwraps the body of an answer; `undefined` when it is not what the API documents. */
	read(body: unknown, status: number): T | undefined;
}

/** Carries out one request. Never throws for what the portal or the network does: that is in the answer. */
export async function callApi<T>(
	{ host, connection, clock, owner = host }: Caller,
	{ endpoint, id = '', query, body, transport, patienceMs, timeoutMs, ...call }: Call<T>,
): Promise<Answer<T>> {
	const { method, path } = endpoints[endpoint];
	return await exchange({
		owner,
		endpoint,
		account: connection.token,
		governor: connection.governor,
		clock,
		readOnly: method === 'GET',
		secrets: [connection.token],
		read: call.read,
		...(patienceMs === undefined ? {} : { patienceMs }),
		...(call.dropped === undefined ? {} : { dropped: call.dropped }),
		send: async () => {
			call.sending?.();
			return await send(host, connection, {
				...transport,
				...(timeoutMs === undefined ? {} : { timeout: timeoutMs() }),
				method,
				url: path.replace('{id}', encodeURIComponent(id)),
				...(query === undefined ? {} : { qs: { ...query } }),
				...(body === undefined ? {} : { body }),
			});
		},
	});
}

/** What an item asks for. */
interface Asked extends Pick<Call<unknown>, 'body' | 'id' | 'query' | 'sending'> {
	/**
	 * For a request that is asked again and again: a refusal of it ends no other item, and none of theirs ends it. It is
	 * dropped when its turn has come and it is not wanted any more.
	 */
	isWanted?(): boolean;
}

/** One input item at work: its parameters, its own credential and request options, and its way to the API. */
export class Item extends Parameters {
	/** The user's own request options. */
	readonly request: Transport;
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
	}

	/** Real time, with waits that end when the execution is cancelled. */
	get clock(): Clock {
		return this.run.clock;
	}

	/** Tells the person something beside the output; what another item of the run told already is not told again. */
	override hint(words: Words): void {
		const { hints } = this.run;
		if (hints.has(words.message)) return;
		hints.add(words.message);
		super.hint(safeWords(words, this.run.secrets));
	}

	/** Sends one request that only reads through the governor. */
	async ask<T>(
		endpoint: ReadEndpointName,
		asked: Asked,
		read: (body: unknown, status: number) => T | undefined,
	): Promise<Answer<T>> {
		return await this.send(endpoint, asked, read);
	}

	/**
	 * Sends one request that changes something through the governor.
	 * @param target what it changes: the ID of a group, of an event … Items of one run that change the same thing of the
	 * same portal go one after the other, in the order in which they ask.
	 */
	async write<T>(
		endpoint: WriteEndpointName,
		{ target, ...asked }: Omit<Asked, 'isWanted'> & { target: string },
		read: (body: unknown, status: number) => T | undefined,
	): Promise<Answer<T>> {
		const { run, connection, source } = this;
		const free = await run.targets.take(JSON.stringify([connection.origin, target]));
		const leave = source.context.continueOnFail() ? undefined : await run.writes.take();
		try {
			return await this.send(endpoint, asked, read);
		} finally {
			// The next write may begin only when this item was settled: where the run stops on errors, a failure stops the rest.
			void sleep(0).then(() => {
				leave?.();
				free();
			});
		}
	}

	/** Asks for pages of a list; `look` sees the whole body of each, for what stands beside the records. */
	pages(
		endpoint: ListEndpointName,
		{ look, ...asked }: Pick<Asked, 'id' | 'isWanted'> & { look?(body: unknown): void } = {},
	): FetchPage {
		return async (query) =>
			await this.ask(endpoint, { ...asked, query }, (body) => {
				look?.(body);
				return readPage(endpoint, body, asked.id);
			});
	}

	private async send<T>(
		endpoint: EndpointName,
		{ isWanted, ...asked }: Asked,
		read: (body: unknown, status: number) => T | undefined,
	): Promise<Answer<T>> {
		const { run, connection, request } = this;
		const { context } = this.source;
		const gaveUp = () => run.faults.of(connection, endpoint);
		const before = isWanted ? undefined : gaveUp();
		if (before) return this.notTried(before);
		const stopOnFail = !context.continueOnFail();
		const answer = await callApi(
			{ host: context, connection, clock: run.clock, owner: run },
			{
				...asked,
				endpoint,
				transport: request,
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
		if (!isOfProxy) run.faults.note(connection, endpoint, answer.fault);
		return answer;
	}

	/** The answer in place of a request that was not sent, because another one of the connection had failed for good. */
	private notTried(fault: Fault): { ok: false; fault: Fault } {
		// Of its own: items that share a request share its fault, too.
		const own = { ...fault };
		this.run.untried.add(own);
		return { ok: false, fault: own };
	}

	/** The outcome for a fault of the API, in words. `note` tells what had been written before. */
	failure(fault: Fault, endpoint: EndpointName, about: FaultNotes = {}): Failure {
		return failureOfFault(fault, endpoint, {
			...about,
			origin: this.connection.origin,
			viaProxy: this.request.proxy !== undefined,
			isOfAnotherItem: this.run.untried.has(fault),
		});
	}
}
