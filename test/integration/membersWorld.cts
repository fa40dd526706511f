/** Members that many items give to groups of a portal: the groups, the runs, and what was sent. */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
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
export interface MembersWorld {
	simulator: Simulator;
	credential: CredentialData;
}

/** Starts the portal that the functions below are about. */
export async function startMembersWorld(): Promise<MembersWorld> {
	simulator = await startSimulatorHere({
		events: 0,
		groups: 0,
		seed: 8,
		tokens: { second: ['Groups'] },
	});
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	return { simulator, credential };
}

/** What is read of a new group. */
export const created = z.object({ id: z.number() });
const body = z.object({
	members: z.array(z.object({ address: z.string().optional(), domain: z.string().optional() })),
});

/** The ID of a group as a resource locator has it. */
export const locator = (value: number | string) => ({ __rl: true, mode: 'id', value });
const perRow = (operation: string): INodeParameters => ({
	resource: 'member',
	operation,
	groupId: locator('={{ $json.group }}'),
	members: '={{ $json.email }}',
});

/** The address of a member. */
export const person = (at: number) => `person${at}@acme.example`;

/** How to run it, beside the items. */
export interface How {
	operation?: string;
	settings?: Partial<INode>;
	credential?: CredentialData;
	requestOptions?: IDataObject;
	parameters?: INodeParameters;
}

/** Runs Member, Add (or another operation), where each item names its group and its members. */
export async function run(items: IDataObject[], how: How = {}): Promise<INodeExecutionData[]> {
	return await runNode({
		nodeType,
		parameters: { ...perRow(how.operation ?? 'add'), ...how.parameters },
		items,
		credential: how.credential ?? credential,
		settings: how.settings ?? {},
		...(how.requestOptions ? { requestOptions: how.requestOptions } : {}),
	});
}

/** A new group; the requests that made it are not counted. */
export async function newGroup(...members: string[]): Promise<number> {
	const parameters = { resource: 'group', operation: 'create', name: 'Shared' };
	const [item] = await runNode({ nodeType, parameters, credential });
	const { id } = created.parse(item?.json);
	if (members.length > 0) await run([{ group: id, email: members }]);
	await simulator.clearRequests();
	return id;
}

/** The members that the portal has of a group, sorted. */
export async function membersOf(id: number): Promise<string[]> {
	const { groups } = await simulator.state();
	return (groups.find((group) => group.id === id)?.members ?? []).slice().sort();
}

/** What was sent to change members: group, status and members of each request, in order. */
export async function sent() {
	const { requests } = await simulator.requests();
	return requests.map(({ path, status, body: text, token }) => ({
		group: Number(/groups\/(\d+)\//.exec(path)?.[1]),
		status,
		token,
		members: body.parse(JSON.parse(text)).members.map(({ address, domain }) => address ?? domain),
	}));
}

/** So many items for a group, one member each. */
export const rowsFor = (group: number, count: number): IDataObject[] =>
	Array.from({ length: count }, (_, at) => ({ group, email: person(at) }));

/** Requests that contain the text are answered with the status, so many times (0 for ever). */
export const refuse = async (text: string, status: number, times = 0) =>
	await simulator.addFaults({ contains: text, times, action: { kind: 'status', status } });

/** The items that failed. */
export const failed = (output: INodeExecutionData[]) =>
	output.flatMap(({ json, pairedItem }) =>
		json.error === undefined ? [] : [pairedItem].flat().map((link) => Number(fieldsIn(link).item)),
	);
