import { proofpointNode } from '../../e2e/setup.cjs';
import { optionOf } from '../descriptions.cjs';
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
		await eventually(async () => expect(await value.innerText()).toContain('$json.findings'));
		expect((await stage.world.simulator.requests()).requests).toEqual([]);
	});

	stage.scene('where n8n cannot preview the output that was chosen, the node says so', async () => {
		const { displayName } = stage.description('proofpoint');
		const raw = proofpointNode(displayName, 'proofpoint', { output: 'raw' });
		const editor = await stage.editor();
		await editor.open(await stage.store('No preview of raw events', raw));
		const details = await editor.openNode(displayName);
		await details.hint('n8n previews the simplified fields').waitFor();
		await details.choose(
			'output',
			optionOf(stage.description('proofpoint'), 'output', 'simple').name,
		);
		await details.hint('n8n previews').waitFor({ state: 'hidden' });
	});
}
