/** Who asks, and where: the credential, the portal's governor, and real time that ends with the execution. */
import {
	NodeOperationError,
	sleep,
	type ICredentialDataDecryptedObject,
	type IExecuteFunctions,
	type IExecutePaginationFunctions,
	type ILoadOptionsFunctions,
	type IPollFunctions,
} from 'n8n-workflow';

import type { Clock } from '../core/clock';
import { Governor } from '../core/governor';
import { readAccess } from '../core/portal';

export const CREDENTIAL = 'proofpointApi';

/** The contexts of n8n from which our package talks to the API. */
export type Host =
	| IExecuteFunctions
	| IExecutePaginationFunctions
	| ILoadOptionsFunctions
	| IPollFunctions;

/** A resolved credential. Its fields may be expressions, so that each item may have another. */
export interface Connection {
	/** `https://<host>` of the portal. */
	origin: string;
	/** The API token, without a prefix. */
	token: string;
	credentials: ICredentialDataDecryptedObject;
	/** n8n's ID of the credential. */
	credentialId: string;
	governor: Governor;
}

/** The host's `sleep` cannot be ended early, so long waits are cut: no timer outlives its wait by more than this. */
const SLICE_MS = 1_000;

/** Durations come from a clock that nobody can set; only dates come from the one that shows the time of day. */
const realTime = {
	now: () => performance.now(),
	timeOfDay: () => Date.now(),
	random: () => Math.random(),
};
/** One governor per portal and process, shared by all nodes of the package: n8n loads this module once. */
const governors = new Map<string, Governor>();

/**
 * Resolves the credential and checks where it points, before anything is sent.
 * @param item the input item that expressions in the credential's fields are resolved for; by default the context's own
 * @throws NodeOperationError when the credential is refused
 */
export async function connect(host: Host, item?: number): Promise<Connection> {
	const credentials = await host.getCredentials(CREDENTIAL, item);
	const access = readAccess(credentials);
	if (!access.ok) {
		throw new NodeOperationError(host.getNode(), access.message, { description: access.hint });
	}
	const { origin, token } = access;
	let governor = governors.get(origin);
	if (!governor) {
		governor = new Governor(realTime);
		governors.set(origin, governor);
	}
	// Asked here and not per request: the host copies the whole node each time.
	const credentialId = host.getNode().credentials?.[CREDENTIAL]?.id ?? '';
	return { origin, token, credentials, credentialId, governor };
}

/**
 * Real time, with waits that end as soon as the execution is cancelled.
 * @param also ends them as well
 */
export function hostClock(host: Host, also?: AbortSignal): Clock {
	const cancel = 'getExecutionCancelSignal' in host ? host.getExecutionCancelSignal() : undefined;
	const signals = [cancel, also].filter((signal) => signal !== undefined);
	const isOver = () => signals.some(({ aborted }) => aborted);
	return {
		...realTime,
		async wait(ms) {
			for (let left = ms; left > 0 && !isOver(); ) {
				const slice = Math.min(left, SLICE_MS);
				const begun = realTime.now();
				await sleepUnlessAborted(slice, signals);
				// Each timer is a little late: over an hour of slices that would add up to seconds.
				left -= Math.max(slice, realTime.now() - begun);
			}
			return isOver();
		},
	};
}

async function sleepUnlessAborted(ms: number, signals: AbortSignal[]): Promise<void> {
	let wake = () => {};
	const aborted = new Promise<void>((resolve) => (wake = resolve));
	const listener = () => wake();
	for (const signal of signals) signal.addEventListener('abort', listener, { once: true });
	await Promise.race([sleep(ms), aborted]);
	for (const signal of signals) signal.removeEventListener('abort', listener);
}
