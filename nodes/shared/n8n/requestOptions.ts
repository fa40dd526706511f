/** "Request Options", which n8n adds to every declarative node: its routing applies them, a custom operation reads them itself. */
import { UserError, type IExecuteFunctions, type IHttpRequestOptions } from 'n8n-workflow';

import { readSwitch, readWithin, wantedNumber } from '../core/parameters';
import { notesOn, shownValue } from '../core/shownValue';
import { parameterMessages as say } from '../words/parameters';
import type { Words } from '../words/words';

/** What the user set for the requests of an item. */
export type Transport = Pick<
	IHttpRequestOptions,
	'allowedDomains' | 'proxy' | 'skipSslCertificateValidation' | 'timeout'
>;

/** How much is sent at a time, and how long n8n's "Batching" waits in between. No pause where the user wants none. */
export interface Batching {
	size: number;
	pauseMs: number;
}

/** Milliseconds. Node's timers know no longer time than these 24 days: they take one for 1 ms. */
const LONGEST_MS = 2_147_483_647;
const MILLISECONDS = 'It is in milliseconds: 300000 is five minutes.';
const timeoutBounds = { min: 1, max: LONGEST_MS, whole: false };
const batchBounds = { min: -1, max: 1_000_000, whole: false };
const intervalBounds = { min: 0, max: LONGEST_MS, whole: false };

/**
 * The options of one item for its requests: only what the user set.
 * @param given the parameter "Request Options" as this item has it
 * @throws UserError for an option that cannot be used, before anything is sent
 */
export function readTransport(given: unknown): Transport {
	const set = fieldsOf('Request Options', given ?? {});
	readBatch(set);
	const { timeout, proxy, allowUnauthorizedCerts } = set;
	const options: Transport = {};
	// An expression that gives nothing is no option that is not set.
	if ('timeout' in set) {
		const ms = readWithin(timeout, timeoutBounds);
		if (ms === undefined)
			throw unusable('Timeout', timeout, `${wantedNumber(timeoutBounds)} ${MILLISECONDS}`);
		options.timeout = ms;
	}
	if ('allowUnauthorizedCerts' in set) {
		const on = readSwitch(allowUnauthorizedCerts);
		if (on === undefined)
			throw unusable('Ignore SSL Issues', allowUnauthorizedCerts, 'Use true or false.');
		if (on) options.skipSslCertificateValidation = true;
	}
	// Also from an expression: there is no other way for an item to go without the proxy of the others.
	if (typeof proxy === 'string' && proxy.trim() === '') return options;
	if ('proxy' in set) options.proxy = readProxy(proxy);
	return options;
}

/** One setting for the run, as n8n's routing has it: that of the first item whose options can be read. Others fail by themselves. */
export function readBatching(context: IExecuteFunctions, items: number): Batching {
	for (let index = 0; index < items; index++) {
		try {
			const given: unknown = context.getNodeParameter('requestOptions', index, {}) ?? {};
			return readBatch(fieldsOf('Request Options', given));
		} catch {
			continue;
		}
	}
	return { size: 1, pauseMs: 0 };
}

/** As the editor says: 0 is one item at a time, and -1 turns it off. */
function readBatch(given: Record<string, unknown>): Batching {
	const { batching } = { batching: {}, ...given };
	const { batch } = { batch: {}, ...fieldsOf('Batching', batching) };
	const { batchSize, batchInterval } = {
		batchSize: 1,
		batchInterval: 0,
		...fieldsOf('Batching', batch),
	};
	const size = readWithin(batchSize, batchBounds);
	if (size === undefined) throw unusable('Items per Batch', batchSize, wantedNumber(batchBounds));
	const pauseMs = readWithin(batchInterval, intervalBounds);
	if (pauseMs === undefined) {
		const wanted = `${wantedNumber(intervalBounds)} ${MILLISECONDS}`;
		throw unusable('Batch Interval (ms)', batchInterval, wanted);
	}
	return { size: Math.max(1, Math.floor(size)), pauseMs: size < 0 ? 0 : pauseMs };
}

function fieldsOf(label: string, given: unknown): Record<string, unknown> {
	if (typeof given !== 'object' || given === null || Array.isArray(given))
		throw unusable(label, given, 'Set its fields one by one.');
	return { ...given };
}

function readProxy(given: unknown): Transport['proxy'] {
	const text = typeof given === 'string' ? given.trim() : '';
	const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
	if (text === '' || !URL.canParse(address)) throw refusal(say.proxyNotAnAddress());
	const { protocol, hostname: host, port: written, username, password } = new URL(address);
	const port = Number(written || (protocol === 'https:' ? 443 : 80));
	// n8n silently ignores any other, and connects to the portal directly.
	if (!/^https?:$/.test(protocol) || port === 0 || !URL.canParse(`http://${host}:${port}`))
		throw refusal(say.proxyNotHttp());
	return {
		host,
		port,
		protocol: protocol.replace(/:$/, ''),
		...(username === ''
			? {}
			: { auth: { username: decoded(username), password: decoded(password) } }),
	};
}

/** Undoes the escapes of an address. A percent sign that begins none breaks the connection in n8n’s own helper. */
function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		throw refusal(say.proxyNotAnAddress());
	}
}

function unusable(label: string, given: unknown, wanted: string): UserError {
	const shown = given === undefined ? 'nothing' : shownValue(given);
	const was = `Its value is ${shown}. ${notesOn(given)}`.trim();
	return refusal(say.requestOption(label, was, wanted));
}

/** What was given for a proxy may hold a password, so no message repeats it. */
function refusal({ message, hint }: Words): UserError {
	return new UserError(message, { description: hint });
}
