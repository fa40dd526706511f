import { startSimulator } from '@simulator/client.cjs';

import { newestOf, proofpointNode } from '../../e2e/setup.cjs';
import { eventually } from '../eventually.cjs';
import { wide, type Stage } from '../stage.cjs';

/** The fields of the simple output, as `core/simpleEvent` has them. */
const tenColumns = [
	'id',
	'type',
	'created_at',
	'updated_at',
	'from',
	'recipients',
	'subject',
	'findings',
	'status',
	'portal_link',
];
const weekMs = 7 * 24 * 3_600_000;

/** Get Many as it stands: what an analyst sees first, and what n8n and the node say beside it. */
export function readEvents(stage: Stage): void {
	describe('Get Many, with nothing changed', () => {
		for (const theme of ['light', 'dark'] as const) {
			stage.scene(`shows the newest events in ten columns, ${theme}`, async () => {
				const { displayName } = stage.description('proofpoint');
				const node = proofpointNode(displayName, 'proofpoint', {});
				const editor = await stage.editor(wide, theme);
				await editor.open(await stage.store('Newest events', node));
				const details = await editor.openNode(displayName);
				await details.execute();
				await details.items(50);

				const { events } = await stage.world.simulator.ledger();
				const newest = newestOf(events);
				await eventually(async () => {
					expect(await details.columns()).toEqual(tenColumns);
					const shown = await details.column('created_at');
					expect(shown.length).toBeGreaterThanOrEqual(10);
					expect(shown).toEqual(newest.slice(0, shown.length));
				});
				// n8n's own, for a node that has a parameter “limit”.
				await details.hint('Limit of 50 items reached').waitFor();
				await details.widenOutput();
				await details.showColumn('created_at');
				await editor.page.mouse.move(5, 5);
				await stage.pictures.of(theme === 'light' ? 'events' : 'events-dark', details.root, 720);
				if (theme === 'light') await stage.pictures.of('events-table', details.output, 460);
			});
		}
	});

	stage.scene('a filter that nothing passes: the output says what that cost', async () => {
		const simulator = await startSimulator({ events: 0, seed: 1 });
		try {
			const now = Date.now() - 1_000;
			const time = (index: number) =>
				new Date(now - (weekMs * (12_000 - index)) / 12_001).toISOString();
			await simulator.load(
				Array.from({ length: 12_000 }, (_, index) => ({
					id: `defender::inbound-${index}`,
					type: 'defender',
					created_at: time(index),
					updated_at: time(index),
					portal_link: null,
				})),
			);
			await simulator.clearRequests();
			const { url: portalUrl, token: apiToken } = simulator;
			const node = await stage.nodeWith(
				'proofpoint',
				'A busy portal',
				{ portalUrl, apiToken, allowCustomHost: true },
				{ filters: { types: ['architect'] } },
			);
			const editor = await stage.editor();
			await editor.open(await stage.store('A costly filter', node));
			const details = await editor.openNode(node.name);
			await details.execute();
			const hint = details.hint('Proofpoint lists events in the order of their updates');
			await hint.waitFor({ timeout: 120_000 });
			const { requests } = await simulator.requests();
			expect(requests.length).toBeGreaterThanOrEqual(100);
			await eventually(async () =>
				expect(await hint.innerText()).toContain(`so this took ${requests.length} requests`),
			);
			await editor.page.mouse.move(5, 5);
			await stage.pictures.of('events-cost', details.root, 760);
		} finally {
			await simulator.stop();
		}
	});
}
