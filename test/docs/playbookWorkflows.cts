/** The playbooks, and which of their nodes a run can reach. */
import type { Workflow } from '@host/workflow.cjs';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

import { readPlaybook } from '../../scripts/demo/playbooks.cjs';

/** The folder of the project. */
export const root = path.resolve(__dirname, '../../..');

/** The folder of the playbooks. */
export const folder = path.join(root, 'playbooks');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

/** Every playbook. */
export const playbooks = files.map((file) => ({ file, workflow: readPlaybook(file) }));

/** The wires between the nodes of a workflow. */
export const connectionsSchema = z.record(
	z.string(),
	z.object({ main: z.array(z.array(z.object({ node: z.string() })).nullable()).optional() }),
);

/** The names of the nodes that a run can reach from these, without passing those that `closed` names. */
export function reachable(
	{ connections }: Workflow,
	from: string[],
	closed: string[] = [],
): Set<string> {
	const wires = connectionsSchema.parse(connections);
	const found = new Set<string>();
	const waiting = from.filter((name) => !closed.includes(name));
	for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
		if (found.has(name)) continue;
		found.add(name);
		const next = (wires[name]?.main ?? []).flatMap((targets) =>
			(targets ?? []).map(({ node }) => node),
		);
		waiting.push(...next.filter((node) => !closed.includes(node)));
	}
	return found;
}
