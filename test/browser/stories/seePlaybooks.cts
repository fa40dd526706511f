import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import type { Page } from 'playwright-core';
import { z } from 'zod';

import { canvasOf } from '../../docs/canvas.cjs';
import { eventually } from '../eventually.cjs';
import { playbooks, type Stage } from '../stage.cjs';

/** How large the pictures show a canvas, and how much larger than the canvas n8n's "fit" wants the window. */
const shownAt = 0.75;
const aroundFit = 1.1;

/** Each playbook imported from its file: every node is known, ours have nothing left to fill in. */
export function seePlaybooks(stage: Stage): void {
	describe('a playbook imported from its file', () => {
		for (const { file, name, workflow } of playbooks) {
			stage.scene(`opens complete: ${name}`, async () => {
				const editor = await stage.editor(windowFor(workflow));
				await editor.openNew();
				await editor.importFile(file);
				const stickies = workflow.nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
				const nodes = editor.page.getByTestId('canvas-node');
				await eventually(async () => {
					expect(await nodes.count()).toBe(workflow.nodes.length - stickies.length);
					expect(await editor.page.getByTestId('sticky').count()).toBe(stickies.length);
				});
				expect(await editor.page.getByTestId('node-not-installed').count()).toBe(0);
				for (const node of workflow.nodes) {
					if (!node.type.startsWith('n8n-nodes-proofpoint.')) continue;
					const issues = editor.node(node.name).getByTestId('node-issues');
					expect([node.name, await issues.count()]).toEqual([node.name, leftOpen(node) ? 1 : 0]);
				}
				await editor.zoomToFit();
				const notes = await notesOf(editor.page);
				expect(notes.filter(({ height, needed }) => height < needed)).toEqual([]);
				await stage.pictures.ofCanvas(name.replace(/\.json$/, ''), editor.page);
			});
		}
	});
}

/** A window in which n8n shows all of the canvas large enough to be read; its own panels and wires that lead back take the rest. */
function windowFor(workflow: Workflow): { width: number; height: number } {
	const { width, height } = canvasOf(workflow);
	return {
		width: Math.ceil(width * shownAt * aroundFit) + 260,
		height: Math.ceil(height * shownAt * aroundFit) + 320,
	};
}

/** The notes on the canvas: how high each is, and how high its text. */
async function notesOf(
	page: Page,
): Promise<Array<{ title: string; height: number; needed: number }>> {
	return await page.getByTestId('sticky').evaluateAll((notes) =>
		notes.map((note) => {
			const box = note.getBoundingClientRect();
			const zoom = box.height / (note instanceof HTMLElement ? note.offsetHeight : box.height);
			const texts = Array.from(note.querySelectorAll('h1, h2, h3, p, li'));
			const bottom = Math.max(...texts.map((text) => text.getBoundingClientRect().bottom));
			return {
				title: note.querySelector('h1, h2')?.textContent ?? '',
				height: Math.round(box.height / zoom),
				needed: Math.ceil((bottom - box.top) / zoom),
			};
		}),
	);
}

/** Whether the playbook leaves it to the user to pick something from a list: his own group. */
function leftOpen({ parameters = {} }: WorkflowNode): boolean {
	return Object.values(parameters).some((value) => locator.safeParse(value).success);
}

const locator = z.object({ __rl: z.literal(true), mode: z.literal('list'), value: z.literal('') });
