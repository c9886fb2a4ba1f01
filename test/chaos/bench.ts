import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppClient, findServer } from '../../src/main/app/find-server.ts';
import { type RunSummary, terminalStatuses } from '../../src/shared/contract/domain.ts';
import type { PipelineDocument } from '../../src/shared/pipeline/document.ts';
import { type Answer, startRun } from './door.ts';
import { Product, type StartOptions } from './product.ts';

/** A product that serves, and what a script needs to use it. */
export interface Served {
  readonly product: Product;
  readonly url: string;
  readonly client: AppClient;
}

export async function serveOn(options: StartOptions): Promise<Served> {
  const product = new Product(options);
  const url = await product.ready;
  return { product, url, client: await clientOf(options.home) };
}

export async function clientOf(home: string): Promise<AppClient> {
  const found = await findServer(home);
  if (!found) throw new Error('the product does not prove itself');
  return found.client;
}

/** Homes and products of one test; `clean` ends and deletes what is left of them. */
export class Bench {
  #products: Product[] = [];
  #homes: string[] = [];

  home(): string {
    const home = mkdtempSync(join(tmpdir(), 'sluice-fault-'));
    this.#homes.push(home);
    return home;
  }

  async serve(home: string, options: Omit<StartOptions, 'home'> = {}): Promise<Served> {
    const served = await serveOn({ home, ...options });
    this.#products.push(served.product);
    return served;
  }

  async clean(): Promise<void> {
    await Promise.all(this.#products.map((product) => product.kill()));
    for (const home of this.#homes) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A pipeline and a key for the door; answers how to start a run of it. */
export async function door({ client, url }: Served, document: PipelineDocument) {
  const { id } = await client.pipelines.create({ document });
  const { key } = await client.keys.create({
    name: document.name,
    scopes: ['all'],
    environment: 'live',
    plan: 'unlimited',
  });
  const start = (tag: number, idempotencyKey = `k-${tag}`, at = url): Promise<Answer> =>
    startRun(at, key, { pipelineId: id, tag, idempotencyKey });
  const accepted = async (tag: number): Promise<string> => {
    const answer = await start(tag);
    if (answer.kind !== 'accepted') throw new Error(`run ${tag} was not accepted: ${JSON.stringify(answer)}`);
    return answer.runId;
  };
  return { id, key, start, accepted };
}

/** The run once `is` holds for it. */
export async function runOnce(
  client: AppClient,
  id: string,
  is: (run: RunSummary) => boolean = ({ status }) => terminalStatuses.includes(status),
): Promise<RunSummary> {
  for (;;) {
    const run = await client.runs.get({ id });
    if (is(run)) return run;
    await sleep(50);
  }
}

/** Three rows with the run's tag, saved as a dataset. */
export function quickPipeline(name: string, extra: Partial<PipelineDocument> = {}): PipelineDocument {
  return {
    schema: 1,
    name,
    parameters: { tag: { type: 'integer' } },
    nodes: [
      { id: 'data', kind: 'rows', config: { rows: [{ a: 1 }, { a: 2 }, { a: 3 }] } },
      { id: 'tagged', kind: 'derive', config: { columns: [{ name: 'tag', expression: '$tag' }] } },
      { id: 'out', kind: 'save-dataset', config: { name, mode: 'replace' } },
    ],
    edges: [
      { from: 'data', to: 'tagged' },
      { from: 'tagged', to: 'out' },
    ],
    ...extra,
  };
}

/** Counts so many millions of rows, a few hundred a second or less, then saves one row. */
export function busyPipeline(
  name: string,
  millions: number,
  extra: Partial<PipelineDocument> = {},
): PipelineDocument {
  const sql = `SELECT $tag AS tag, count(*) AS n FROM range(${millions}000000) t(i) WHERE (i * 7919) % 13 = 5`;
  return {
    ...quickPipeline(name, extra),
    nodes: [
      { id: 'busy', kind: 'sql', config: { sql } },
      { id: 'out', kind: 'save-dataset', config: { name, mode: 'replace' } },
    ],
    edges: [{ from: 'busy', to: 'out' }],
  };
}
