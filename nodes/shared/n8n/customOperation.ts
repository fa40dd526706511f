/**
 * An operation as one function over all input items, n8n's hook beside the routing of a declarative node.
 *
 * n8n's routing evaluates each expression of a node four times per item and looks at every property twice, and it
 * tells the items nothing of each other. Here each parameter is read once, and the items of a run can be taken
 * together. Checks, reports, item links and request options are the same as in `run`.
 */
import {
	NodeConnectionTypes,
	UserError,
	type DeclarativeRestApiSettings,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeOutput,
} from 'n8n-workflow';

import { endpoints, type EndpointName } from '../api/endpoints';
import { readNumber, readSwitch } from '../core/parameters';
import { failureOf, Item, unusableProxy, type Failure, type Outcome } from './item';
import { Parameters, type ItemSource } from './parameters';
import { carryOut, errorItem, errorOf, NodeRun, settle, stoppedBy, type Work } from './run';

/** How often a pause between two batches looks whether the run was stopped, in milliseconds. */
const LOOK_UP_MS = 200;

/** Makes the function of an operation that treats each item for itself, for `INodeType.customOperations`. */
export function customOperation(endpoint: EndpointName, work: Work) {
	return async function (this: IExecuteFunctions): Promise<NodeOutput> {
		const items = inputOf(this);
		const { size, pauseMs } = readBatching(this);
		const inBatches = pauseMs > 0 && items.length > 1;
		const checksFirst = !this.continueOnFail() && !inBatches;
		const run = new NodeRun(this, checksFirst ? items.length : 0);
		const writes = endpoints[endpoint].method !== 'GET';

		// All from the start: the report of a stopped run names those of later batches too.
		for (const index of items.keys()) run.ledger.enter(index);
		const isStopped = () => run.ledger.failed && !this.continueOnFail();
		const outputs: Array<Promise<INodeExecutionData[]>> = [];
		for (let index = 0; index < items.length; index++) {
			if (inBatches && index > 0 && index % size === 0) {
				if (await pauseBetween(run, pauseMs, isStopped)) {
					for (let left = index; left < items.length; left++) run.ledger.settle(left, 'notTried');
					break;
				}
			}
			const output = carryOut(sourceOf(this, index), run, work, { writes });
			// It is awaited below; this keeps Node.js from reporting a failure while a batch waits.
			output.catch(() => undefined);
			outputs.push(output);
		}
		return [(await Promise.all(outputs)).flat()];
	};
}

/** Waits between two batches. True when the next one is not to be sent any more, as soon as that is known. */
async function pauseBetween(
	run: NodeRun,
	pauseMs: number,
	isStopped: () => boolean,
): Promise<boolean> {
	const endAt = run.clock.now() + pauseMs;
	for (let left = pauseMs; left > 0 && !isStopped(); left = endAt - run.clock.now()) {
		if (await run.clock.wait(Math.min(left, LOOK_UP_MS))) return true;
	}
	return isStopped();
}

/** An input item of an operation over all items: its parameters, and the item itself or why there is none (no usable credential). */
export type Entry = { parameters: Parameters } & ({ item: Item } | { failure: Failure });

/** The outcome that several input items have together. A failure is told for each of them. */
export interface SharedOutcome {
	items: number[];
	outcome: Outcome;
}

/**
 * Makes the function of an operation that takes all items together, for `INodeType.customOperations`.
 * @param work returns an outcome for every item; it must write nothing once an item has failed and the run stops on errors
 */
export function sharedOperation(
	work: (entries: Entry[], context: IExecuteFunctions) => Promise<SharedOutcome[]>,
) {
	return async function (this: IExecuteFunctions): Promise<NodeOutput> {
		const run = new NodeRun(this, 0);
		const entries: Entry[] = [];
		for (const [index] of inputOf(this).entries()) {
			run.ledger.enter(index);
			entries.push(await enter(this, run, index));
		}
		const outcomes = await work(entries, this);
		const output: Array<{ at: number; items: INodeExecutionData[] }> = [];
		const failures: Array<{ item: number; failure: Failure }> = [];
		for (const { items, outcome } of outcomes) {
			for (const index of items) {
				const settled = settle(run, index, outcome);
				if (settled.ok) continue;
				failures.push({ item: index, failure: settled });
				output.push({ at: index, items: [errorItem(this, settled, index)] });
			}
			if (outcome.ok) {
				const [only, ...more] = items.map((item) => ({ item }));
				const pairedItem = only && more.length === 0 ? only : items.map((item) => ({ item }));
				const linked = outcome.records.map((json) => ({ json, pairedItem }));
				output.push({ at: items[0] ?? 0, items: linked });
			}
		}
		// The failure to stop with: the first that is not only the consequence of another.
		const failed = failures.find(({ failure }) => failure.state !== 'notTried') ?? failures[0];
		if (failed && !this.continueOnFail()) {
			throw stoppedBy(run, errorOf(this, failed.failure, failed.item), failed.failure.note);
		}
		return [output.sort((a, b) => a.at - b.at).flatMap(({ items }) => items)];
	};
}

async function enter(context: IExecuteFunctions, run: NodeRun, index: number): Promise<Entry> {
	const source = sourceOf(context, index);
	const parameters = new Parameters(source);
	try {
		const connection = await run.connect(context, index);
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
			return readTransport(context, index);
		},
	};
}

/** "Request Options", which n8n adds to every declarative node, as the fields that the user set. */
function requestOptions(context: IExecuteFunctions, index: number): Record<string, unknown> {
	const given: unknown = context.getNodeParameter('requestOptions', index, {});
	return typeof given === 'object' && given !== null ? { ...given } : {};
}

/** How many items n8n sends at a time and how long it waits in between: one setting for the run. */
function readBatching(context: IExecuteFunctions): { size: number; pauseMs: number } {
	let batching: unknown;
	try {
		({ batching } = requestOptions(context, 0));
	} catch {
		// An expression that cannot be evaluated: the item reads it once more and fails. Thrown here, n8n would hand the
		// input out as if it were carried out.
	}
	const { batch } = { batch: undefined, ...(typeof batching === 'object' ? batching : {}) };
	const { batchSize, batchInterval } = {
		batchSize: 1,
		batchInterval: 0,
		...(typeof batch === 'object' ? batch : {}),
	};
	return {
		size: Math.max(1, readNumber(batchSize) ?? 1),
		pauseMs: readNumber(batchInterval) ?? 0,
	};
}

/** @throws UserError for an option that cannot be used, before anything is sent */
function readTransport(
	context: IExecuteFunctions,
	index: number,
): DeclarativeRestApiSettings.HttpRequestOptions {
	const { timeout, proxy, allowUnauthorizedCerts } = requestOptions(context, index);
	const options: DeclarativeRestApiSettings.HttpRequestOptions = {};
	if (timeout !== undefined) {
		const ms = readNumber(timeout);
		if (ms === undefined || ms <= 0)
			throw unusable('Timeout', timeout, 'Use a number of milliseconds.');
		options.timeout = ms;
	}
	if (allowUnauthorizedCerts !== undefined) {
		const on = readSwitch(allowUnauthorizedCerts);
		if (on === undefined)
			throw unusable('Ignore SSL Issues', allowUnauthorizedCerts, 'Use true or false.');
		options.skipSslCertificateValidation = on;
	}
	if (typeof proxy === 'string' && proxy.trim() === '') return options;
	if (proxy !== undefined) options.proxy = readProxy(proxy);
	return options;
}

function readProxy(given: unknown) {
	const text = typeof given === 'string' ? given.trim() : '';
	const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
	if (text === '' || !URL.canParse(address)) throw noAddress();
	const { protocol, hostname, port, username, password } = new URL(address);
	return {
		host: hostname,
		port: Number(port || (protocol === 'https:' ? 443 : 80)),
		protocol: protocol.replace(/:$/, ''),
		...(username === ''
			? {}
			: { auth: { username: decoded(username), password: decoded(password) } }),
	};
}

function noAddress(): UserError {
	return unusableProxy('The option “Proxy” is not an address');
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		throw noAddress();
	}
}

function unusable(label: string, given: unknown, wanted: string): UserError {
	return new UserError(`The request option “${label}” cannot be read`, {
		description: `It is ${JSON.stringify(given) ?? 'nothing'}. ${wanted} Nothing was sent for this item.`,
	});
}
