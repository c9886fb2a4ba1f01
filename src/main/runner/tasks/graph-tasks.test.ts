import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../shared/pipeline/document.ts';
import type { ExplainResult, PreviewResult, PreviewTask, TaskResults } from '../protocol.ts';
import { runTask, type TaskEnd } from '../run-task.ts';
import { Bench, type NodeText, pipeline, silent } from '../runner-test-kit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
  await bench.file(
    'rows.csv',
    `id,word\n${Array.from({ length: 5000 }, (_none, at) => `${at},${at % 5 ? 'w' : ''}`).join('\n')}\n`,
  );
});
afterAll(() => bench.close());

const rows: NodeText = ['rows', 'csv-file', { path: 'rows.csv' }];
const count: NodeText = ['n', 'aggregate', { group_by: [], aggregations: [{ function: 'count', as: 'n' }] }];
const file: NodeText = ['out', 'write-file', { path: 'out.csv', format: 'csv' }];

async function previewEnd(
  document: PipelineDocument,
  nodeId: string,
  rest: Partial<PreviewTask> = {},
): Promise<TaskEnd> {
  const around = await bench.surroundings(document);
  return runTask({ ...around, task: 'preview', nodeId, limit: 3, stats: true, ...rest }, silent);
}

async function preview(
  document: PipelineDocument,
  nodeId: string,
  rest: Partial<PreviewTask> = {},
): Promise<PreviewResult> {
  const { outcome } = await previewEnd(document, nodeId, rest);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.result as PreviewResult;
}

describe('a preview', () => {
  it('shows rows, types and figures of the rows shown, and whether there are more', async () => {
    const shown = await preview(pipeline([rows], []), 'rows');
    expect(shown).toMatchObject({
      columns: [
        { name: 'id', type: 'BIGINT' },
        { name: 'word', type: 'VARCHAR' },
      ],
      rows: [
        [0, null],
        [1, 'w'],
        [2, 'w'],
      ],
      more: true,
      partial: false,
      stats: [
        { name: 'id', nulls: 0, distinct: 3 },
        { name: 'word', nulls: 1, distinct: 1 },
      ],
      problems: [],
    });
    expect((await preview(pipeline([rows], []), 'rows', { limit: 5000 })).more).toBe(false);
  });

  it.each([
    [1000, 1000, true],
    [4999, 4999, true],
    [5000, 5000, false],
    [5001, 5000, false],
  ])(
    'that may read %i source rows sees %i and says whether it missed some',
    async (scanLimit, seen, partial) => {
      const shown = await preview(pipeline([rows, count], ['rows > n']), 'n', { scanLimit });
      expect(shown.rows).toEqual([[seen]]);
      expect(shown.partial).toBe(partial);
    },
  );

  it('of a sink shows what would arrive and writes nothing', async () => {
    const scratch = await bench.scratch();
    const shown = await preview(pipeline([rows, file], ['rows > out']), 'out', { scratch });
    expect(shown.rows).toHaveLength(3);
    expect(await readdir(scratch)).toEqual([]);
  });

  it('of a node with a problem tells the problem and no rows', async () => {
    const shown = await preview(pipeline([rows, ['f', 'filter', { where: 'wrod = 1' }]], ['rows > f']), 'f');
    expect(shown).toMatchObject({ columns: [], rows: [], problems: [{ nodeId: 'f', severity: 'error' }] });
  });

  it('is not bothered by problems elsewhere', async () => {
    const document = pipeline([rows, ['f', 'filter', { where: 'wrod = 1' }]], ['rows > f']);
    expect(await preview(document, 'rows')).toMatchObject({ problems: [], more: true });
  });

  it('of rows that cannot be computed tells why at the node to blame, as any other problem', async () => {
    const document = pipeline(
      [
        rows,
        ['d', 'derive', { columns: [{ name: 'x', expression: 'CAST(word AS INTEGER)' }] }],
        ['s', 'sort', { by: [{ column: 'x' }] }],
      ],
      ['rows > d', 'd > s'],
    );
    const { outcome } = await previewEnd(document, 's');
    expect(outcome).toMatchObject({
      ok: true,
      result: { rows: [], problems: [{ severity: 'error', nodeId: 'd' }] },
    });
  });

  it('of a node that is not there is an error', async () => {
    expect((await previewEnd(pipeline([rows], []), 'nobody')).outcome).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
  });

  it('costs the process where the document holds SQL that a user wrote whole', async () => {
    const document = pipeline([rows, ['q', 'sql', { sql: 'SELECT 1 AS one FROM rows' }]], ['rows > q']);
    expect((await previewEnd(document, 'rows')).reusable).toBe(false);
    expect((await previewEnd(pipeline([rows], []), 'rows')).reusable).toBe(true);
  });
});

describe('the schema of a document', () => {
  it('has the columns of every node that is well, and all problems', async () => {
    const document = pipeline(
      [rows, count, file, ['bad', 'filter', { where: '' }]],
      ['rows > n', 'n > out', 'rows > bad'],
    );
    const { outcome } = await runTask({ ...(await bench.surroundings(document)), task: 'schema' }, silent);
    const { nodes, problems } = (outcome.ok ? outcome.result : {}) as TaskResults['schema'];
    const ports = Object.fromEntries(nodes.map(({ nodeId, ports: found }) => [nodeId, found]));
    expect(ports.n).toEqual({ out: [{ name: 'n', type: 'BIGINT' }] });
    expect(ports.out).toEqual({ in: [{ name: 'n', type: 'BIGINT' }] });
    expect(problems.some(({ nodeId }) => nodeId === 'bad')).toBe(true);
  });
});

describe('explaining', () => {
  it('gives statements that DuckDB runs as they are, in order', async () => {
    const document = pipeline(
      [rows, count, file, ['save', 'save-dataset', { name: 'd', mode: 'replace' }]],
      ['rows > n', 'n > out', 'rows > save'],
    );
    const { outcome } = await runTask({ ...(await bench.surroundings(document)), task: 'explain' }, silent);
    const { nodes, statements } = (outcome.ok ? outcome.result : {}) as ExplainResult;
    expect(nodes.map(({ nodeId }) => nodeId).sort()).toEqual(['n', 'out', 'rows', 'save']);
    expect(statements.map(({ nodeIds }) => nodeIds.join(' '))).toEqual(['rows', 'save', 'n out']);
    const script = statements.map(({ sql }) => sql);
    expect(await bench.sql(`${script[0]}; ${script[2]}`)).toEqual([['5000']]);
  });
});
