/** How one input item of an operation ends. */
import type { IDataObject } from 'n8n-workflow';

import type { EndpointName } from '../api/endpoints';
import type { Fault } from '../core/fault';
import type { ItemState } from '../core/itemLedger';
import type { Words } from '../words/words';
import { isInDoubt, wordsFor, wordsForOtherItem } from './messages';

/** An item that failed: what to tell the person, and what became of it. */
export interface Failure {
	ok: false;
	words: Words;
	state: Exclude<ItemState, 'carriedOut' | 'notDone' | 'waiting'>;
	/** More for the report of a stopped run, for example how many members were sent. */
	note?: string;
	/** Fields of the output item when the node goes on after errors. */
	data?: IDataObject;
	httpCode?: string;
}

/**
 * How an item ended: its output records, or the failure. `shortfall` tells the report of a stopped run about an item
 * without an error that was not carried out, or only in part.
 */
export type Outcome =
	| Failure
	| { ok: true; records: IDataObject[]; shortfall?: Shortfall | undefined };

/** What an answer that is no error left undone. */
export interface Shortfall {
	state: 'notDone' | 'partly' | 'unknown';
	note: string;
}

/** The outcome for a parameter that cannot be used; names the parameter. */
export function badParameter(words: Words): Failure {
	return { ok: false, words, state: 'failed' };
}

/** An error that the host threw while it evaluated a parameter, or a refused parameter or credential. */
export function failureOf(error: unknown): Failure {
	const message = error instanceof Error ? error.message : String(error);
	const hint =
		error instanceof Error && 'description' in error && typeof error.description === 'string'
			? error.description
			: '';
	return badParameter({ message, hint });
}

/** What is known of a request that failed, beside the fault. */
export interface FaultNotes {
	/** The ID in the request. */
	id?: string;
	/** What had been written before. */
	note?: string;
	data?: IDataObject;
}

/**
 * The outcome for a fault of the API, in words.
 * @param about with `isOfAnotherItem` for a fault that kept this item's own request from being sent
 */
export function failureOfFault(
	fault: Fault,
	endpoint: EndpointName,
	about: FaultNotes & { origin: string; viaProxy: boolean; isOfAnotherItem: boolean },
): Failure {
	const { id, note, data, origin, viaProxy, isOfAnotherItem } = about;
	const subject = { endpoint, origin, viaProxy, ...(id === undefined ? {} : { id }) };
	const notTried = isOfAnotherItem || fault.kind === 'cancelled';
	return {
		ok: false,
		words: isOfAnotherItem ? wordsForOtherItem(fault, subject) : wordsFor(fault, subject),
		state: notTried && note === undefined ? 'notTried' : stateOf(fault, endpoint, note),
		...(note === undefined ? {} : { note }),
		...(data === undefined ? {} : { data }),
		...(fault.kind === 'status' ? { httpCode: String(fault.status) } : {}),
	};
}

function stateOf(
	fault: Fault,
	endpoint: EndpointName,
	note: string | undefined,
): 'failed' | 'partly' | 'unknown' {
	if (isInDoubt(fault, endpoint)) return 'unknown';
	return note === undefined ? 'failed' : 'partly';
}
