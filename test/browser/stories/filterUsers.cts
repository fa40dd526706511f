import { proofpointNode } from '../../e2e/setup.cjs';
import { eventually } from '../eventually.cjs';
import { narrow, type Stage } from '../stage.cjs';

/** The status of a connection is picked from a list: a mistyped one would find nobody and look fine. */
export function filterUsers(stage: Stage): void {
	stage.scene('monitored users are filtered by statuses from a list', async () => {
		const statuses = ['Connection issues', 'Not connected for over 7 days'];
		await stage.world.simulator.setUserStatus({ status: statuses[0] ?? '', count: 3 });
		await stage.world.simulator.setUserStatus({ status: statuses[1] ?? '', count: 2, from: 3 });
		const users = stage.description('proofpointUserMonitoring');
		const node = proofpointNode(users.displayName, 'proofpointUserMonitoring', {});
		const editor = await stage.editor(narrow);
		await editor.open(await stage.store('Filter users', node));
		const details = await editor.openNode(users.displayName);

		await details.parameter('statuses').click();
		const options = editor.page.getByRole('option').filter({ visible: true });
		await eventually(async () => expect(await options.count()).toBe(4));
		for (const status of statuses) {
			await options.filter({ hasText: new RegExp(`^\\s*${status}\\s*$`, 'i') }).click();
		}
		await stage.pictures.of('user-statuses', details.root, 640);
		await editor.page.keyboard.press('Escape');
		await details.execute();
		await eventually(async () => {
			const shown = await details.column('status');
			expect(shown.length).toBeGreaterThanOrEqual(5);
			expect([...new Set(shown)].sort()).toEqual(statuses);
		});
	});
}
