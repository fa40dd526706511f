import type { Locator, Page } from 'playwright-core';

import { CredentialDialog } from './credentialDialog.cjs';
import { eventually } from './eventually.cjs';

/** The open node: input at the left, parameters in the middle, output at the right. */
export class NodeDetails {
	readonly root: Locator;
	readonly input: Locator;
	readonly output: Locator;
	readonly parameters: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('ndv');
		this.input = page.getByTestId('ndv-input-panel');
		this.output = page.getByTestId('output-panel');
		this.parameters = page.getByTestId('node-parameters');
	}

	/** The field of a parameter, by the parameter's name. */
	parameter(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	/** Picks from a parameter with a fixed list, by the option's display name. */
	async choose(parameter: string, option: string): Promise<void> {
		await this.parameter(parameter).click();
		await this.option(option).click();
	}

	/** Chooses a stored credential by its id. */
	async chooseCredential(id: string): Promise<void> {
		await this.page.getByTestId('node-credentials-select').click();
		const item = this.page.getByTestId(`node-credentials-select-item-${id}`);
		await item.filter({ visible: true }).click();
	}

	/** Opens the form for a new credential. */
	async newCredential(): Promise<CredentialDialog> {
		await this.page.getByTestId('node-credentials-select').click();
		const item = this.page.getByTestId('node-credentials-select-item-new');
		await item.filter({ visible: true }).click();
		return await this.credentialDialog();
	}

	/** Opens the credential that is chosen. */
	async editCredential(): Promise<CredentialDialog> {
		await this.page.getByTestId('credential-edit-button').click();
		return await this.credentialDialog();
	}

	/** "Execute step" or "Fetch Test Event". */
	async execute(): Promise<void> {
		await this.page.getByTestId('node-execute-button').click();
	}

	/** A field of the input, by its path (`.guardian_details.type`); scrolls to it as far as necessary. */
	async inputField(path: string): Promise<Locator> {
		await this.input.getByTestId('run-data-schema-item').first().waitFor();
		const field = this.input.locator(
			`[data-test-id="run-data-schema-node-name"][data-path="${path}"]`,
		);
		// Only what can be seen is on the page at all.
		await this.input.getByTestId('ndv-data-container').hover();
		for (let turn = 0; turn < 60 && (await field.count()) === 0; turn++) {
			await this.page.mouse.wheel(0, 200);
			await this.page.evaluate(
				async () =>
					await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
			);
		}
		return field.first();
	}

	/** Folds a field of the input that has fields of its own. */
	async fold(path: string): Promise<void> {
		await this.inputField(path);
		const line = this.input
			.getByTestId('run-data-schema-item')
			.filter({ has: this.page.locator(`[data-path="${path}"]`) });
		await line.locator('.toggle').click();
	}

	/** Drags a field of the input to a place with the mouse; `onTheWay` is called before it is let go. */
	async drag(path: string, to: Locator, onTheWay?: () => Promise<void>): Promise<void> {
		const from = await middle(await this.inputField(path));
		await this.page.mouse.move(from.x, from.y);
		await this.page.mouse.down();
		await this.page.mouse.move(from.x + 8, from.y + 8, { steps: 3 });
		const target = await middle(to);
		await this.page.mouse.move(target.x, target.y, { steps: 10 });
		await onTheWay?.();
		await this.page.mouse.up();
	}

	/** After a drop the field has an open expression editor: waits for it and clicks beside it. */
	async leaveExpression(): Promise<void> {
		const result = this.page
			.getByTestId('inline-expression-editor-output')
			.filter({ visible: true });
		await result.waitFor();
		await this.page.getByTestId('tab-params').click();
		await result.waitFor({ state: 'hidden' });
	}

	/** The message of a failed step. */
	async error(): Promise<{ message: string; description: string }> {
		const message = this.output.getByTestId('node-error-message');
		await message.waitFor();
		return {
			message: await message.innerText(),
			description: await this.output.getByTestId('node-error-description').innerText(),
		};
	}

	/** The notices between the parameters, from top to bottom. */
	async notices(): Promise<string[]> {
		const texts = await this.parameters.locator('.notice:visible').allInnerTexts();
		return texts.map((text) => text.trim());
	}

	/** The columns of the output's table, as far as they go to the right. */
	async columns(): Promise<string[]> {
		return (await this.table()).columns;
	}

	/** What the output's table shows in a column, from top to bottom; fails when there is no such column. */
	async column(name: string): Promise<string[]> {
		const { columns, rows } = await this.table();
		const index = columns.indexOf(name);
		if (index === -1)
			throw new Error(`The table has no column "${name}", but ${columns.join(', ')}`);
		return rows.map((cells) => cells[index] ?? '');
	}

	/** The output's table in one reading. n8n draws it after the count of items, so this waits for it. */
	private async table(): Promise<{ columns: string[]; rows: string[][] }> {
		await this.output.locator('tbody tr td').first().waitFor();
		return await eventually(async () => {
			const table = await this.output.evaluate((panel) => {
				const texts = (root: Element, cells: string) =>
					Array.from(root.querySelectorAll<HTMLElement>(cells)).map((cell) =>
						cell.innerText.trim(),
					);
				return {
					columns: texts(panel, 'thead th').filter((text) => text !== ''),
					rows: Array.from(panel.querySelectorAll('tbody tr'))
						.map((row) => texts(row, 'td'))
						.filter((cells) => cells.length > 0),
				};
			});
			const drawn = table.rows.every((cells) => cells.length >= table.columns.length);
			if (table.columns.length === 0 || !drawn) throw new Error('The table is not drawn yet');
			return table;
		});
	}

	/** Pushes the parameters to the left as far as they go: the output gets the room of the input. */
	async widenOutput(): Promise<void> {
		const { x, y } = await middle(this.page.getByTestId('panel-drag-button'));
		await this.page.mouse.move(x, y);
		await this.page.mouse.down();
		await this.page.mouse.move(0, y, { steps: 20 });
		await this.page.mouse.up();
	}

	/** Moves the output's table so that a column is at its left. */
	async showColumn(name: string): Promise<void> {
		const whole = new RegExp(`^\\s*${name}\\s*$`);
		const head = this.output.locator('thead th').filter({ hasText: whole });
		await head.evaluate((cell) => cell.scrollIntoView({ inline: 'start', block: 'nearest' }));
	}

	/** A hint beside the output, by a part of its text. */
	hint(text: string | RegExp): Locator {
		return this.output.getByTestId('node-hint').filter({ hasText: text });
	}

	/** How many items the output says it has ("6 items"). */
	async items(count: number): Promise<void> {
		await this.output
			.getByText(new RegExp(`^\\s*${count} items?\\s*$`))
			.first()
			.waitFor();
	}

	/** Back to the canvas. */
	async close(): Promise<void> {
		await this.page.getByTestId('ndv-close-button').click();
		await this.root.waitFor({ state: 'hidden' });
	}

	/** An entry of the list that is open. */
	private option(name: string): Locator {
		const text = this.page.getByText(name, { exact: true });
		return this.page.getByRole('option').filter({ visible: true, has: text }).first();
	}

	private async credentialDialog(): Promise<CredentialDialog> {
		const dialog = new CredentialDialog(this.page);
		await dialog.root.waitFor();
		return dialog;
	}
}

async function middle(element: Locator): Promise<{ x: number; y: number }> {
	await element.scrollIntoViewIfNeeded();
	const box = await element.boundingBox();
	if (box === null) throw new Error('There is nothing to drag');
	return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
