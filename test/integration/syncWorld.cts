/** Groups of a portal that Sync fills, and what came of it. */
import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { z } from 'zod';

import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

/** The node under test. */
export const nodeType = new ProofpointGroup();

/** The settings of a node that goes on after errors. */
export const goOn: Partial<INode> = { onError: 'continueRegularOutput' };

/** A portal without groups, and a credential for it. The test stops it. */
export interface SyncWorld {
	simulator: Simulator;
	credential: CredentialData;
}

/** Starts the portal that the functions below are about. */
export async function startSyncWorld(): Promise<SyncWorld> {
	simulator = await startSimulatorHere({ events: 0, groups: 0, seed: 8 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	return { simulator, credential };
}

/** Runs the node under test. */
export async function run(
	parameters: INodeParameters,
	items: IDataObject[] = [{}],
	settings: Partial<INode> = {},
): Promise<INodeExecutionData[]> {
	return await runNode({ nodeType, parameters, items, credential, settings });
}

const created = z.object({ id: z.number() });

/** A new group with these members. */
export async function groupOf(...members: string[]): Promise<number> {
	const [item] = await run({
		resource: 'group',
		operation: 'create',
		name: `Group ${Math.random()}`,
	});
	const { id } = created.parse(item?.json);
	if (members.length > 0) {
		await run({
			resource: 'member',
			operation: 'add',
			groupId: locator(id),
			members: { list: members }.list,
		});
	}
	await simulator.clearRequests();
	return id;
}

/** The ID of a group as a resource locator has it. */
export const locator = (value: number | string) => ({ __rl: true, mode: 'id', value });

/** The members that the portal has of a group, sorted. */
export async function membersOf(id: number): Promise<string[]> {
	const items = await run({
		resource: 'member',
		operation: 'getAll',
		returnAll: true,
		groupId: locator(id),
	});
	return items.map(({ json }) => String(json.address ?? json.domain)).sort();
}

/** How often something was written. */
export async function writes(): Promise<number> {
	const { requests } = await simulator.requests();
	return requests.filter(({ method }) => method !== 'GET').length;
}

/** The operation. */
export const sync = { resource: 'member', operation: 'sync' };

/** Each item names its group and its members. */
export const perRow = {
	...sync,
	groupId: locator('={{ $json.group }}'),
	members: '={{ $json.email }}',
};

/** So many addresses of members. */
export const people = (count: number, from = 0) =>
	Array.from({ length: count }, (_, at) => `person${from + at}@acme.example`);
