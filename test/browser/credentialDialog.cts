import type { Locator, Page } from 'playwright-core';

/** The form of a credential. */
export class CredentialDialog {
	readonly root: Locator;

	constructor(page: Page) {
		this.root = page.getByTestId('editCredential-modal');
	}

	/** Fills in a text field, by its name. */
	async fill(field: string, value: string): Promise<void> {
		await this.root.getByTestId(`parameter-input-${field}`).locator('input').fill(value);
	}

	/** Turns a switch, by its name. */
	async toggle(field: string): Promise<void> {
		await this.root.getByTestId(`parameter-input-${field}`).locator('.el-switch').click();
	}

	/** Saves, which tests the connection too. n8n closes the form when the test succeeds. */
	async save(): Promise<void> {
		await this.root.getByTestId('credential-save-button').click();
	}

	/** Waits for the green line. */
	async succeeded(): Promise<void> {
		await this.root.getByTestId('credentials-config-container-test-success').waitFor();
	}

	/** Waits for the red line, unfolds it, and returns everything that the form says. */
	async failure(): Promise<string> {
		await this.root.getByText('More details').click();
		return await this.root.getByTestId('node-credentials-config-container').innerText();
	}

	/** Closes the form. */
	async close(): Promise<void> {
		// Not Escape: that closes the node behind the form too.
		await this.root.locator('.el-dialog__close').first().click();
		await this.root.waitFor({ state: 'hidden' });
	}
}
