import { proofpointNode } from '../../e2e/setup.cjs';
import { noticeOf } from '../descriptions.cjs';
import { eventually } from '../eventually.cjs';
import { narrow, type Stage } from '../stage.cjs';

/** Operations, and the names of the notices that stand over their parameters. */
const cases: Array<{ type: string; resource: string; notices: Record<string, string[]> }> = [
	{
		type: 'proofpointRemediation',
		resource: 'email',
		notices: {
			releaseFromQuarantine: ['realNotice'],
			deleteFromQuarantine: ['realNotice', 'deleteNotice'],
			deleteFromInbox: ['realNotice', 'deleteNotice'],
		},
	},
	{
		type: 'proofpointGroup',
		resource: 'group',
		notices: {
			create: ['realNotice'],
			update: ['realNotice'],
			delete: ['realNotice', 'deleteNotice'],
			get: [],
			getAll: [],
		},
	},
	{
		type: 'proofpointGroup',
		resource: 'member',
		notices: {
			add: ['realNotice'],
			remove: ['realNotice'],
			sync: ['realNotice', 'syncNotice'],
			getAll: [],
		},
	},
];

/** Whoever opens a node that acts reads that "Execute step" is no rehearsal; who only reads is not warned. */
export function seeNotices(stage: Stage): void {
	stage.scene('what acts says so before it is executed', async () => {
		await stage.world.simulator.clearRequests();
		const opened = cases.flatMap(({ type, resource, notices }) =>
			Object.entries(notices).map(([operation, names]) => ({
				node: proofpointNode(`${resource} ${operation}`, type, { resource, operation }),
				type,
				resource,
				operation,
				names,
			})),
		);
		const editor = await stage.editor(narrow);
		const nodes = opened.map(({ node }) => node);
		await editor.open(await stage.storeSideBySide('Notices', ...nodes));
		for (const { node, type, resource, operation, names } of opened) {
			const details = await editor.openNode(node.name);
			await details.parameter('operation').waitFor();
			const expected = names.map((name) => noticeOf(stage.description(type), name, resource));
			await eventually(async () =>
				expect([node.name, await details.notices()]).toEqual([node.name, expected]),
			);
			if (names.includes('realNotice')) expect(expected.join(' ')).toContain('“Execute step”');
			await editor.page.mouse.move(5, 5);
			if (operation === 'deleteFromInbox' || operation === 'sync') {
				await stage.pictures.ofParameters(`notice-${operation}`, details);
			}
			await details.close();
		}
		const { requests } = await stage.world.simulator.requests();
		expect(requests).toEqual([]);
	});
}
