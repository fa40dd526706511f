/** A workflow with several triggers, default storage: what each of its tests begins with. Each trigger has a copy of the workflow. */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { FreshPackage } from '@test/faults/freshPackage.cjs';
import { SkippedTime } from '@test/faults/skippedTime.cjs';
import type { INodeParameters, INodeType } from 'n8n-workflow';

import { Poller, type HostOptions } from './poller.cjs';
import { StateStore } from './stateStore.cjs';

export let simulator: Simulator;
let store: StateStore;
let node: INodeType;
const time = new SkippedTime();

beforeEach(async () => {
	simulator = await startSimulatorHere({ events: 20, audits: 20, seed: 4 });
	store = new StateStore();
	node = freshNode();
});
afterEach(async () => await simulator.stop());

const freshNode = () => new FreshPackage(time).node('Trigger/ProofpointTrigger.node');
export const events = { output: 'raw', event: 'securityEventCreated', startFrom: 'now' };
export const audits = { output: 'raw', event: 'auditEntryCreated', startFrom: 'now' };

/** A trigger of the workflow, which has begun to listen. */
export async function begin(
	name: string,
	parameters: INodeParameters,
	more: HostOptions = {},
): Promise<Poller> {
	const trigger = new Poller(
		() => node,
		parameters,
		{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
		{ store, settings: { name, id: name }, now: () => time.passedMs(), ...more },
	);
	await trigger.poll();
	await later(60);
	return trigger;
}

export async function later(seconds: number): Promise<void> {
	time.skip(seconds * 1000);
	await simulator.set({ clockOffsetSeconds: time.aheadMs / 1000 });
}

/** Two new records of each list, a minute from what is before and after them. */
export async function happen(): Promise<void> {
	await later(60);
	await simulator.createEvents({ count: 2 });
	await simulator.createAudits({ count: 2 });
	await later(60);
}

/** n8n ends and starts again: what each trigger then gives out first. */
export async function afterRestart(triggers: Poller[]): Promise<number[]> {
	node = freshNode();
	const counts: number[] = [];
	for (const trigger of triggers) trigger.restart();
	for (const trigger of triggers) counts.push((await trigger.poll()).length);
	return counts;
}
