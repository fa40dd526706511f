/** What the messages about faults fill in. */
import { endpoints, type EndpointName } from '../api/endpoints';
import { faultNotes, retriedFor } from '../words/connection';

/** What the words are about. */
export interface Subject {
	endpoint: EndpointName;
	/** The portal's origin, for "could not be reached". */
	origin: string;
	/** The ID in the request, if there is one: a group's or an event's. */
	id?: string;
	/** Whether the request has a proxy of its own: then it is the proxy that n8n connects to. */
	viaProxy?: boolean;
}

/** The host of the portal, for people. */
export function hostOf({ origin }: Subject): string {
	return origin.replace(/^https?:\/\//, '');
}

/** What an answer was wanted for. */
export function wantedFrom({ endpoint }: Subject): string {
	return endpoints[endpoint].method === 'GET' ? 'data' : 'a confirmation of the action';
}

/** How long Proofpoint asks to wait, as a sentence; nothing where it does not say. */
export function asked(retryAfterMs: number | undefined): string {
	return retryAfterMs ? faultNotes.pauseOf(seconds(retryAfterMs)) : '';
}

/** How long a request was retried, as the end of a message; nothing where it was sent once. */
export function retried(waitedMs: number | undefined): string {
	return waitedMs === undefined ? '' : retriedFor(seconds(waitedMs));
}

/** Milliseconds in words: `40 s`, `5 min`, `2 h`. */
export function seconds(ms: number): string {
	const total = Math.max(1, Math.round(ms / 1000));
	if (total < 120) return `${total} s`;
	return total < 7200 ? `${Math.round(total / 60)} min` : `${Math.round(total / 3600)} h`;
}
