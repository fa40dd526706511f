/**
 * The one way to the API, for nodes, trigger, group list and confirmation: method and path from the endpoint table, a
 * turn at the portal's governor, the rate limit, repeats where they are safe, and an answer or a fault.
 */
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { endpoints, type EndpointName } from '../api/endpoints';
import type { Clock } from '../core/clock';
import { exchange } from '../core/exchange';
import type { Answer } from '../core/fault';
import { send, type Connection, type Host } from './connection';

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
	transport?: Partial<IHttpRequestOptions>;
	/** How long to wait in all, in milliseconds; by default the patience of {@link exchange}. */
	patienceMs?: number;
	/** How long the portal may take for one answer, asked for each time that the request goes out, in milliseconds. */
	timeoutMs?(): number;
	/** Asked when the turn has come: true when it is not wanted any more. */
	dropped?(): boolean;
	/** Called right before the request goes out, each time that it does. */
	sending?(): void;
	/** Unwraps the body of an answer; `undefined` when it is not what the API documents. */
	read(body: unknown): T | undefined;
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
