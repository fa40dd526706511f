import { eventually } from '../eventually.cjs';
import { playbooks, type Stage } from '../stage.cjs';

/** Each playbook imported from its file: every node is known, ours have nothing left to fill in. */
export function seePlaybooks(stage: Stage): void {
	describe('a playbook imported from its file', () => {
		for (const { file, name, workflow } of playbooks) {
			stage.scene(`opens complete: ${name}`, async () => {
				const editor = await stage.editor({ width: 1600, height: 1000 });
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
					expect(await editor.node(node.name).getByTestId('node-issues').count()).toBe(0);
				}
				await editor.zoomToFit();
				await stage.pictures.ofCanvas(name.replace(/\.json$/, ''), editor.page);
			});
		}
	});
}
