import { manualTrigger } from '@host/workflow.cjs';

import { actionsOf, optionsOf, panelName } from '../descriptions.cjs';
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
			// The trigger and the node of the events have the same name there: one entry.
			const all = new Set([...stage.descriptions.values()].map(panelName));
			expect(all.size).toBe(stage.descriptions.size - 1);
			const [first] = all;
			expect(first).toBe('Proofpoint');
			for (const word of ['tessian', 'proofpoint']) {
				await editor.panel.search(word);
				await eventually(async () => {
					const names = await editor.panel.names();
					expect([...names].sort()).toEqual([...all].sort());
					expect(names[0]).toBe('Proofpoint');
				});
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

		stage.scene('opens one entry for events: triggers first where a workflow begins', async () => {
			const editor = await stage.editor();
			const trigger = stage.description('proofpointTrigger');
			const events = optionsOf(trigger, 'event').map(({ name, action }) => action ?? `On ${name}`);
			const actions = actionsOf(stage.description('proofpoint'));
			expect([events.length, actions.length]).toEqual([5, 3]);
			const listed = async () => await editor.panel.names();

			await editor.openNew();
			await editor.addFirst();
			await editor.panel.search('proofpoint');
			await editor.panel.item(panelName(trigger)).click();
			await eventually(async () => expect(await listed()).toEqual(events));
			const sections = [`Triggers (${events.length})`, `Actions (${actions.length})`];
			expect(await editor.panel.sections()).toEqual(sections);
			await stage.pictures.of('trigger-panel', editor.panel.root);
			await editor.panel.unfold(sections[1] ?? '');
			await eventually(async () => expect(await listed()).toEqual([...events, ...actions]));

			// Behind a node a workflow goes on: actions first.
			await editor.open(await stage.store('Behind a node'));
			await editor.addAfter(manualTrigger.name);
			await editor.panel.search('proofpoint');
			await eventually(async () => expect((await listed())[0]).toBe(panelName(trigger)));
			await editor.panel.item(panelName(trigger)).click();
			await eventually(async () => expect(await listed()).toEqual(actions));
			expect(await editor.panel.sections()).toEqual([...sections].reverse());
		});
	});
}
