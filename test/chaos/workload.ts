import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PipelineDocument } from '../../src/shared/pipeline/document.ts';
import type { SeededRandom } from './random.ts';

/** What a run of a pipeline publishes when it succeeds. Every row it writes carries the run's tag. */
export interface Sink {
  readonly nodeId: string;
  readonly dataset: string;
  readonly mode: 'replace' | 'append';
  /** Rows that one run adds. */
  readonly rows: number;
}

export interface Work {
  readonly name: string;
  /** Of a hundred runs, so many. */
  readonly share: number;
  readonly document: PipelineDocument;
  readonly sinks: readonly Sink[];
  /** Fails whenever it is executed, by its own data. */
  readonly fails?: boolean;
}

/** The file that runs write, below the home's files folder. */
export const writtenFile = 'written.csv';
export const csvRows = 2_000;
const regions = ['north', 'south', 'east', 'west'];

/** The files that the pipelines read, below the home's files folder. */
export function writeInputs(home: string): void {
  mkdirSync(join(home, 'files'), { recursive: true, mode: 0o700 });
  const lines = Array.from({ length: csvRows }, (_none, at) => `${at},${regions[at % 4]},${(at * 37) % 100}`);
  writeFileSync(join(home, 'files', 'chaos.csv'), `id,region,amount\n${lines.join('\n')}\n`);
  writeFileSync(
    join(home, 'files', 'regions.csv'),
    `region,manager\n${regions.map((r) => `${r},m-${r}`).join('\n')}\n`,
  );
}

type Nodes = PipelineDocument['nodes'];

const parameters = { tag: { type: 'integer' as const } };
const source: Nodes[number] = { id: 'orders', kind: 'csv-file', config: { path: 'chaos.csv' } };
const tagged: Nodes[number] = {
  id: 'tagged',
  kind: 'derive',
  config: { columns: [{ name: 'tag', expression: '$tag' }] },
};

function rowsOf(count: number): Nodes[number] {
  return { id: 'data', kind: 'rows', config: { rows: Array.from({ length: count }, (_none, a) => ({ a })) } };
}

function save(id: string, name: string, mode: 'replace' | 'append'): Nodes[number] {
  return { id, kind: 'save-dataset', config: { name, mode } };
}

/** A chain of nodes; `ends` hang beside the last one of it, on the same rows. */
function pipeline(name: string, chain: Nodes, ends: Nodes = []): PipelineDocument {
  const edges = chain.slice(1).map((node, at) => ({ from: chain[at]?.id ?? '', to: node.id }));
  const last = chain.at(-2)?.id ?? '';
  const beside = ends.map(({ id }) => ({ from: last, to: id }));
  return { schema: 1, name, parameters, nodes: [...chain, ...ends], edges: [...edges, ...beside] };
}

function joined(): PipelineDocument {
  const nodes: Nodes = [
    source,
    { id: 'recent', kind: 'filter', config: { where: 'amount >= 50' } },
    {
      id: 'totals',
      kind: 'aggregate',
      config: { group_by: ['region'], aggregations: [{ function: 'sum', column: 'amount', as: 'total' }] },
    },
    tagged,
    save('totals_out', 'chaos_totals', 'replace'),
    save('ledger_out', 'chaos_ledger', 'append'),
  ];
  const wires: [string, string][] = [
    ['orders', 'recent'],
    ['recent', 'totals'],
    ['totals', 'tagged'],
    ['tagged', 'totals_out'],
    ['tagged', 'ledger_out'],
  ];
  return {
    schema: 1,
    name: 'chaos two datasets',
    parameters,
    nodes,
    edges: wires.map(([from, to]) => ({ from, to })),
    retry: { attempts: 5, backoff: 'fixed', delay: '100ms', jitter: true },
  };
}

export const works: readonly Work[] = [
  {
    name: 'replace',
    share: 25,
    document: pipeline('chaos replace', [rowsOf(3), tagged, save('out', 'chaos_replace', 'replace')]),
    sinks: [{ nodeId: 'out', dataset: 'chaos_replace', mode: 'replace', rows: 3 }],
  },
  {
    name: 'append',
    share: 25,
    document: pipeline('chaos append', [rowsOf(2), tagged, save('out', 'chaos_append', 'append')]),
    sinks: [{ nodeId: 'out', dataset: 'chaos_append', mode: 'append', rows: 2 }],
  },
  {
    name: 'file and dataset',
    share: 15,
    document: pipeline(
      'chaos file',
      [source, tagged, save('out', 'chaos_file', 'replace')],
      [{ id: 'file', kind: 'write-file', config: { path: writtenFile, format: 'csv' } }],
    ),
    sinks: [{ nodeId: 'out', dataset: 'chaos_file', mode: 'replace', rows: csvRows }],
  },
  {
    name: 'two datasets',
    share: 15,
    document: joined(),
    sinks: [
      { nodeId: 'totals_out', dataset: 'chaos_totals', mode: 'replace', rows: 4 },
      { nodeId: 'ledger_out', dataset: 'chaos_ledger', mode: 'append', rows: 4 },
    ],
  },
  {
    name: 'slow',
    share: 10,
    document: pipeline('chaos slow', [
      {
        id: 'busy',
        kind: 'sql',
        config: {
          sql: 'SELECT $tag AS tag, count(*) AS n FROM range(60000000) t(i) WHERE (i * 7919) % 13 = 5',
        },
      },
      save('out', 'chaos_slow', 'replace'),
    ]),
    sinks: [{ nodeId: 'out', dataset: 'chaos_slow', mode: 'replace', rows: 1 }],
  },
  {
    name: 'fails',
    share: 10,
    document: pipeline('chaos fails', [
      { id: 'data', kind: 'rows', config: { rows: [{ name: 'no number' }] } },
      {
        id: 'tagged',
        kind: 'derive',
        config: { columns: [{ name: 'tag', expression: 'CAST(name AS INTEGER)' }] },
      },
      save('out', 'chaos_fails', 'replace'),
    ]),
    sinks: [{ nodeId: 'out', dataset: 'chaos_fails', mode: 'replace', rows: 1 }],
    fails: true,
  },
];

/** One of the works, as often as its share says. */
export function pickWork(random: SeededRandom): Work {
  let left = random.below(works.reduce((sum, { share }) => sum + share, 0));
  for (const work of works) {
    left -= work.share;
    if (left < 0) return work;
  }
  throw new Error('the shares do not add up');
}
