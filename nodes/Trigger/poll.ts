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
import { seconds } from '../shared/n8n/messages';
import {
	newConnections,
	readConnections,
	watchConnections,
	type ConnectionState,
	type Watched,
} from './core/connections';
import { drain, type Drained } from './core/drain';
import {
	fingerprintOf,
	newState,
	readState,
	type Discarded,
	type TriggerState,
} from './core/state';
import { budgetOf, claimPoll, processNow, type ClaimedPoll } from './host';
import {
	endpointOf,
	readEvent,
	readStartDate,
	readStartFrom,
	readTreatment,
	writtenStart,
} from './parameters';
import { failureOf, pages } from './requests';
import { showSample } from './sample';

/** Triggers whose last poll found clocks that disagree, so that each episode stands in the log once. */
const disagreeing = new Set<string>();

/** Where a poll begins: the state of the event that it follows. */
type Place = ConnectionState | TriggerState;

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
		this.logger.warn(
			`Proofpoint Trigger could not poll while the workflow was activated and tries again with the next poll: ${wordsOf(error)}`,
		);
		return null;
	} finally {
		claimed.release();
	}
}

async function pollOnce(
	context: IPollFunctions,
	claimed: ClaimedPoll,
): Promise<INodeExecutionData[][] | null> {
	const connection = await connect(context);
	const { place, isStored, discarded } = readPlace(context, connection, claimed.states);
	const event = 'event' in place ? place.event : 'userConnectionChanged';
	const treatment = readTreatment(context, event);
	const endpoint = endpointOf[event];

	const endAt = performance.now() + budgetOf(context) * 0.75;
	const means = {
		...treatment,
		fetchPage: pages(context, connection, endpoint, endAt),
		pageSize: endpoints[endpoint].pageSize,
		outOfTime: () => performance.now() >= endAt,
	};
	const result: Drained | Watched =
		'event' in place
			? await drain({ ...means, state: place, now: () => Date.now(), processNow })
			: await watchConnections({ ...means, state: place });
	logOf(context, claimed.key, result, discarded);

	const { emit, state, progressed, fault } = result;
	claimed.store(state, { isStored, progressed, emits: emit.length > 0 });
	if (fault && !progressed) throw failureOf(context, connection, endpoint, fault);
	if (emit.length === 0) return null;
	return [emit.map((record) => ({ json: treatment.shape(record) }))];
}

/**
 * Where this configuration stands. What its expressions gave when the trigger started is in the state and read only
 * there; they are resolved here only where there is no such state.
 * @param states what the host stored, then what stands in for it
 */
function readPlace(
	context: IPollFunctions,
	{ origin }: Connection,
	states: readonly unknown[],
): { place: Place; isStored: boolean; discarded: Discarded } {
	const fingerprint = fingerprintOf(origin, writtenStart(context));
	let discarded: Discarded = 'none';
	for (const [index, state] of states.entries()) {
		const chain = readState(state, fingerprint);
		const found = chain.state ?? readConnections(state, fingerprint).state;
		if (found) return { place: found, isStored: index === 0, discarded: 'none' };
		if (discarded === 'none') discarded = chain.discarded;
	}
	const isStored = false;
	const event = readEvent(context);
	if (event === 'userConnectionChanged') {
		return { place: newConnections(fingerprint), isStored, discarded };
	}
	const startFrom = readStartFrom(context);
	const start = { fingerprint, event, startFrom };
	const place = newState(
		startFrom === 'date' ? { ...start, startDate: readStartDate(context) } : start,
	);
	return { place, isStored, discarded };
}

/** "Fetch Test Event": everything is read as a poll reads it, so that a refusal is seen here first. */
async function fetchTestEvent(context: IPollFunctions): Promise<INodeExecutionData[][]> {
	const connection = await connect(context);
	const { state }: IDataObject = context.getWorkflowStaticData('node');
	const { place } = readPlace(context, connection, [state]);
	const event = 'event' in place ? place.event : 'userConnectionChanged';
	const treatment = readTreatment(context, event);
	return await showSample(context, connection, endpointOf[event], treatment);
}

function logOf(
	context: IPollFunctions,
	key: string,
	result: Drained | Watched,
	discarded: Discarded,
): void {
	if (discarded !== 'none') {
		context.logger.warn(
			discarded === 'otherConfiguration'
				? 'Proofpoint Trigger starts afresh from “Start From”: portal, event or start were changed since the last poll'
				: 'Proofpoint Trigger starts afresh from “Start From”: its stored state could not be read',
		);
	}
	if (result.notice !== undefined) context.logger.warn(`Proofpoint Trigger: ${result.notice}`);
	if (!('skewMs' in result) || result.skewMs === undefined) return;
	const { skewMs } = result;
	if (skewMs === 0) {
		disagreeing.delete(key);
	} else if (!disagreeing.has(key)) {
		disagreeing.add(key);
		context.logger.warn(
			`Proofpoint Trigger: the clock of this machine and the time in Proofpoint’s answer differ by ${seconds(Math.abs(skewMs))}. Nothing is lost: until they agree, the trigger forgets nothing that it remembers. Check the clock of the machine that n8n runs on.`,
		);
	}
}

function wordsOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const description = error instanceof NodeOperationError ? error.description : undefined;
	return description ? `${error.message}. ${description}` : error.message;
}
