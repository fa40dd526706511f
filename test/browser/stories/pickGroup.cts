import { proofpointNode } from '../../e2e/setup.cjs';
import { eventually } from '../eventually.cjs';
import { narrow, type Stage } from '../stage.cjs';

/** A group is picked from the portal's own list, by a part of its name. */
export function pickGroup(stage: Stage): void {
	stage.scene('a group is picked from the list by its name', async () => {
		const { groups } = await stage.world.simulator.state();
		const [group] = groups;
		if (group === undefined) throw new Error('The simulator has no groups');
		const { displayName } = stage.description('proofpointGroup');
		const node = proofpointNode(displayName, 'proofpointGroup', {
			resource: 'group',
			operation: 'get',
		});
		const editor = await stage.editor(narrow);
		await editor.open(await stage.store('Pick a group', node));
		const details = await editor.openNode(displayName);
		const { page } = editor;

		await page.getByTestId('rlc-input').click();
		const entries = page.getByTestId('rlc-item');
		// With the ID: two groups may have the same name.
		const label = ({ id, name }: (typeof groups)[number]) => `${name} (${id})`;
		await eventually(async () =>
			expect((await entries.allInnerTexts()).sort()).toEqual(groups.map(label).sort()),
		);
		await stage.pictures.ofParameters('group-list', details);

		await page.getByTestId('rlc-search').fill(group.name.slice(1, 4).toUpperCase());
		const wanted = groups
			.filter(({ name }) => name.toLowerCase().includes(group.name.slice(1, 4).toLowerCase()))
			.map(label);
		await eventually(async () =>
			expect((await entries.allInnerTexts()).sort()).toEqual(wanted.sort()),
		);
		await entries.getByText(label(group), { exact: true }).click();
		await eventually(async () =>
			expect(await page.getByTestId('rlc-input').inputValue()).toBe(label(group)),
		);
		await details.close();
		await eventually(async () =>
			expect(await editor.node(displayName).innerText()).toContain(label(group)),
		);

		await editor.openNode(displayName);
		await details.execute();
		await details.items(1);
	});
}
