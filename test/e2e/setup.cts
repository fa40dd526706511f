/** What every end-to-end test begins with: the simulator, a real n8n with the packed package, and its credentials. */
import { PrivateN8n, type PrivateN8nOptions } from '@host/privateN8n.cjs';
import {
	chain,
	manualTrigger,
	type Credential,
	type Workflow,
	type WorkflowNode,
} from '@host/workflow.cjs';
import { sortableTime } from '@nodes/shared/core/timestamp';
import { startSimulator, type Simulator, type SimulatorOptions } from '@simulator/client.cjs';

/** The credential as the workflows of the tests name it. */
export const proofpointApi = { id: 'proofpoint-api', name: 'Proofpoint API' };

/** A simulator and an n8n that knows it. */
export interface World {
	simulator: Simulator;
	n8n: PrivateN8n;
	/** Ends both. */
	stop(): Promise<void>;
}

/**
 * Starts the simulator and makes (not starts) an n8n with the tarball that `npm test` has packed.
 * @param n8nOptions `editor: true` for what needs the editor, or the list of node types that n8n makes for it
 * @param otherCredentials more credentials than the one with all permissions
 */
export async function makeWorld(
	simulatorOptions: SimulatorOptions,
	n8nOptions: PrivateN8nOptions = {},
	otherCredentials: (simulator: Simulator) => Credential[] = () => [],
): Promise<World> {
	const tarball = process.env.PROOFPOINT_TARBALL;
	if (tarball === undefined) throw new Error('PROOFPOINT_TARBALL is not set: run `npm test`');
	const simulator = await startSimulator(simulatorOptions);
	try {
		const n8n = await PrivateN8n.create({ tarball, editor: false, ...n8nOptions });
		await n8n.importCredentials([
			{
				...proofpointApi,
				type: 'proofpointApi',
				data: { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
			},
			...otherCredentials(simulator),
		]);
		return {
			simulator,
			n8n,
			async stop() {
				await n8n.dispose();
				await simulator.stop();
			},
		};
	} catch (error) {
		await simulator.stop();
		throw error;
	}
}

/** One of our nodes, with the credential. */
export function proofpointNode(
	name: string,
	type: string,
	parameters: Record<string, unknown>,
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return {
		name,
		type: `n8n-nodes-proofpoint.${type}`,
		parameters,
		credentials: { proofpointApi },
		...more,
	};
}

/** n8n's Code node, which makes the input items of a test. */
export function items(name: string, code: string): WorkflowNode {
	return { name, type: 'n8n-nodes-base.code', typeVersion: 2, parameters: { jsCode: code } };
}

/** A workflow that starts by hand and runs its nodes one after the other. */
export function manual(id: string, ...nodes: WorkflowNode[]): Workflow {
	return chain(id, [manualTrigger, ...nodes], id);
}

/** When events were created, the newest first. */
export function newestOf(events: ReadonlyArray<{ created_at: string }>): string[] {
	const key = (time: string) => sortableTime(time) ?? '';
	return events
		.map(({ created_at }) => created_at)
		.sort((one, other) => (key(one) < key(other) ? 1 : -1));
}

/** A node that deletes the rows of a data table with this value, as a person does it by hand. */
export function forget(table: string, keyName: string, keyValue: string): WorkflowNode {
	return {
		name: 'Forget',
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: {
			resource: 'row',
			operation: 'deleteRows',
			dataTableId: { __rl: true, mode: 'name', value: table },
			filters: { conditions: [{ keyName, condition: 'eq', keyValue }] },
		},
	};
}
