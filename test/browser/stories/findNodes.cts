import { actionsOf, panelName } from '../descriptions.cjs';
import { eventually } from '../eventually.cjs';
import type { Stage } from '../stage.cjs';

/** Everything that the panel lists for our nodes fits in. */
const tall = { width: 1280, height: 1160 };

/** The nodes panel: what a person finds by which word, and what it says that a node can do. */
export function findNodes(stage: Stage): void {
	describe('the nodes panel', () => {
		stage.scene('finds the nodes by maker, former name and purpose', async () => {
			const editor = await stage.editor(tall);
			await editor.openNew();
			await editor.addFirst();
			const all = [...stage.descriptions.values()].map(panelName).sort();
			for (const word of ['tessian', 'proofpoint']) {
				await editor.panel.search(word);
				await eventually(async () => expect((await editor.panel.names()).sort()).toEqual(all));
			}
			await stage.pictures.of('panel-search', editor.panel.root, 920);

			await editor.panel.search('quarantine');
			const remediation = panelName(stage.description('proofpointRemediation'));
			const audit = panelName(stage.description('proofpointAudit'));
			await eventually(async () => {
				const names = await editor.panel.names();
				expect(names).toContain(remediation);
				expect(names).not.toContain(audit);
			});
		});

		stage.scene('lists everything that a node can do', async () => {
			const editor = await stage.editor(tall);
			await editor.openNew();
			await editor.addFirst();
			const group = stage.description('proofpointGroup');
			await editor.panel.search('proofpoint');
			await editor.panel.item(panelName(group)).click();
			const actions = actionsOf(group);
			expect(actions.length).toBeGreaterThan(8);
			await eventually(async () =>
				expect(await editor.panel.names()).toEqual(expect.arrayContaining(actions)),
			);
			await editor.panel.item(actions[0] ?? '').waitFor();
			await stage.pictures.of('node-actions', editor.panel.root);
		});

		stage.scene('lists the events of the trigger', async () => {
			const editor = await stage.editor();
			await editor.openNew();
			await editor.addFirst();
			const trigger = stage.description('proofpointTrigger');
			await editor.panel.search('proofpoint');
			await editor.panel.item(panelName(trigger)).click();
			const events = trigger.properties
				.filter(({ name }) => name === 'event')
				.flatMap(({ options = [] }) => options);
			expect(events.length).toBeGreaterThan(4);
			await eventually(async () =>
				expect((await editor.panel.names()).filter((name) => /^On /.test(name))).toHaveLength(
					events.length,
				),
			);
			await stage.pictures.of('trigger-panel', editor.panel.root);
		});
	});
}
