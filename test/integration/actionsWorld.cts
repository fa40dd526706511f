/** The portal of the tests of the action nodes, events that can be released on it, and the words of a failure. */
import { startSimulatorHere, type Simulator, type SimulatorOptions } from '@simulator/client.cjs';
import type { IDataObject, INode } from 'n8n-workflow';

import type { CredentialData } from './host.cjs';

/** The settings of a node that goes on after errors. */
export const goOn: Partial<INode> = { onError: 'continueRegularOutput' };

/** The parameters of a release of the event that the item names. */
export const release = { operation: 'releaseFromQuarantine', eventId: '={{ $json.id }}' };

let simulator: Simulator;

/** A portal, and a credential for it. The test stops it. */
export interface ActionsWorld {
	simulator: Simulator;
	credential: CredentialData;
}

/** Starts the portal that the functions below are about. */
export async function startActionsWorld(
	options: SimulatorOptions = {
		events: 250,
		seed: 1,
		remediationDelay: 0,
		tokens: { groupsOnly: ['Groups'] },
	},
): Promise<ActionsWorld> {
	simulator = await startSimulatorHere(options);
	const credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	return { simulator, credential };
}

/** Nothing of the test before is left: no faults, odd pages, limit or counted requests. */
export async function clearPortal(): Promise<void> {
	await simulator.clearFaults();
	await simulator.clearPages();
	await simulator.setRateLimit('off');
	await simulator.clearRequests();
}

/** What a node says when it fails; the token is no part of it. */
export async function failureOf(
	work: Promise<unknown>,
): Promise<{ message: string; description: string }> {
	try {
		await work;
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		const description = 'description' in error ? String(error.description) : '';
		expect(`${error.message} ${description}`).not.toContain(simulator.token);
		return { message: error.message, description };
	}
	throw new Error('it did not fail');
}

/** So many new events whose mails can be released, as items. */
export async function releasable(count: number): Promise<IDataObject[]> {
	const events = await simulator.createEvents({ count, type: 'defender', releasable: true });
	return events.map(({ id }) => ({ id }));
}
