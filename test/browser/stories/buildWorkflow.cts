import { endpoints } from '@nodes/shared/api/endpoints';
import { z } from 'zod';

import { proofpointApi } from '../../e2e/setup.cjs';
import { actionsOf, optionOf, panelName } from '../descriptions.cjs';
import { eventually } from '../eventually.cjs';
import type { Stage } from '../stage.cjs';

const released = z.object({ event_id: z.string() });

/** Trigger, filter, release: built with the mouse, tried with a test event, published, seen at work. */
export function buildWorkflow(stage: Stage): void {
	stage.scene('trigger, filter and release are built by clicking and dragging', async () => {
		const { simulator, n8n } = stage.world;
		await simulator.clearRequests();
		// The newest: these are what the trigger shows as its test event.
		const safe = await simulator.createEvents({ type: 'defender', releasable: true, count: 3 });
		const fields = { defender_details: { confidence: 'HIGH' } };
		await simulator.createEvents({ type: 'defender', releasable: false, count: 2, fields });

		const trigger = stage.description('proofpointTrigger');
		const remediation = stage.description('proofpointRemediation');
		const editor = await stage.editor();
		const { details, page, panel } = editor;
		await editor.openNew();
		await editor.addFirst();
		await panel.search('proofpoint');
		await panel.item(panelName(trigger)).click();
		const { name, action = `On ${name}` } = optionOf(trigger, 'event', 'securityEventCreated');
		await panel.item(action).click();
		await details.root.waitFor();
		await details.chooseCredential(proofpointApi.id);
		await details.choose('startFrom', optionOf(trigger, 'startFrom', 'beginning').name);
		// The confidence, which the filter behind it looks at, is among the full fields only.
		await details.choose('output', optionOf(trigger, 'output', 'raw').name);
		await details.choose('types', 'Defender');
		await page.keyboard.press('Escape');
		await details.execute();
		const low = new Set(await lowConfidence());
		const shown = await eventually(async () => {
			const ids = (await details.column('id')).filter((id) => low.has(id));
			expect(ids.length).toBeGreaterThanOrEqual(safe.length);
			return ids;
		});
		await page.mouse.move(5, 5);
		await stage.pictures.of('trigger-test-event', details.root);
		await details.close();

		await editor.addAfter(trigger.displayName);
		await panel.search('filter');
		await panel.item('Filter').click();
		await details.fold('.inbound_email_details');
		await details.drag('.defender_details.confidence', page.getByTestId('filter-condition-left'));
		await details.leaveExpression();
		const right = page.getByTestId('filter-condition-right').locator('input');
		await right.fill('LOW');
		// n8n takes over what was typed a moment later, and then stores it.
		await eventually(async () => {
			const stored = await n8n.client.rest('GET', `/workflows/${editor.workflowId}`);
			expect(JSON.stringify(stored)).toContain('"rightValue":"LOW"');
		});
		await details.execute();
		const kept = details.output.locator('tbody tr');
		await eventually(async () => expect(await kept.count()).toBe(shown.length));
		await details.close();

		await editor.addAfter('Filter');
		await panel.search('quarantine');
		await panel.item(panelName(remediation)).click();
		const release = actionsOf(remediation).find((action) => /^Release/.test(action)) ?? '';
		await panel.item(release).click();
		await details.root.waitFor();
		await details.chooseCredential(proofpointApi.id);
		await details.drag('.id', details.parameter('eventId'));
		await details.leaveExpression();
		await eventually(async () =>
			expect(await details.parameter('eventId').innerText()).toContain('$json.id'),
		);
		await details.close();
		await editor.zoomToFit();
		await stage.pictures.ofCanvas('built-by-hand', page);
		// Trying it out has released nothing.
		expect(await releases()).toEqual([]);

		const wanted = (await lowConfidence()).sort();
		expect(wanted).toEqual(expect.arrayContaining(safe.map(({ id }) => id)));
		for (const id of wanted) await simulator.placeMail({ id, place: 'quarantined' });
		await editor.publish();
		const workflowId = editor.workflowId;
		await n8n.waitForTriggers(workflowId);
		await eventually(async () => expect((await releases()).sort()).toEqual(wanted), 60_000);

		await editor.showExecutions();
		const [execution] = await eventually(async () => {
			const executions = await n8n.client.executions({ workflowId, withData: false });
			const production = executions.filter(({ mode }) => mode === 'trigger');
			expect(production.map(({ status }) => status)).toEqual(['success']);
			return production;
		});
		await editor.execution(execution?.executionId ?? '').click();
		const preview = page.getByTestId('execution-preview-host').getByTestId('canvas-node');
		await eventually(async () => expect(await preview.count()).toBe(3));
		await page.mouse.move(5, 5);
		await stage.pictures.of('executions', page.locator('body'));
		await n8n.client.deactivate(workflowId);

		async function releases(): Promise<string[]> {
			const { requests } = await simulator.requests();
			return requests
				.filter((request) => request.path === endpoints.releaseFromQuarantine.path)
				.map(({ body }) => released.parse(JSON.parse(body)).event_id);
		}

		async function lowConfidence(): Promise<string[]> {
			const { events } = await simulator.ledger();
			const ids = events.map(({ id }) => id);
			const low = await Promise.all(
				ids.map(async (id) => {
					const { type, defender_details: defender } = defenderEvent.parse(
						await simulator.event(id),
					);
					return type === 'defender' && defender?.confidence === 'LOW' ? [id] : [];
				}),
			);
			return low.flat();
		}
	});
}

const defenderEvent = z.object({
	type: z.string(),
	defender_details: z.object({ confidence: z.string().nullish() }).nullish(),
});
