import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import type { Product } from '../fixtures.ts';

interface Step {
  readonly id: string;
  readonly kind: string;
  readonly title?: string;
  readonly config: Record<string, unknown>;
}

/** A pipeline as a file would hold it. */
export interface Written {
  readonly name: string;
  readonly parameters?: Record<string, unknown>;
  readonly nodes: readonly Step[];
  readonly edges: readonly { from: string; to: string }[];
}

/** Saves a pipeline by the command line; one of that name gets a new revision. */
export async function applyPipeline(product: Product, written: Written): Promise<void> {
  const path = join(product.home, `${written.name.replaceAll(/\W+/g, '-')}.json`);
  writeFileSync(path, JSON.stringify({ schema: 1, parameters: {}, ...written }));
  await product.sluice('pipelines', 'apply', path);
}

/** Puts a file where pipelines find it. */
export function putFile(product: Product, name: string, text: string): void {
  const folder = join(product.home, 'files');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** The page of one run as a person uses it. */
export class RunPageModel {
  readonly page: Page;
  readonly gantt: Locator;
  readonly table: Locator;

  constructor(page: Page) {
    this.page = page;
    this.gantt = page.getByRole('treegrid', { name: 'Steps over time' });
    this.table = page.getByRole('grid', { name: 'Steps' });
  }

  async open(runId: string, query = ''): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = to;
    }, `#/runs/${runId}${query}`);
    await expect(this.page.getByRole('tab', { name: 'Log' })).toBeVisible();
  }

  /** Shows the steps as a table; answers how to find a step's row. */
  async openTable(): Promise<(nodeId: string) => Locator> {
    await this.page.getByRole('radio', { name: 'Table' }).click();
    return (nodeId) => this.table.locator(`[data-node="${nodeId}"]`);
  }

  /** The line of a step in the Gantt. */
  line(nodeId: string): Locator {
    return this.gantt.locator(`[data-node="${nodeId}"]`);
  }

  async state(word: RegExp | string, timeout = 60_000): Promise<void> {
    await expect(this.page.locator('header').getByText(word).first()).toBeVisible({ timeout });
  }

  /** The id of the run that is shown. */
  runId(): string {
    return /runs\/([\w-]+)/.exec(this.page.url())?.[1] ?? '';
  }

  /** Waits until another run than this one is shown. */
  async left(runId: string): Promise<string> {
    await expect.poll(() => this.runId()).not.toBe(runId);
    return this.runId();
  }

  async stepMenu(nodeId: string, item: RegExp | string): Promise<void> {
    await this.line(nodeId).click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: item }).click();
  }
}
