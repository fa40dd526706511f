/** How a playbook acts: never but through the gate, and its messages go out one by one. */
import type { WorkflowNode } from '@host/workflow.cjs';
import { z } from 'zod';

import { connectionsSchema, playbooks, reachable } from './playbookWorkflows.cjs';

/** Whether a node changes mail, a group or a ticket. Tools of an agent stand behind a person's review instead. */
function acts({ type, parameters = {} }: WorkflowNode): boolean {
	if (type.endsWith('.proofpointRemediation')) return true;
	if (parameters.nodeCredentialType === 'jiraSoftwareCloudApi') {
		return parameters.method !== 'GET' && !String(parameters.url).endsWith('/search/jql');
	}
	const options = z.object({ dryRun: z.boolean().optional() }).optional().parse(parameters.options);
	return (
		type.endsWith('.proofpointGroup') &&
		/^(?:add|remove|sync|create|delete|update)/.test(String(parameters.operation)) &&
		options?.dryRun !== true
	);
}

/** Nodes that send messages. */
const chat = /\.(?:slack|microsoftTeams)$/;

const settingsSchema = z.object({
	assignments: z.object({
		assignments: z.array(z.object({ name: z.string(), value: z.unknown() })),
	}),
});

describe.each(playbooks.filter(({ workflow }) => workflow.nodes.some(acts)))(
	'$file',
	({ workflow }) => {
		const { nodes } = workflow;
		const triggers = nodes.filter(({ type }) => /trigger$/i.test(type)).map(({ name }) => name);
		const acting = nodes.filter(acts);

		it('no way leads to an action but through the gate', () => {
			const closed = nodes
				.filter(
					({ type, parameters }) =>
						/\.(?:if|filter)$/.test(type) && JSON.stringify(parameters).includes('gate.act'),
				)
				.map(({ name }) => name);
			const open = reachable(workflow, triggers, closed);
			expect(acting.map(({ name }) => name).filter((name) => open.has(name))).toEqual([]);
			const unasked = reachable(workflow, triggers, ['May it act?']);
			expect(closed.filter((name) => unasked.has(name))).toEqual([]);
		});

		it('it begins as a dry run, with a cap and no trace; by hand it acts only if a person approves or it is made for that', () => {
			const mayActByHand = nodes.some(
				({ type, parameters }) =>
					type === 'n8n-nodes-base.manualTrigger' || parameters?.operation === 'sendAndWait',
			);
			const settings = nodes.find(({ name }) => name === 'Settings');
			const values = settingsSchema.parse(settings?.parameters).assignments.assignments;
			expect(Object.fromEntries(values.map(({ name, value }) => [name, value]))).toMatchObject({
				'settings.dryRun': true,
				'settings.actWhenRunByHand': mayActByHand,
				'settings.maxPerRun': expect.any(Number),
				'settings.maxPerHour': expect.any(Number),
				'settings.portal': '={{ $workflow.id }}',
				'settings.traceWorkflow': '',
			});
		});

		it('the switch is read right before: no node waits between it and the gate', () => {
			const wires = connectionsSchema.parse(workflow.connections);
			const chain = ['Ready to act', 'Table of switches', 'Read the switches', 'May it act?'];
			for (const [index, name] of chain.slice(0, -1).entries()) {
				expect(wires[name]?.main).toEqual([[expect.objectContaining({ node: chain[index + 1] })]]);
			}
			for (const name of ['Table of switches', 'Read the switches']) {
				expect(nodes.find((node) => node.name === name)).toMatchObject({
					onError: 'continueRegularOutput',
				});
			}
		});

		it('behind the gate nothing asks for the item of a node before it', () => {
			const behind = reachable(workflow, ['May it act?']);
			const bad = nodes
				.filter(({ name }) => behind.has(name))
				.flatMap(({ name, parameters }) =>
					[...JSON.stringify(parameters).matchAll(/\$\('([^']+)'\)\.item/g)]
						.map(([, other = '']) => other)
						.filter((other) => !behind.has(other))
						.map((other) => `${name} asks for ${other}`),
				);
			expect(bad).toEqual([]);
		});

		it('the trace cannot stop it', () => {
			expect(nodes.find(({ name }) => name === 'Record the action')).toMatchObject({
				type: 'n8n-nodes-base.executeWorkflow',
				onError: 'continueRegularOutput',
				parameters: { mode: 'once' },
			});
		});
	},
);

describe.each(
	playbooks.filter(({ workflow }) => workflow.nodes.some(({ type }) => chat.test(type))),
)('$file, its messages', ({ workflow }) => {
	it('go out one by one, so a retry repeats no other', () => {
		const wires = connectionsSchema.parse(workflow.connections);
		const posts = workflow.nodes.filter(
			({ type, parameters }) =>
				chat.test(type) && ['post', 'create'].includes(String(parameters?.operation)),
		);
		for (const { name } of posts) {
			// Only through the loop, and only from the output that hands out one item at a time.
			const [, loop] = wires['One by one']?.main ?? [];
			const inside = reachable(
				workflow,
				(loop ?? []).map(({ node }) => node),
				['One by one'],
			);
			expect([...inside]).toContain(name);
			const starts = workflow.nodes.filter(({ type }) => /trigger$/i.test(type));
			const outside = reachable(
				workflow,
				starts.map((node) => node.name),
				['One by one'],
			);
			expect([...outside]).not.toContain(name);
			// A second batch that arrives after the loop is done would be lost: all messages meet first.
			const feeders = (to: string) =>
				Object.entries(wires)
					.filter(([, { main = [] }]) =>
						main.some((targets) => (targets ?? []).some(({ node }) => node === to)),
					)
					.map(([node]) => node)
					.sort();
			expect(feeders('One by one').filter((feeder) => !inside.has(feeder))).toHaveLength(1);
			expect(feeders('Safe text')).toHaveLength(1);
		}
	});
});
