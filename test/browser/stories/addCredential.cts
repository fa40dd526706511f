import { proofpointNode } from '../../e2e/setup.cjs';
import type { Stage } from '../stage.cjs';

/** A credential is added from a node and tested: first with a wrong token, then with the right one. */
export function addCredential(stage: Stage): void {
	stage.scene('a credential says at once whether it works', async () => {
		const { simulator } = stage.world;
		const { displayName } = stage.description('proofpoint');
		const node = proofpointNode(displayName, 'proofpoint', {}, { credentials: {} });
		const id = await stage.store('Add a credential', node);
		const editor = await stage.editor();
		await editor.open(id);
		const details = await editor.openNode(displayName);

		const form = await details.newCredential();
		await form.fill('portalUrl', simulator.url);
		await form.fill('apiToken', 'a-wrong-token');
		await form.toggle('allowCustomHost');
		await form.save();
		const failure = await form.failure();
		expect(failure).toContain('403');
		expect(failure).toContain('“Security Events”');
		expect(failure).not.toContain('a-wrong-token');
		await stage.pictures.of('credential-test-bad', form.root);

		await form.fill('apiToken', simulator.token);
		await form.save();
		await form.root.waitFor({ state: 'hidden' });
		const again = await details.editCredential();
		await again.succeeded();
		await stage.pictures.of('credential-test-good', again.root);
		await again.close();

		await details.execute();
		await details.items(50);
	});
}
