import { proofpointNode } from '../../e2e/setup.cjs';
import { eventually } from '../eventually.cjs';
import type { Stage } from '../stage.cjs';

/** The output schema: fields can be dragged into the next node before anything was executed. */
export function seeFieldsBeforeTheRun(stage: Stage): void {
	stage.scene('fields can be dragged before the first run', async () => {
		await stage.world.simulator.clearRequests();
		const { displayName } = stage.description('proofpoint');
		const id = await stage.store(
			'Fields before the first run',
			proofpointNode(displayName, 'proofpoint', {}),
			{ name: 'Edit Fields', type: 'n8n-nodes-base.set', typeVersion: 3.4 },
		);
		const editor = await stage.editor();
		await editor.open(id);
		const details = await editor.openNode('Edit Fields');
		await details.input.getByTestId('schema-preview-warning').waitFor();
		const area = editor.page.getByTestId('assignment-collection-drop-area');
		await details.drag('.findings', area, async () => {
			await stage.pictures.of('schema-preview', details.root);
		});

		const name = editor.page.getByTestId('assignment-name').locator('input');
		await eventually(async () => expect(await name.inputValue()).toBe('findings'));
		const value = editor.page.getByTestId('assignment-value');
		expect(await value.innerText()).toContain('$json.findings');
		expect((await stage.world.simulator.requests()).requests).toEqual([]);
	});
}
