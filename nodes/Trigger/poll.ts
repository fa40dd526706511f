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
import { fromMillis } from '../shared/core/timestamp';
import { connect, type Connection } from '../shared/n8n/connection';
import { drain, type Drained } from './core/drain';
import { fingerprintOf, newState, readState, type Discarded, type StoredState } from './core/state';
import { eventNamed } from './events/all';
import type { EventOfTrigger } from './events/event';
import { failureOf, pages } from './failure';
import { budgetOf, isActivation, isDurableTick, processNow, warnOfLongId } from './host';
import { logPoll } from './log';
import { readStart, readTreatment, writtenStart, type Treatment } from './parameters';
import { showSample } from './sample';

/** Polls of one node are not serialised by the host: a second one that starts meanwhile ends at once. */
const polling = new Set<string>();
/**
 * The state after a poll without items, for as long as the host has stored none: with durable cursors it drops
 * what the activation's own poll stored when that returned nothing, and what a poll stored that failed.
 */
const unstored = new Map<string, object>();

/**
 * From which stored state a poll has just emitted items. With durable cursors the host stores the next
 * state a moment after the poll has ended; a catch-up poll that starts in between is handed the old one again.
 * `at` is by `performance.now()`.
 */
const justEmitted = new Map<string, { from: string; at: number }>();
/** After this the host has thrown the result away rather than not stored it yet: the items are delivered again. */
const STORING_MS = 30_000;

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
			`Proofpoint Trigger could not poll while the workflow was activated and tries again with the next poll: ${wordsOf(error)}`,
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
	const connection = await connect(context);
	const stored = context.getWorkflowStaticData('node');
	const states = [stored.state, unstored.get(key)];
	const { event, state, isStored, discarded } = readBegin(context, connection, states);
	if (isStored) unstored.delete(key);
	const treatment = readTreatment(context, event);

	const from = JSON.stringify(stored.state ?? null);
	const emitted = justEmitted.get(key);
	const isCatchUp = emitted?.from === from && performance.now() - emitted.at < STORING_MS;
	if (isCatchUp && isDurableTick(context)) return null;
	justEmitted.delete(key);

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

	if (result.progressed || !isStored) stored.state = result.state;
	if (!isStored && result.emit.length === 0) unstored.set(key, result.state);
	if (result.fault && !result.progressed) {
		throw failureOf(context, connection, endpoint, result.fault);
	}
	const before = polledAt.get(key);
	const now = Date.now();
	polledAt.set(key, now);
	if (result.emit.length === 0) return null;
	justEmitted.set(key, { from, at: performance.now() });
	return [itemsOf(result, treatment, { now, before })];
}

function itemsOf(
	{ emit, behindMs, caughtUp }: Drained,
	{ addDelivery, shape }: Treatment,
	{ now, before }: { now: number; before: number | undefined },
): INodeExecutionData[] {
	const delivery = {
		polled_at: fromMillis(now) ?? null,
		polled_before_at: fromMillis(before) ?? null,
		behind_seconds: behindMs === undefined ? null : Math.round(behindMs / 1000),
		caught_up: caughtUp,
	};
	return emit.map((record) => ({
		json: addDelivery ? { ...shape(record), delivery } : shape(record),
	}));
}

/**
 * Where this configuration stands. What its expressions gave when the trigger started is in the state and read only
 * there; they are resolved here only where there is no such state.
 * @param states what the host stored, then what is only remembered
 */
function readBegin(context: IPollFunctions, { origin }: Connection, states: unknown[]): Begin {
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
	if (!event) throw new Error(`There is no event ${state.event}`);
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
