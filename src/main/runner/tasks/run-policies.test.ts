import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../shared/pipeline/document.ts';
import type { KeptOutput, RunOutput, StepReport } from '../protocol.ts';
import { type Reporter, runTask } from '../run-task.ts';
import { Bench, keptOf, type NodeText, pipeline, silent } from '../runner-test-kit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

const source: NodeText = [
  'source',
  'rows',
  {
    rows: [
      { k: 'a', n: 1 },
      { k: 'b', n: 2 },
    ],
  },
];
const totals: NodeText = [
  'totals',
  'aggregate',
  { group_by: ['k'], aggregations: [{ function: 'sum', column: 'n', as: 'n' }] },
];
const cast: NodeText = ['cast', 'derive', { columns: [{ name: 'm', expression: 'CAST(k AS INTEGER)' }] }];
const save: NodeText = ['save', 'save-dataset', { name: 'd', mode: 'replace' }];
const failing = pipeline([source, totals, cast, save], ['source > totals', 'totals > cast', 'cast > save']);

function keptAfterFailure(outputs: readonly RunOutput[] | undefined): KeptOutput[] {
  return (outputs ?? []).flatMap((output) =>
    output.output === 'kept' ? [{ ...output, runId: 'before' }] : [],
  );
}

describe('an inspect run that fails', () => {
  it('hands over what it had kept, and the next run executes only the rest', async () => {
    const first = await bench.run(failing, { mode: 'inspect' });
    if (first.end.outcome.ok) throw new Error('it was to fail');
    const kept = keptAfterFailure(first.end.outcome.outputs);
    expect(first.end.outcome.outputs?.map(({ nodeId, output }) => [nodeId, output])).toContainEqual([
      'totals',
      'kept',
    ]);
    for (const { path, bytes } of kept) expect((await stat(path)).size).toBe(bytes);
    const mended = pipeline(
      [source, totals, ['cast', 'derive', { columns: [{ name: 'm', expression: 'length(k)' }] }], save],
      ['source > totals', 'totals > cast', 'cast > save'],
    );
    const second = await bench.run(mended, { mode: 'inspect', kept });
    expect(second.status).toMatchObject({ totals: 'reused', cast: 'succeeded', save: 'succeeded' });
  });

  it('hands over nothing in a fast run', async () => {
    const { end } = await bench.run(failing);
    expect(end.outcome).not.toHaveProperty('outputs');
  });
});

describe('a run from a node on', () => {
  it('executes that node and all below it, and reuses what is above', async () => {
    const document = pipeline(
      [source, totals, ['sorted', 'sort', { by: [{ column: 'n' }] }], save],
      ['source > totals', 'totals > sorted', 'sorted > save'],
    );
    const first = await bench.run(document, { mode: 'inspect' });
    const kept = keptOf(first, 'before');
    const again = await bench.run(document, { mode: 'inspect', kept });
    expect(again.status).toMatchObject({ totals: 'reused', sorted: 'reused' });
    const from = await bench.run(document, { mode: 'inspect', kept, from: 'sorted' });
    expect(from.status).toMatchObject({ totals: 'reused', sorted: 'succeeded', save: 'succeeded' });
    const top = await bench.run(document, { mode: 'inspect', kept, from: 'source' });
    expect(top.status).toMatchObject({ source: 'succeeded', totals: 'succeeded', sorted: 'succeeded' });
  });
});

/** Ends within its limit only if that is an hour. */
function slow(policy: Record<string, unknown>): PipelineDocument {
  const sql = 'SELECT count(*) AS n FROM range(100000000) a, range(100000) b';
  const document = pipeline([['slow', 'sql', { sql }], save], ['slow > save']);
  return {
    ...document,
    nodes: document.nodes.map((node) => (node.id === 'slow' ? { ...node, ...policy } : node)),
  };
}

describe('the policy of a step', () => {
  it('ends a statement whose time is over, at the step that has the limit', async () => {
    const { end, status } = await bench.run(slow({ timeout: '100ms' }));
    expect(end.outcome).toMatchObject({ ok: false, nodeId: 'slow', error: { code: 'timed_out' } });
    expect(end.outcome.ok || end.outcome.error.message).toContain('"slow"');
    expect(end.outcome).not.toHaveProperty('exhausted');
    expect(status).toMatchObject({ slow: 'failed', save: 'skipped' });
  });

  it('tries again as often as it says, tells how often, and is then exhausted', async () => {
    const retry = { attempts: 3, backoff: 'fixed', delay: '10ms', jitter: false };
    const { end, steps, log } = await bench.run(slow({ timeout: '50ms', retry }));
    expect(end.outcome).toMatchObject({ ok: false, exhausted: true, error: { code: 'timed_out' } });
    expect(steps.findLast(({ nodeId }) => nodeId === 'slow')).toMatchObject({ status: 'failed', tries: 3 });
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  it('does not try again what would fail alike', async () => {
    const document = pipeline([source, cast, save], ['source > cast', 'cast > save']);
    const retry = { attempts: 5, backoff: 'fixed', delay: '1h', jitter: false } as const;
    const nodes = document.nodes.map((node) => ({ ...node, retry }));
    const { end } = await bench.run({ ...document, nodes });
    expect(end.outcome).toMatchObject({ ok: false, nodeId: 'cast', error: { code: 'run_failed' } });
    expect(end.outcome).not.toHaveProperty('exhausted');
  });

  it('is cancelled in the middle of a wait', async () => {
    const retry = { attempts: 2, backoff: 'fixed', delay: '1h', jitter: false };
    const cancel = new AbortController();
    const reporter: Reporter = { ...silent, log: ({ level }) => level === 'warn' && cancel.abort() };
    const task = await bench.runTask(slow({ timeout: '50ms', retry }));
    const end = await runTask(task, reporter, cancel.signal);
    expect(end.outcome).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });

  it('says once a second how far a statement is, and no end says so', async () => {
    const steps: StepReport[] = [];
    const task = await bench.runTask(slow({ timeout: '1500ms' }));
    await runTask(task, { ...silent, step: (step) => void steps.push(step) });
    const live = steps.filter((step) => step.live);
    expect(live.length).toBeGreaterThan(0);
    expect(live[0]).toMatchObject({ nodeId: expect.any(String), status: 'running' });
    expect(live[0]?.live?.memoryBytes).toBeGreaterThan(0);
    expect(steps.filter(({ status }) => status === 'failed').some((step) => step.live)).toBe(false);
  });
});
