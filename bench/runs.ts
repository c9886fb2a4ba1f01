import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { RunnerLimits, Surroundings } from '../src/main/runner/protocol.ts';
import { startHandWritten } from './hand-written-client.ts';
import { contest, type Figure, timed } from './measure.ts';
import { type OrderFiles, orderFiles } from './orders.ts';
import { startRunner } from './runner-client.ts';
import { shapeDocument, shapeSql } from './sample-shape.ts';

const limits: RunnerLimits = { memoryBytes: 4 * 1024 ** 3, threads: 2, spillBytes: 20 * 1024 ** 3 };

/** A fast run of the sample's shape against one statement written by hand, both in warm processes, output synced. */
export async function benchRuns(cache: string, sizes: readonly number[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const rows of sizes) {
    const files = await orderFiles(cache, rows);
    figures.push(await fastRun(files, rows, cache, 'again'));
  }
  const [rows = 1_000_000] = sizes;
  figures.push(await fastRun(await orderFiles(cache, rows), rows, cache, 'changed'));
  return figures;
}

/**
 * `again`: the runner has compiled this document over these files before, and remembers what they look like.
 * `changed`: the files look changed each time, so it sniffs them anew. The baseline always sniffs.
 */
async function fastRun(
  files: OrderFiles,
  rows: number,
  cache: string,
  seen: 'again' | 'changed',
): Promise<Figure> {
  const runner = await startRunner();
  const byHand = await startHandWritten(limits);
  const target = join(cache, 'by-hand.parquet');
  try {
    return await contest({
      name: `Fast run, ${rows.toLocaleString('en-US')} orders${seen === 'changed' ? ', files changed' : ''}`,
      baseline: 'one hand-written DuckDB statement',
      rounds: rows > 2_000_000 ? 5 : 9,
      goal: seen === 'again' ? 1.05 : undefined,
      ours: async () => {
        if (seen === 'changed') touch(files);
        const scratch = runner.scratch();
        const spent = await timed(() =>
          runner.run({
            task: 'run',
            runId: 'bench',
            attempt: 1,
            mode: 'fast',
            kept: [],
            ...surroundings(files, scratch),
          }),
        );
        rmSync(scratch, { recursive: true, force: true });
        return spent;
      },
      theirs: () => timed(() => byHand.run(shapeSql(files, target), { sync: target })),
    });
  } finally {
    runner.stop();
    byHand.stop();
  }
}

function touch(files: OrderFiles): void {
  for (const path of Object.values(files)) utimesSync(path, new Date(), new Date());
}

/** First 200 rows of the derived column while editing, against the same query by hand. */
export async function benchPreview(cache: string, rows: number): Promise<Figure> {
  const files = await orderFiles(cache, rows);
  const runner = await startRunner();
  const byHand = await startHandWritten(limits);
  const query = `SELECT *, quantity * price AS revenue, date_trunc('month', ordered_at) AS month
    FROM read_csv('${files.orders}') WHERE status <> 'returned' LIMIT 200`;
  try {
    return await contest({
      name: `Preview of a derived column, ${rows.toLocaleString('en-US')} orders`,
      baseline: 'the same SELECT ... LIMIT 200 by hand, file sniffed each time',
      rounds: 15,
      warmUp: 2,
      ours: async () => {
        const scratch = runner.scratch();
        const task = { task: 'preview', nodeId: 'priced', limit: 200, stats: false } as const;
        return timed(() => runner.run({ ...task, ...surroundings(files, scratch) }));
      },
      theirs: () => timed(() => byHand.run(query, { rows: true })),
    });
  } finally {
    runner.stop();
    byHand.stop();
  }
}

function surroundings(files: OrderFiles, scratch: string): Surroundings {
  return {
    document: shapeDocument(),
    parameters: {},
    files: {
      'orders.csv': files.orders,
      'customers.csv': files.customers,
      'out.parquet': join(scratch, 'out.parquet'),
    },
    refusedFiles: {},
    datasets: {},
    scratch,
    limits,
  };
}
