import type { Locator, Page } from 'playwright-core';

import { NodeDetails } from './nodeDetails.cjs';
import { NodePanel } from './nodePanel.cjs';

/** n8n's editor in one tab, moved as a person moves it. */
export class Editor {
	readonly panel: NodePanel;
	readonly details: NodeDetails;

	constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		this.panel = new NodePanel(page);
		this.details = new NodeDetails(page);
	}

	/** A new, empty workflow. */
	async openNew(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-plus-button').waitFor();
	}

	/** A stored workflow. */
	async open(workflowId: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${workflowId}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** The id of the workflow that is open. */
	get workflowId(): string {
		const [, id = ''] = /\/workflow\/([^/?#]+)/.exec(this.page.url()) ?? [];
		return id;
	}

	/** A node on the canvas. */
	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** Opens the panel of an empty workflow: "Add first step". */
	async addFirst(): Promise<void> {
		await this.page.getByTestId('canvas-plus-button').click();
		await this.panel.root.waitFor();
	}

	/** Opens the panel by the plus behind a node. */
	async addAfter(name: string): Promise<void> {
		const handle = `[data-test-id="canvas-node-output-handle"][data-node-name="${name}"]`;
		await this.page.locator(`${handle} [data-test-id="canvas-handle-plus"]`).first().click();
		await this.panel.root.waitFor();
	}

	/** Opens a node with a double click. */
	async openNode(name: string): Promise<NodeDetails> {
		await this.node(name).dblclick();
		await this.details.root.waitFor();
		return this.details;
	}

	/** Import from file, as the workflow's menu does it. */
	async importFile(file: string): Promise<void> {
		await this.page.getByTestId('workflow-import-input').setInputFiles(file);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** The same by hand: the menu, the file dialog. */
	async importByMenu(file: string): Promise<void> {
		const menu = this.page.locator('button[data-test-id="workflow-menu"]');
		await menu.or(this.page.getByTestId('workflow-menu').locator('button')).first().click();
		await this.page.getByTestId('workflow-menu-item-import').click();
		const chooser = this.page.waitForEvent('filechooser');
		await this.page.getByTestId('workflow-menu-item-import-from-file').click();
		await (await chooser).setFiles(file);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** Makes everything fit on the canvas, with nothing selected. */
	async zoomToFit(): Promise<void> {
		await this.page.getByTestId('zoom-to-fit').click();
		await this.page.getByTestId('canvas-wrapper').click({ position: { x: 8, y: 24 } });
		// Buttons show up where the mouse is.
		await this.page.mouse.move(5, 5);
	}

	/** Publishes and closes n8n's explanation of what that means. */
	async publish(): Promise<void> {
		await this.page.getByTestId('workflow-open-publish-modal-button').click();
		await this.page.getByTestId('workflow-publish-button').click();
		await this.page.getByRole('button', { name: 'Got it' }).click();
	}

	/** The tab with the executions of the workflow. */
	async showExecutions(): Promise<void> {
		await this.page.getByTestId('radio-button-executions').click();
		await this.page.getByTestId('executions-sidebar').waitFor();
	}

	/** An execution in that list. */
	execution(id: string): Locator {
		return this.page.getByTestId(`execution-details-${id}`);
	}
}
