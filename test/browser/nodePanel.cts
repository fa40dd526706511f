import type { Locator, Page } from 'playwright-core';

/** The panel at the right from which nodes are added. */
export class NodePanel {
	readonly root: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('node-creator');
	}

	/** Types into the search field. */
	async search(text: string): Promise<void> {
		await this.page.getByTestId('node-creator-search-bar').fill(text);
	}

	/** What is listed, from top to bottom. */
	async names(): Promise<string[]> {
		return await this.root.getByTestId('node-creator-item-name').allInnerTexts();
	}

	/** The headings of an open entry, from top to bottom: "Triggers (5)". */
	async sections(): Promise<string[]> {
		const texts = await this.headings.allInnerTexts();
		return texts.map((text) => text.trim());
	}

	/** Folds a section in or out. */
	async unfold(section: string): Promise<void> {
		await this.headings.filter({ hasText: section }).click();
	}

	/** One line of the list, by its whole name, in any case. */
	item(name: string): Locator {
		const whole = new RegExp(`^\\s*${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`, 'i');
		return this.root.getByTestId('node-creator-item-name').filter({ hasText: whole }).first();
	}

	private get headings(): Locator {
		return this.root.getByTestId('node-creator-category-item');
	}
}
