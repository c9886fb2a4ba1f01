import { expect, type Locator, type Page } from '@playwright/test';

/** The pipeline editor as a person uses it. */
export class EditorModel {
  readonly page: Page;
  readonly palette: Locator;
  readonly settings: Locator;
  readonly canvas: Locator;
  readonly bottom: Locator;

  constructor(page: Page) {
    this.page = page;
    this.palette = page.getByRole('navigation', { name: 'Steps' });
    this.settings = page.getByRole('complementary', { name: 'Settings' });
    this.canvas = page.locator('.react-flow');
    this.bottom = page.getByRole('region', { name: 'Data and problems' });
  }

  /** From wherever the page is, a new empty pipeline. */
  async openNew(): Promise<void> {
    await this.goTo('#/pipelines');
    await this.page.getByRole('button', { name: 'New pipeline' }).first().click();
    await expect(this.page.getByRole('heading', { name: 'Start with a source' })).toBeVisible();
  }

  async open(pipelineId: string): Promise<void> {
    await this.goTo(`#/pipelines/${pipelineId}`);
    await expect(this.nodes().first()).toBeVisible();
  }

  private async goTo(hash: string): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = to;
    }, hash);
  }

  nodes(): Locator {
    return this.page.locator('.react-flow__node');
  }

  edges(): Locator {
    return this.page.locator('.react-flow__edge');
  }

  /** A card by the id of its node. */
  node(id: string): Locator {
    return this.page.locator(`.react-flow__node[data-id="${id}"]`);
  }

  /** Adds a step by a click in the palette: it follows the selected one, and is selected itself. */
  async add(title: string): Promise<void> {
    const before = await this.nodes().count();
    await this.palette.getByRole('button', { name: title, exact: true }).click();
    await expect(this.nodes()).toHaveCount(before + 1);
  }

  async select(id: string): Promise<void> {
    // A card beyond the edge of the canvas cannot be clicked.
    await this.page.getByRole('button', { name: 'Fit everything' }).click();
    await this.node(id).click();
    await expect(this.settings.getByText(id, { exact: true })).toBeVisible();
  }

  /** Picks a sample file in the file dialog of the selected source. */
  async chooseSample(file: string): Promise<void> {
    await this.settings.getByRole('button', { name: 'Choose a file' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Choose a file' });
    await dialog.getByRole('button', { name: /^samples/ }).click();
    await dialog.getByRole('button', { name: new RegExp(`^${file}`) }).click();
    await expect(dialog).toBeHidden();
  }

  /** Picks a value in a combobox or select that a button opens. */
  async pick(control: Locator, value: string): Promise<void> {
    await control.click();
    await this.page.getByRole('option', { name: value }).first().click();
  }

  /** Drags a wire from an output to an input port. */
  async wire(from: string, to: string, input = 0): Promise<void> {
    const before = await this.edges().count();
    await this.node(from)
      .locator('.react-flow__handle.source')
      .first()
      .dragTo(this.node(to).locator('.react-flow__handle.target').nth(input));
    await expect(this.edges()).toHaveCount(before + 1);
  }

  /** Rests the pointer on the middle of the wire between two steps that stand in one row. */
  async hoverWire(from: string, to: string): Promise<void> {
    const [left, right] = [await this.node(from).boundingBox(), await this.node(to).boundingBox()];
    if (!left || !right) throw new Error('Both steps must be in view.');
    const middle = (left.x + left.width + right.x) / 2;
    const height = left.y + left.height / 2;
    await this.page.mouse.move(middle - 60, height - 80);
    await this.page.mouse.move(middle - 60, height, { steps: 6 });
    await expect(this.page.getByRole('button', { name: /Insert a step into the wire/ })).toBeVisible();
    await this.page.mouse.move(middle, height, { steps: 6 });
  }

  async saved(): Promise<void> {
    await expect(this.page.getByText('Saved', { exact: true })).toBeVisible();
  }

  /** Starts the Run button's run and waits until it has succeeded. */
  async run(): Promise<void> {
    await this.page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(this.page.getByRole('link', { name: /Open the run: succeeded/ })).toBeVisible({
      timeout: 30_000,
    });
  }

  grid(): Locator {
    return this.bottom.getByRole('grid');
  }
}
