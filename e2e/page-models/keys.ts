import { expect, type Locator, type Page } from '@playwright/test';

/** The pages of API keys as a person uses them. */
export class KeysModel {
  readonly page: Page;
  readonly list: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole('table', { name: 'API keys' });
  }

  async open(hash = '#/keys'): Promise<void> {
    await this.page.goto(new URL(hash, this.page.url()).href);
  }

  row(name: string): Locator {
    return this.list.getByRole('row', { name: new RegExp(name) });
  }

  /** Opens the form, names the key, and lets `more` fill in the rest. */
  async startNew(name: string, more?: (dialog: Locator) => Promise<void>): Promise<Locator> {
    await this.page.getByRole('button', { name: 'New key' }).first().click();
    const dialog = this.page.getByRole('dialog', { name: 'New API key' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await more?.(dialog);
    return dialog;
  }

  /** Chooses a line of a select. */
  async choose(select: Locator, option: string | RegExp): Promise<void> {
    await select.click();
    await this.page.getByRole('option', { name: option }).click();
  }

  /** Reads the key in the dialog that shows it once, copies it, and closes. */
  async takeSecret(): Promise<string> {
    const secret =
      (await this.page.getByRole('dialog').locator('code', { hasText: /^slc_/ }).first().textContent()) ?? '';
    await this.page.getByRole('button', { name: 'Copy key' }).first().click();
    await this.page.getByRole('button', { name: 'Done' }).click();
    await expect(this.page.getByText(secret)).toHaveCount(0);
    return secret;
  }

  async create(name: string, more?: (dialog: Locator) => Promise<void>): Promise<string> {
    const dialog = await this.startNew(name, more);
    await dialog.getByRole('button', { name: 'Create key' }).click();
    return this.takeSecret();
  }
}

/** Starts a pipeline by door 3; answers the status alone. */
export async function startStatus(url: string, pipelineId: string, key: string): Promise<number> {
  const address = `${url}/api/pub/v1/dataflows/${pipelineId}/start?await=true`;
  return (await fetch(address, { method: 'POST', headers: { 'x-api-key': key } })).status;
}
