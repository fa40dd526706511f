import type { WorkflowNode } from '@host/workflow.cjs';
import { readPortal } from '@nodes/shared/core/portal';
import { wordsFor } from '@nodes/shared/n8n/messages';

import type { Editor } from '../editor.cjs';
import { eventually } from '../eventually.cjs';
import type { Stage } from '../stage.cjs';

/** What goes wrong at first, as the screen says it. */
export function readErrors(stage: Stage): void {
	describe('an error says what happened and what to do', () => {
		const shown = async (node: WorkflowNode): Promise<{ editor: Editor; text: string }> => {
			const editor = await stage.editor();
			await editor.open(await stage.store('Read an error', node));
			const details = await editor.openNode(node.name);
			await details.execute();
			const { message, description } = await details.error();
			expect(description.length).toBeGreaterThan(40);
			const text = `${message} ${description}`.replace(/\s+/g, ' ');
			expect(text).not.toContain(stage.world.simulator.token);
			process.stderr.write(`error on screen: ${text}\n`);
			return { editor, text };
		};
		const forbidden = { kind: 'status', status: 403 } as const;

		stage.scene('a wrong token', async () => {
			const { url: portalUrl } = stage.world.simulator;
			const node = await stage.nodeWith('proofpoint', 'A wrong token', {
				portalUrl,
				apiToken: 'a-wrong-token',
				allowCustomHost: true,
			});
			const { editor, text } = await shown(node);
			expect(text).toContain(
				wordsFor(forbidden, { endpoint: 'events', origin: portalUrl }).message,
			);
			await eventually(async () => {
				expect(await editor.details.output.getByTestId('node-error-message').isVisible()).toBe(
					true,
				);
			});
			await editor.page.mouse.move(5, 5);
			await stage.pictures.of('error', editor.details.root);
		});

		stage.scene('a missing permission', async () => {
			const { url: portalUrl, tokens } = stage.world.simulator;
			const { text } = await shown(
				await stage.nodeWith('proofpointAudit', 'No audit trail', {
					portalUrl,
					apiToken: tokens.noAudit,
					allowCustomHost: true,
				}),
			);
			expect(text).toContain(
				wordsFor(forbidden, { endpoint: 'audits', origin: portalUrl }).message,
			);
			expect(text).toContain('“Audit Trail”');
		});

		stage.scene('a host that refuses the connection', async () => {
			const origin = 'http://127.0.0.1:9';
			const { text } = await shown(
				await stage.nodeWith('proofpoint', 'A closed port', {
					portalUrl: origin,
					apiToken: 'token',
					allowCustomHost: true,
				}),
			);
			const fault = { kind: 'network', code: 'ECONNREFUSED', sent: false } as const;
			expect(text).toContain(wordsFor(fault, { endpoint: 'events', origin }).message);
		});

		stage.scene('a host that is no Proofpoint portal', async () => {
			const settings = { portalUrl: 'https://acme.example.com', allowCustomHost: false };
			const { text } = await shown(
				await stage.nodeWith('proofpoint', 'No portal', {
					...settings,
					apiToken: 'token',
				}),
			);
			const refusal = readPortal(settings);
			expect(refusal.ok).toBe(false);
			if (!refusal.ok) expect(text).toContain(refusal.message);
		});
	});
}
