/** Groups of a portal whose lists come to Sync in parts, and the nodes around it. */
import { steadyFetch } from '@host/steadyFetch.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import { z } from 'zod';

import { items, proofpointNode, type World } from './setup.cjs';
import { plain, to, workflow } from './wiredWorkflows.cjs';

/** The members of a group, and the two halves of the list that come to Sync. */
export const people = Array.from({ length: 20 }, (_, at) => `person${at}@acme.example`).sort();
export const [firstHalf, secondHalf] = [people.slice(0, 10), people.slice(10)];

/** A node that gives out these rows. */
export const rows = (name: string, list: object[]): WorkflowNode =>
	items(name, `return ${JSON.stringify(list.map((json) => ({ json })))}`);

/** A node that gives out a row for each address. */
export const emails = (name: string, list: string[]): WorkflowNode =>
	rows(
		name,
		list.map((email) => ({ email })),
	);

/** A node that gives out ten people each time that it runs; `more` tells whether there are others. */
export const pages = (): WorkflowNode =>
	items(
		'Page',
		`const from = $runIndex * 10; return ${JSON.stringify(people)}.slice(from, from + 10).map((email) => ({ json: { email, more: from < 10 } }))`,
	);

/** The node under test. */
export function sync(
	group: number | string,
	{
		members = '={{ $json.email }}',
		options = {},
		...more
	}: Partial<WorkflowNode> & { members?: string; options?: object } = {},
): WorkflowNode {
	const groupId = { __rl: true, mode: 'id', value: group };
	return proofpointNode(
		'Sync',
		'proofpointGroup',
		{ resource: 'member', operation: 'sync', groupId, members, options },
		more,
	);
}

/** Two branches that come together in `Both`, from which `wires` lead to Sync. */
export function branches(
	nodes: WorkflowNode[],
	wires: Record<string, Array<ReturnType<typeof to>>> = { Both: [to('Sync')] },
): Workflow {
	return workflow([emails('HR', firstHalf), emails('IT', secondHalf), plain('Both'), ...nodes], {
		Start: [to('HR', 'IT')],
		HR: [to('Both')],
		IT: [to('Both')],
		...wires,
	});
}

const createdSchema = z.object({ id: z.number() });
const groupSchema = z.object({
	results: z.object({ members: z.array(z.object({ address: z.string() })) }),
});

/** The portal's groups, without n8n. */
export class Groups {
	constructor(private readonly world: World) {}

	/** A new group with these members. */
	async of(members: string[]): Promise<number> {
		const { id } = createdSchema.parse(await this.ask('', { name: `Parts ${Math.random()}` }));
		const list = members.map((address) => ({ address }));
		await this.ask(`/${id}/add_members`, { members: list });
		return id;
	}

	/** The members that the portal has of a group, sorted. */
	async members(id: number): Promise<string[]> {
		const { results } = groupSchema.parse(await this.ask(`/${id}`));
		return results.members.map(({ address }) => address).sort();
	}

	private async ask(path: string, body?: object): Promise<unknown> {
		const { url, token } = this.world.simulator;
		const headers = { Authorization: `API-Token ${token}`, 'Content-Type': 'application/json' };
		const answer = await steadyFetch(`${url}/api/v1/groups${path}`, {
			method: body ? 'POST' : 'GET',
			headers,
			...(body ? { body: JSON.stringify(body) } : {}),
		});
		const text = await answer.text();
		if (!answer.ok) throw new Error(`The portal answered ${answer.status} ${text}`);
		return text === '' ? undefined : JSON.parse(text);
	}
}
