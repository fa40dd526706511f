/**
 * What a trigger has just emitted, and from which state, so that no state that comes back gives it out again
 * (docs/trigger.md, "What depends on n8n").
 */
import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../shared/core/eventRecord';
import { digestOf } from './core/seen';

/** What a poll that emitted items has left behind. */
export interface Emission {
	/** By `performance.now()`. */
	at: number;
	/** What the host had handed to the poll, and where that began. */
	own: IDataObject;
	before: IDataObject['state'];
	/** Where the next poll begins. */
	state: object;
	/** Whether the host says that it has stored that. */
	isStored(): boolean;
	/** Whether the host has thrown the items away. */
	isThrownAway(): boolean;
}

/**
 * From which stored states polls have just emitted items, by digest. The host stores the next state a moment after the poll
 * has ended. A poll that starts in between is handed the old one again; so is a workflow that is published again, if the host
 * had read its state before. Without durable cursors it keeps that one in memory from then on.
 */
const justEmitted = new Map<string, Map<string, Emission>>();
/** After this the host has thrown the result away rather than not stored it yet: the items are delivered again. */
export const STORING_MS = 120_000;
/** The same for n8n's own timers without durable cursors: they begin to store it in the same moment. */
export const STORING_AT_ONCE_MS = 20_000;

/**
 * @param key tells triggers apart
 * @returns what a trigger has emitted so recently that the host may not have stored the state after it yet, by the digest of
 * the state before it
 */
export function emittedOf(key: string): Map<string, Emission> {
	const emitted = justEmitted.get(key) ?? new Map<string, Emission>();
	justEmitted.set(key, emitted);
	const now = performance.now();
	for (const [from, { at, isThrownAway }] of emitted) {
		if (now - at >= STORING_MS && !isThrownAway()) emitted.delete(from);
	}
	return emitted;
}

/**
 * Moves a state that items were already emitted from on to the one after it.
 * @param own what the host has handed to the poll
 * @param patienceMs after this a state that is not stored has been thrown away
 * @returns false while the host has not stored that one
 */
export function passEmissions(
	own: IDataObject,
	emitted: ReadonlyMap<string, Emission>,
	patienceMs: number,
): boolean {
	for (let hops = emitted.size; hops > 0; hops--) {
		const emission = emitted.get(digestOfState(own));
		if (!emission || emission.isThrownAway()) return true;
		if (!emission.isStored()) return performance.now() - emission.at >= patienceMs;
		Object.assign(own, { state: emission.state });
	}
	return true;
}

/**
 * Notes which emissions the host has stored, before anything changes that again: several triggers of one workflow share the
 * host's note. Those that it has thrown away are to come again, so their positions are taken back, before a trigger shares or
 * stores them.
 */
export function noteStored(): void {
	for (const emitted of justEmitted.values()) {
		for (const emission of emitted.values()) emission.isStored();
		for (const { own } of [...emitted.values()]) takeBack(own, emitted);
	}
}

/**
 * Takes back a position whose items the host has thrown away.
 * @param own what the host has handed to a poll; it may have stored that position meanwhile
 */
export function takeBack(own: IDataObject, emitted: ReadonlyMap<string, Emission>): void {
	for (const { before, state, isThrownAway } of [...emitted.values()].reverse()) {
		// Asked first: a digest costs more, and every poll looks at the emissions of all triggers.
		if (!isThrownAway() || digestOfState(own) !== digestOfState({ state })) continue;
		own.state = before;
	}
}

/** A short text for the state that the host has handed to a poll. */
export function digestOfState({ state }: { state?: unknown }): string {
	return digestOf(JSON.stringify(state ?? null), 22);
}

/**
 * Whether n8n has stored the static data of a workflow, which it notes on them, with another state of this trigger than `before`:
 * when the trigger was renewed meanwhile, that one may be back in them.
 * @param node the trigger's name
 * @param before digest of the state that the poll began at
 */
export function isStaticDataStored(workflow: unknown, node: string, before: string): boolean {
	const data = isRecord(workflow) ? workflow.staticData : undefined;
	if (!isRecord(data) || Reflect.get(data, '__dataChanged') !== false) return false;
	const own = data[`node:${node}`];
	return isRecord(own) && digestOfState(own) !== before;
}
