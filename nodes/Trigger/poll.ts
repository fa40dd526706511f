/**
 * n8n's side of the trigger: parameters in, stored state in, items and stored state out. What is new
 * and what to keep is decided in `core/drain`.
 */
import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INodeExecutionData,
	type IPollFunctions,
} from 'n8n-workflow';

import type { ApiRecord } from '../shared/api/contract';
import { endpoints, type ListEndpointName } from '../shared/api/endpoints';
import { readPage } from '../shared/api/envelopes';
import { exchange } from '../shared/core/exchange';
import { LONGEST_PAUSE_MS } from '../shared/core/governor';
import { isPassing, type Fault } from '../shared/core/fault';
import { simplifyEvent } from '../shared/core/simplify';
import { fromMillis, toApiTime } from '../shared/core/timestamp';
import { walk, type FetchPage, type Position } from '../shared/core/walk';
import { connect, hostClock, send, type Connection } from '../shared/n8n/connection';
import { wordsFor } from '../shared/n8n/messages';
import { readConnections, watchConnections, type Watched } from './core/connections';
import { drain, type Drained } from './core/drain';
import { readState, type Discarded, type Scope, type TriggerEvent } from './core/state';
import { matcher, readFilters } from './filters';

/** A host without `getPollBudgetMs` (n8n 1.x) polls once a minute at most; a poll ends before the next. */
const USUAL_BUDGET_MS = 50_000;
/** The budget that n8n names outside of its durable scheduler, at activation above all. */
const ACTIVATION_BUDGET_MS = 300_000;
/** How many records a manual test run shows. */
const SAMPLE_SIZE = 10;
const DAY_MS = 86_400_000;

/** The list of the API that each event of the trigger follows. */
export const endpointOf: Record<TriggerEvent | 'userConnectionChanged', ListEndpointName> = {
	securityEventCreated: 'events',
	securityEventCreatedOrUpdated: 'events',
	auditEntryCreated: 'audits',
	anomalyDetected: 'anomalies',
	userConnectionChanged: 'monitoredUsers',
};

/** Polls of one node are not serialised by the host: a second one that starts meanwhile ends at once. */
const polling = new Set<string>();
/** Contexts that have polled: the first poll of a context is the one that activates the workflow. */
const known = new WeakSet<IPollFunctions>();
/**
 * The state after a poll without items, for as long as the host has stored none: with durable cursors it drops
 * what the activation's own poll stored when that returned nothing.
 */
const unstored = new Map<string, object>();

/**
 * From which stored state a poll has just emitted items. With durable cursors the host stores the next
 * state a moment after the poll has ended; a catch-up poll that starts in between is handed the old one again.
 */
const justEmitted = new Map<string, { from: string; at: number }>();
/** After this the host has thrown the result away rather than not stored it yet: the items are delivered again. */
const STORING_MS = 30_000;

/**
 * Workflows whose ID is longer: n8n stores no state for them, without a word. A host without `getPollBudgetMs` is
 * n8n 1.x.
 */
const LONGEST_ID = { usual: 21, older: 16 };
/** Workflows that were warned of that, so that it stands in the log once. */
const warned = new Set<string>();

interface Settings {
	connection: Connection;
	endpoint: ListEndpointName;
	maxItems: number;
	/** What the stored state belongs to; absent for users, who have no chain to follow. */
	scope?: Scope;
	matches(record: ApiRecord): boolean;
	shape(record: ApiRecord): IDataObject;
}

/** What both kinds of polls need. */
interface Means {
	fetchPage: FetchPage;
	outOfTime(): boolean;
	now(): number;
}

/** The trigger's poll. */
export async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (this.getMode() === 'manual') return await showSample(this);

	const activating = isActivation(this);
	if (!activating && !isDurableTick(this)) warnOfLongId(this);
	const key = `${this.getWorkflow().id ?? ''}:${this.getNode().id}`;
	if (polling.has(key)) return null;
	polling.add(key);
	try {
		return await pollOnce(this, key);
	} catch (error) {
		if (!activating) {
			throw error instanceof NodeApiError || error instanceof NodeOperationError
				? error
				: new NodeOperationError(this.getNode(), error instanceof Error ? error : String(error));
		}
		// A throw here would end the workflow silently and for good, even after the API is back; the next
		// poll shows a lasting fault in the list of executions.
		this.logger.warn(
			`Proofpoint Trigger could not poll while the workflow was activated and tries again with the next poll: ${error instanceof Error ? error.message : String(error)}`,
		);
		return null;
	} finally {
		polling.delete(key);
	}
}

async function pollOnce(
	context: IPollFunctions,
	key: string,
): Promise<INodeExecutionData[][] | null> {
	const settings = await readSettings(context);
	const { connection, endpoint, shape } = settings;
	const stored = context.getWorkflowStaticData('node');
	const isStored = stored.state !== undefined;
	if (isStored) unstored.delete(key);
	const from = JSON.stringify(stored.state ?? null);
	const emitted = justEmitted.get(key);
	const isCatchUp = emitted?.from === from && Date.now() - emitted.at < STORING_MS;
	if (isCatchUp && isDurableTick(context)) return null;
	justEmitted.delete(key);

	const endAt = Date.now() + budgetOf(context) * 0.75;
	const { result, discarded } = await carryOut(settings, stored.state ?? unstored.get(key), {
		fetchPage: pages(context, connection, endpoint, endAt),
		outOfTime: () => Date.now() >= endAt,
		now: () => Date.now(),
	});
	if (discarded !== 'none') {
		context.logger.warn(
			discarded === 'otherConfiguration'
				? 'Proofpoint Trigger starts afresh from “Start From”: portal, event or start were changed since the last poll'
				: 'Proofpoint Trigger starts afresh from “Start From”: its stored state could not be read',
		);
	}
	if (result.notice !== undefined) context.logger.warn(`Proofpoint Trigger: ${result.notice}`);
	if (result.progressed || !isStored) stored.state = result.state;
	if (!isStored && result.emit.length === 0) unstored.set(key, result.state);
	if (result.fault && !result.progressed) {
		throw failureOf(context, connection, endpoint, result.fault);
	}
	if (result.emit.length === 0) return null;
	justEmitted.set(key, { from, at: Date.now() });
	return [result.emit.map((record) => ({ json: shape(record) }))];
}

/** One poll from a stored state: along the chain, or for users by comparing. */
async function carryOut(
	{ connection, endpoint, maxItems, matches, scope }: Settings,
	stored: unknown,
	means: Means,
): Promise<{ result: Drained | Watched; discarded: Discarded }> {
	const { pageSize } = endpoints[endpoint];
	if (!scope) {
		const { state, discarded } = readConnections(stored, connection.origin);
		const result = await watchConnections({ ...means, state, pageSize, maxItems, matches });
		return { result, discarded };
	}
	const { state, discarded } = readState(stored, scope);
	const result = await drain({ ...means, scope, state, pageSize, maxItems, matches });
	return { result, discarded };
}

async function readSettings(context: IPollFunctions): Promise<Settings> {
	const event = eventOf(context.getNodeParameter('event'));
	const startFrom: unknown = context.getNodeParameter('startFrom', 'now');
	const options: unknown = context.getNodeParameter('options', {});
	const maxItems =
		typeof options === 'object' && options !== null && 'maxItemsPerPoll' in options
			? Number(options.maxItemsPerPoll)
			: 1000;
	const connection = await connect(context);
	const simplify =
		endpointOf[event] === 'events' && context.getNodeParameter('simplify', false) === true;
	const common = {
		connection,
		endpoint: endpointOf[event],
		maxItems: Number.isFinite(maxItems) && maxItems >= 1 ? Math.floor(maxItems) : 1000,
		matches: matcher(event, readFilters(context.getNodeParameter('filters', {}))),
		shape: simplify ? simplifyEvent : (record: ApiRecord) => record,
	};
	if (event === 'userConnectionChanged') return common;
	return {
		...common,
		scope: {
			origin: connection.origin,
			event,
			...(startFrom === 'date'
				? { startFrom, startDate: readStartDate(context) }
				: { startFrom: startFrom === 'beginning' ? startFrom : 'now' }),
		},
	};
}

function readStartDate(context: IPollFunctions): string {
	const given: unknown = context.getNodeParameter('startDate');
	const time = toApiTime(given, context.getTimezone());
	if (time !== undefined) return time;
	throw new NodeOperationError(
		context.getNode(),
		'The parameter “Start Date” is not a date and time',
		{ description: `It is ${JSON.stringify(given)}. Use for example 2026-01-31T08:00:00Z.` },
	);
}

function eventOf(value: unknown): keyof typeof endpointOf {
	switch (value) {
		case 'anomalyDetected':
		case 'auditEntryCreated':
		case 'securityEventCreatedOrUpdated':
		case 'userConnectionChanged':
			return value;
		default:
			return 'securityEventCreated';
	}
}

/** Asks for pages, and stops waiting before the time that the host gives to a poll is over. */
function pages(
	context: IPollFunctions,
	connection: Connection,
	endpoint: ListEndpointName,
	endAt: number,
): FetchPage {
	const clock = hostClock(context);
	return async (query) =>
		await exchange({
			owner: context,
			governor: connection.governor,
			clock,
			readOnly: true,
			patienceMs: Math.max(0, endAt - Date.now()),
			read: (body) => readPage(endpoint, body),
			send: async () =>
				await send(context, connection, {
					method: 'GET',
					url: endpoints[endpoint].path,
					qs: { ...query },
					timeout: Math.max(1000, Math.min(30_000, endAt - Date.now())),
				}),
		});
}

/** An error that tells the durable scheduler of n8n how to back off; other hosts ignore `failure`. */
function failureOf(
	context: IPollFunctions,
	{ origin }: Connection,
	endpoint: ListEndpointName,
	fault: Fault,
): NodeApiError {
	const { message, hint } = wordsFor(fault, { endpoint, origin });
	return new NodeApiError(
		context.getNode(),
		{ message },
		{
			message,
			description: hint,
			...(fault.kind === 'status' ? { httpCode: String(fault.status) } : {}),
			failure: declarationOf(fault),
		},
	);
}

function declarationOf(fault: Fault) {
	if (fault.kind !== 'status') return { cause: 'temporarily-unavailable' as const };
	const { status, retryAfterMs } = fault;
	if (status === 429) {
		return {
			cause: 'rate-limited' as const,
			...(retryAfterMs === undefined
				? {}
				: { retryAfterMs: Math.min(retryAfterMs, LONGEST_PAUSE_MS) }),
		};
	}
	if (isPassing(fault)) return { cause: 'temporarily-unavailable' as const };
	return status === 401 || status === 403
		? { cause: 'credential-invalid' as const }
		: { cause: 'configuration-invalid' as const };
}

/**
 * Whether this poll is the one with which the host activates the workflow or starts: the first one of
 * its context. Only the durable scheduler makes a context per poll.
 */
function isActivation(context: IPollFunctions): boolean {
	if (known.has(context) || isDurableTick(context)) return false;
	known.add(context);
	return true;
}

/** Whether the durable scheduler polls: it says "update" each time and names a budget of its own. */
function isDurableTick(context: IPollFunctions): boolean {
	return context.getActivationMode() === 'update' && hostBudget(context) !== ACTIVATION_BUDGET_MS;
}

/** Milliseconds that the poll may take. A shorter one delivers sooner what it has. */
function budgetOf(context: IPollFunctions): number {
	return Math.min(hostBudget(context), USUAL_BUDGET_MS);
}

function hostBudget(context: IPollFunctions): number {
	// Absent on n8n 1.x, though the types of today promise it.
	return 'getPollBudgetMs' in context ? context.getPollBudgetMs() : ACTIVATION_BUDGET_MS;
}

/** With durable cursors n8n keeps the state elsewhere; only its default storage is meant here. */
function warnOfLongId(context: IPollFunctions): void {
	const { id = '' } = context.getWorkflow();
	const longest = 'getPollBudgetMs' in context ? LONGEST_ID.usual : LONGEST_ID.older;
	if (id.length <= longest || warned.has(id)) return;
	warned.add(id);
	context.logger.warn(
		`Proofpoint Trigger: this n8n stores nothing for workflows whose ID has more than ${longest} characters, as “${id}” has. After each restart the trigger starts afresh from “Start From”. Duplicate the workflow in the editor and use the copy.`,
	);
}

/** "Fetch Test Event": recent records that pass the filters. Reads and writes no stored state. */
async function showSample(context: IPollFunctions): Promise<INodeExecutionData[][]> {
	const { connection, endpoint, matches, shape } = await readSettings(context);
	const fetchPage = pages(context, connection, endpoint, Date.now() + USUAL_BUDGET_MS);
	const bounds = endpoints[endpoint].pageSize;
	for (const start of sampleStarts(endpoint)) {
		const recent: ApiRecord[] = [];
		let pagesRead = 0;
		for await (const step of walk(fetchPage, start, () => bounds.max)) {
			if (step.kind === 'fault') throw failureOf(context, connection, endpoint, step.fault);
			recent.push(...step.records.filter(matches));
			if (++pagesRead >= 10) break;
		}
		if (recent.length > 0) {
			// A test run compares with nothing, but shows every field that a change will have.
			const more = endpoint === 'monitoredUsers' ? { previous_status: null } : {};
			return [
				recent.slice(-SAMPLE_SIZE).map((record) => ({ json: { ...shape(record), ...more } })),
			];
		}
	}
	throw new NodeOperationError(
		context.getNode(),
		`Proofpoint lists no ${nounOf[endpoint]} that pass the filters`,
		{
			description:
				'This is only a test: the published workflow runs as soon as there is something new that passes. To see sample data now, remove filters, or use “set mock data” in the output.',
		},
	);
}

/** What a test run looks for, in the words of the portal. */
const nounOf: Record<ListEndpointName, string> = {
	anomalies: 'anomalies',
	audits: 'audit entries',
	companyRisk: 'risk scores',
	events: 'security events',
	group: 'members',
	groups: 'groups',
	monitoredUsers: 'monitored users',
};

/** Where to look for recent records, nearest first. */
function sampleStarts(endpoint: ListEndpointName): Position[] {
	if (endpoint !== 'events') return [{ at: 'beginning' }];
	const now = Date.now();
	const recent = [1, 7, 30, 365].map((days) => fromMillis(now - days * DAY_MS));
	return [
		...recent.flatMap((time) =>
			time === undefined ? [] : [{ at: 'createdAfter' as const, time }],
		),
		{ at: 'beginning' },
	];
}
