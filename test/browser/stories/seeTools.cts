import { proofpointNode } from '../../e2e/setup.cjs';
import { eventually } from '../eventually.cjs';
import type { Stage } from '../stage.cjs';

/** A node as a tool of an agent: what the model will read stands there, and keeps up with the operation. */
export function seeTools(stage: Stage): void {
	stage.scene('a tool is described by its operation, until a person writes', async () => {
		const tool = proofpointNode('Release', 'proofpointRemediationTool', {});
		const editor = await stage.editor();
		await editor.open(await stage.storeSideBySide('A tool', tool));
		const details = await editor.openNode('Release');
		const text = details.parameter('toolDescription').locator('textarea');
		await eventually(async () =>
			expect(await text.inputValue()).toMatch(/^Release the quarantined email .* is final/),
		);
		await details.choose('operation', 'Delete From Inbox');
		await eventually(async () =>
			expect(await text.inputValue()).toMatch(/^Delete the delivered email .* is final/),
		);
		await text.fill('Deletes what the analyst names.');
		await details.choose('operation', 'Delete From Quarantine');
		await eventually(async () =>
			expect(await text.inputValue()).toBe('Deletes what the analyst names.'),
		);

		// What ✨ writes: n8n describes no parameter by itself.
		await details.parameter('eventId').hover();
		await editor.page.getByTestId('from-ai-override-button').first().click();
		await eventually(async () => {
			const stored = await stage.world.n8n.client.rest('GET', `/workflows/${editor.workflowId}`);
			expect(JSON.stringify(stored)).toContain("$fromAI('Event_ID', ``, 'string')");
		});
		await details.close();
	});
}
