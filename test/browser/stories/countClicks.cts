import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { proofpointApi } from '../../e2e/setup.cjs';
import { actionsOf, optionOf, panelName } from '../descriptions.cjs';
import type { Editor } from '../editor.cjs';
import { eventually } from '../eventually.cjs';
import { Hands, type Effort } from '../hands.cjs';
import { playbooks, slackApi, type Stage } from '../stage.cjs';

const channel = 'security';

/**
 * What the first workflows cost a person who begins with an empty canvas. One Proofpoint and one Slack credential are
 * stored: n8n preselects the newest of a type. Each bound is what was measured, so that no path gets longer unnoticed.
 */
export function countClicks(stage: Stage): void {
	const trigger = () => stage.description('proofpointTrigger');

	describe('the clicks from an empty canvas', () => {
		stage.scene('to ten test events', async () => {
			const { editor, hands } = await begin();
			await addTrigger(editor);
			await editor.details.execute();
			await editor.details.items(10);
			await within(hands, 'ten test events', { clicks: 4, drags: 0, texts: 1 });
		});

		stage.scene('to a Slack message for each Guardian event', async () => {
			const guardian = await stage.world.simulator.createEvents({ type: 'guardian', count: 10 });
			const { editor, hands } = await begin();
			const { details, page, panel } = editor;
			await addTrigger(editor);
			await details.choose('types', 'Guardian');
			await details.execute();
			await details.items(10);
			await details.close();

			await editor.addAfter(trigger().displayName);
			await page.keyboard.type('slack');
			await panel.item('Slack').click();
			await panel.item('Send a message').click();
			await details.root.waitFor();
			await details.choose('select', 'Channel');
			await pickChannel(editor);
			await details.parameter('text').click();
			// It makes the field an expression, a moment later.
			await page.keyboard.type('=');
			await details.parameter('text').locator('.cm-focused').waitFor();
			for (const field of ['from', 'recipients', 'subject']) {
				// n8n closes the braces itself, and End goes behind them.
				await page.keyboard.type(`{{ $json.${field}`);
				await page.keyboard.press('End');
				await page.keyboard.type(', ');
			}
			// n8n takes over what was typed a moment later, and then stores it.
			await eventually(async () =>
				expect(JSON.stringify(await stored(editor))).toMatch(
					/\{\{ +\$json\.from +\}\}, \{\{ +\$json\.recipients +\}\}, \{\{ +\$json\.subject +\}\}, /,
				),
			);
			await details.execute();
			await details.items(10);
			await details.close();
			await editor.publish();
			await within(hands, 'a Guardian alert to Slack', { clicks: 20, drags: 0, texts: 3 });

			const messages = stage.slack();
			expect(messages.map((message) => message.channel)).toEqual(messages.map(() => 'C0000000001'));
			expect(messages).toHaveLength(guardian.length);
			for (const { id } of guardian) {
				const parts = await partsOf(id);
				const about = messages.filter(({ text }) => parts.every((part) => text.includes(part)));
				expect(about).not.toEqual([]);
			}
			await endPublished(editor);
		});

		stage.scene('to the same with the playbook', async () => {
			const { editor, hands } = await begin();
			await editor.importByMenu(fromElsewhere('guardian-slack-alert.json'));
			await editor.openNode('Tell the channel');
			await editor.page.getByTestId('rlc-input').click();
			await editor.page.keyboard.press('ControlOrMeta+a');
			await editor.page.keyboard.type('#soc-alerts');
			await eventually(async () =>
				expect(await toldIn(editor)).toMatchObject({ value: '#soc-alerts' }),
			);
			await editor.details.close();
			await editor.publish();
			await within(hands, 'the Guardian playbook', { clicks: 10, drags: 0, texts: 1 });

			const { nodes } = await stored(editor);
			const used = nodes.flatMap(({ credentials = {} }) => Object.values(credentials));
			expect(used.map(({ id }) => id).sort()).toEqual([proofpointApi.id, slackApi.id].sort());
			await endPublished(editor);
		});

		stage.scene('to a release with a condition', async () => {
			const remediation = stage.description('proofpointRemediation');
			await stage.world.simulator.createEvents({ type: 'defender', releasable: true, count: 3 });
			const { editor, hands } = await begin();
			const { details, page, panel } = editor;
			await addTrigger(editor);
			await details.execute();
			await details.items(10);
			await details.close();

			await editor.addAfter(trigger().displayName);
			await page.keyboard.type('if');
			await panel.item('If').click();
			await details.root.waitFor();
			await details.drag('.type', page.getByTestId('filter-condition-left'));
			await details.leaveExpression();
			await page.getByTestId('filter-condition-right').locator('input').click();
			await page.keyboard.type('defender');
			await eventually(async () =>
				expect(JSON.stringify(await stored(editor))).toContain('"rightValue":"defender"'),
			);
			await details.execute();
			await details.output.locator('tbody tr').first().waitFor();
			await details.close();

			await editor.addAfter('If');
			await page.keyboard.type('release');
			await panel.item(panelName(remediation)).click();
			await panel.item(actionsOf(remediation).find((name) => /^Release/.test(name)) ?? '').click();
			await details.root.waitFor();
			await details.drag('.id', details.parameter('eventId'));
			await eventually(async () =>
				expect(await details.parameter('eventId').innerText()).toContain('$json.id'),
			);
			await details.close();
			await within(hands, 'a release with a condition', { clicks: 15, drags: 2, texts: 4 });

			await eventually(async () => {
				const { nodes, connections } = await stored(editor);
				const [, condition, release] = nodes;
				expect(condition?.parameters).toMatchObject({
					conditions: {
						conditions: [{ leftValue: '={{ $json.type }}', rightValue: 'defender' }],
					},
				});
				expect(release).toMatchObject({
					type: 'n8n-nodes-proofpoint.proofpointRemediation',
					parameters: { eventId: '={{ $json.id }}' },
					credentials: { proofpointApi: { id: proofpointApi.id } },
				});
				expect(connections.If).toMatchObject({ main: [[{ node: release?.name }]] });
			});
		});
	});

	/** An empty canvas, and hands that are watched. */
	async function begin(): Promise<{ editor: Editor; hands: Hands }> {
		// The hands of the scene before would count too.
		await stage.leaveTab();
		const editor = await stage.editor();
		const hands = await Hands.watch(editor.page);
		await editor.openNew();
		return { editor, hands };
	}

	/** Four acts: “Add first step”, the search, the node, the event. */
	async function addTrigger(editor: Editor): Promise<void> {
		const { page, panel, details } = editor;
		await editor.addFirst();
		await page.keyboard.type('proofpoint');
		await panel.item(panelName(trigger())).click();
		const { name, action = `On ${name}` } = optionOf(trigger(), 'event', 'securityEventCreated');
		await panel.item(action).click();
		await details.root.waitFor();
	}

	async function pickChannel({ page }: Editor): Promise<void> {
		await page.getByTestId('rlc-input').click();
		await page.getByTestId('rlc-item').getByText(channel, { exact: true }).click();
		await eventually(async () =>
			expect(await page.getByTestId('rlc-input').inputValue()).toContain(channel),
		);
	}

	/** The playbook as it reaches another n8n: there its credentials have other IDs. */
	function fromElsewhere(name: string): string {
		const { file = '' } = playbooks.find((playbook) => playbook.name === name) ?? {};
		const copy = path.join(stage.world.n8n.folder, name);
		const text = [proofpointApi, slackApi].reduce(
			(before, { id }) => before.replaceAll(JSON.stringify(id), JSON.stringify(`${id}-elsewhere`)),
			readFileSync(file, 'utf8'),
		);
		writeFileSync(copy, text);
		return copy;
	}

	/** What a message about an event has to hold, as the API has it. */
	async function partsOf(id: string): Promise<string[]> {
		const { outbound_email_details: email } = outbound.parse(await stage.world.simulator.event(id));
		return [email.from, ...email.recipients.all, email.subject];
	}

	/** The channel that the playbook tells. */
	async function toldIn(editor: Editor): Promise<unknown> {
		const { nodes } = await stored(editor);
		return nodes.find(({ name }) => name === 'Tell the channel')?.parameters.channelId;
	}

	async function stored({ workflowId }: Editor) {
		const answer = await stage.world.n8n.client.rest('GET', `/workflows/${workflowId}`);
		return workflow.parse(answer).data;
	}

	/** The trigger of the workflow has started; nothing more is wanted of it. */
	async function endPublished({ workflowId }: Editor): Promise<void> {
		await stage.world.n8n.waitForTriggers(workflowId);
		await stage.world.n8n.client.deactivate(workflowId);
	}
}

/** Prints what a task took, and fails if that is more than it was. */
async function within(hands: Hands, task: string, bound: Effort): Promise<void> {
	const { clicks, drags, texts } = await hands.effort();
	process.stderr.write(`${task}: ${clicks} clicks, ${drags} drags, ${texts} texts\n`);
	expect(clicks).toBeLessThanOrEqual(bound.clicks);
	expect(drags).toBeLessThanOrEqual(bound.drags);
	expect(texts).toBeLessThanOrEqual(bound.texts);
}

const workflow = z.object({
	data: z.object({
		nodes: z.array(
			z.object({
				name: z.string(),
				type: z.string(),
				parameters: z.record(z.string(), z.unknown()),
				credentials: z.record(z.string(), z.object({ id: z.string() })).optional(),
			}),
		),
		connections: z.record(z.string(), z.unknown()),
	}),
});

const outbound = z.object({
	outbound_email_details: z.object({
		from: z.string(),
		subject: z.string(),
		recipients: z.object({ all: z.array(z.string()) }),
	}),
});
