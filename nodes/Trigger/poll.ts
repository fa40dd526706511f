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
import { connect, type Connection } from '../shared/n8n/connection';
import { drain } from './core/drain';
import { fingerprintOf, newState, readState, type Discarded, type StoredState } from './core/state';
import { deliveryOf, formed } from './delivery';
import { eventNamed } from './events/all';
import type { EventOfTrigger } from './events/event';
import { failureOf, pages } from './failure';
import { budgetOf, claimPoll, processNow, type ClaimedPoll } from './host';
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
			throw error instanceof NodeApiError || error instanceof NodeOperationError
				? error
				: new NodeOperationError(this.getNode(), error instanceof Error ? error : String(error));
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
	{ key, states, store }: ClaimedPoll,
): Promise<INodeExecutionData[][] | null> {
	const connection = await connect(context);
	const { event, state, isStored, discarded } = readBegin(context, connection, states);
	const treatment = readTreatment(context, event);
	logDoubts(context, key, treatment.doubts, connection);

	const { endpoint, follower } = event;
	const endAt = performance.now() + budgetOf(context) * 0.75;
	const result = await drain(follower, state, {
		...treatment,
		fetchPage: pages(context, connection, endpoint, endAt),
		pageSize: endpoints[endpoint].pageSize,
		outOfTime: () => performance.now() >= endAt,
		now: () => Date.now(),
		processNow,
	});
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
 * @param states what the host stored, then what stands in for it
 */
function readBegin(
	context: IPollFunctions,
	{ origin }: Connection,
	states: readonly unknown[],
): Begin {
	const fingerprint = fingerprintOf(origin, writtenStart(context));
	let discarded: Discarded = 'none';
	for (const [index, stored] of states.entries()) {
		const read = readState(stored, fingerprint);
		const event = eventNamed(read.state?.event);
		if (read.state && event) {
			return { event, state: read.state, isStored: index === 0, discarded: 'none' };
		}
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
	const { event } = readBegin(context, connection, [state]);
	return await showSample(context, connection, event, readTreatment(context, event));
}

function wordsOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const description = error instanceof NodeOperationError ? error.description : undefined;
	return description ? `${error.message}. ${description}` : error.message;
}
