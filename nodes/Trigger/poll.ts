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

import { endpoints } from '../shared/api/endpoints';
import { safeText } from '../shared/core/outsideText';
import { connect, type Connection } from '../shared/n8n/connection';
import { drain } from './core/drain';
import { fingerprintOf, newState, readState, type Discarded, type StoredState } from './core/state';
import { deliveryOf, formed } from './delivery';
import { eventNamed } from './events/all';
import type { EventOfTrigger } from './events/event';
import { failureOf, pages } from './failure';
import { budgetOf, claimPoll, processNow, type ClaimedPoll, type PossibleState } from './host';
import { logDoubts, logLine, logPoll } from './log';
import { readStart, readTreatment, writtenStart } from './parameters';
import { showSample } from './sample';
import { triggerLog, triggerMessages } from './words';

/** When the last poll of a trigger succeeded, by this machine's clock. */
const polledAt = new Map<string, number>();

/** Where a poll begins. */
interface Begin {
	event: EventOfTrigger;
	state: StoredState;
	isStored: boolean;
	discarded: Discarded;
}

/** The trigger's poll. */
export async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (this.getMode() === 'manual') return await fetchTestEvent(this);

	const claimed = claimPoll(this);
	if (!claimed) return null;
	try {
		return await pollOnce(this, claimed);
	} catch (error) {
		if (!claimed.isActivation) {
			throw asNodeError(this, error);
		}
		// A throw here would end the workflow silently and for good, even after the API is back; the next
		// poll shows a lasting fault in the list of executions.
		this.logger.warn(logLine(triggerLog.activationFailed(wordsOf(error))));
		return null;
	} finally {
		claimed.release();
	}
}

async function pollOnce(
	context: IPollFunctions,
	{ key, states, store, isSuperseded }: ClaimedPoll,
): Promise<INodeExecutionData[][] | null> {
	// What the credential takes is a part of the poll's time, too.
	const endAt = performance.now() + budgetOf(context) * 0.75;
	const connection = await connect(context);
	const { event, state, isStored, discarded, treatment } = withoutToken(context, connection, () =>
		readAll(context, connection, states),
	);
	logDoubts(context, key, treatment.doubts, connection);

	const { endpoint, follower } = event;
	const result = await drain(follower, state, {
		...treatment,
		fetchPage: pages(context, connection, endpoint, endAt),
		pageSize: endpoints[endpoint].pageSize,
		outOfTime: () => performance.now() >= endAt,
		now: () => Date.now(),
		processNow,
	});
	// A start that nothing has stored yet, above all "Now", would be later the next time.
	if (isStored && isSuperseded()) return null;
	logPoll(context, key, result, discarded);

	const { emit, progressed, fault } = result;
	store(result.state, { isStored, progressed, emits: emit.length > 0 });
	if (fault && !progressed) throw failureOf(context, connection, endpoint, fault);
	const before = polledAt.get(key);
	const now = Date.now();
	polledAt.set(key, now);
	if (emit.length === 0) return null;
	const { behindMs } = result;
	const delivery = deliveryOf({ now, before, behindMs });
	return [emit.map((record) => ({ json: formed(record, treatment, delivery) }))];
}

/**
 * Where this configuration stands. What its expressions gave when the trigger started is in the state and read only
 * there; they are resolved here only where there is no such state.
 * @param states see {@link ClaimedPoll.states}
 */
function readBegin(
	context: IPollFunctions,
	{ origin }: Connection,
	states: readonly PossibleState[],
): Begin {
	const fingerprint = fingerprintOf(origin, writtenStart(context));
	let discarded: Discarded = 'none';
	for (const { state, isStored } of states) {
		const read = readState(state, fingerprint);
		const event = eventNamed(read.state?.event);
		if (read.state && event) return { event, state: read.state, isStored, discarded: 'none' };
		if (discarded === 'none') discarded = read.state ? 'unreadable' : read.discarded;
	}
	const state = newState(readStart(context, fingerprint));
	const event = eventNamed(state.event);
	if (!event) throw new Error(triggerMessages.noEvent(state.event).message);
	return { event, state, isStored: false, discarded };
}

/** "Fetch Test Event": everything is read as a poll reads it, so that a refusal is seen here first. */
async function fetchTestEvent(context: IPollFunctions): Promise<INodeExecutionData[][]> {
	const connection = await connect(context);
	const { state }: IDataObject = context.getWorkflowStaticData('node');
	const { event, treatment } = withoutToken(context, connection, () =>
		readAll(context, connection, [{ state, isStored: true }]),
	);
	return await showSample(context, connection, event, treatment);
}

function readAll(
	context: IPollFunctions,
	connection: Connection,
	states: readonly PossibleState[],
) {
	const begin = readBegin(context, connection, states);
	return { ...begin, treatment: readTreatment(context, begin.event) };
}

/** What refuses a parameter quotes it, and a person may have put the token there. */
function withoutToken<T>(context: IPollFunctions, { token }: Connection, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof Error) error.message = safeText(error.message, [token]);
		if (error instanceof NodeOperationError) {
			error.description = safeText(error.description ?? '', [token]);
		}
		throw asNodeError(context, error);
	}
}

function wordsOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const description = error instanceof NodeOperationError ? error.description : undefined;
	return description ? `${error.message}. ${description}` : error.message;
}

function asNodeError(context: IPollFunctions, error: unknown): NodeApiError | NodeOperationError {
	return error instanceof NodeApiError || error instanceof NodeOperationError
		? error
		: new NodeOperationError(context.getNode(), error instanceof Error ? error : String(error));
}
