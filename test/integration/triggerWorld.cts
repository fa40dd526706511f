/** The trigger against a portal with events, and the IDs of what it delivers. */
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { Poller } from './poller.cjs';

let simulator: Simulator;

/** Starts the portal that the triggers below ask. The test stops it. */
export async function startTriggerPortal(): Promise<Simulator> {
	simulator = await startSimulatorHere({
		events: 120,
		seed: 3,
		remediationDelay: 0,
		tokens: { groupsOnly: ['Groups'] },
	});
	return simulator;
}

/** A trigger that has not been activated yet. */
export function poller(parameters: INodeParameters, token = simulator.token): Poller {
	return new Poller(new ProofpointTrigger(), parameters, {
		portalUrl: simulator.url,
		apiToken: token,
		allowCustomHost: true,
	});
}

/** The IDs of records. */
export function ids(items: IDataObject[]): unknown[] {
	return items.map(({ id }) => id);
}
