import type { WorkflowNode } from '@host/workflow.cjs';
import { z } from 'zod';

import { eventually } from '../eventually.cjs';
import { playbooks, type Stage } from '../stage.cjs';

/** Each playbook imported from its file: every node is known, ours have nothing left to fill in. */
export function seePlaybooks(stage: Stage): void {
	describe('a playbook imported from its file', () => {
		for (const { file, name, workflow } of playbooks) {
			stage.scene(`opens complete: ${name}`, async () => {
				const editor = await stage.editor({ width: 2000, height: 1250 });
				await editor.openNew();
				await editor.importFile(file);
				const stickies = workflow.nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
				const nodes = editor.page.getByTestId('canvas-node');
				await eventually(async () => {
					expect(await nodes.count()).toBe(workflow.nodes.length - stickies.length);
					expect(await editor.page.getByTestId('sticky').count()).toBe(stickies.length);
				});
				expect(await editor.page.getByTestId('node-not-installed').count()).toBe(0);
				for (const node of workflow.nodes) {
					if (!node.type.startsWith('n8n-nodes-proofpoint.')) continue;
					const issues = editor.node(node.name).getByTestId('node-issues');
					expect([node.name, await issues.count()]).toEqual([node.name, leftOpen(node) ? 1 : 0]);
				}
				await editor.zoomToFit();
				await stage.pictures.ofCanvas(name.replace(/\.json$/, ''), editor.page);
			});
		}
	});
}

/** Whether the playbook leaves it to the user to pick something from a list: his own group. */
function leftOpen({ parameters = {} }: WorkflowNode): boolean {
	return Object.values(parameters).some((value) => locator.safeParse(value).success);
}

const locator = z.object({ __rl: z.literal(true), mode: z.literal('list'), value: z.literal('') });
