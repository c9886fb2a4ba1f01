import type { FastifyInstance } from 'fastify';
import { definitionOf } from '../../../../nodes/_kit/registry.ts';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { parseEndpoint } from '../../../../shared/pipeline/document.ts';
import type { DatasetsService, RunsService } from '../../../services/service-types.ts';
import { untilHangUp } from '../../hang-up.ts';
import { keyOf } from '../../plugins/door-guard.ts';
import type { Records } from '../../records/index.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { visibleRun } from '../../run-access.ts';
import { jobsBase, jobsTag, toJob } from './jobs.ts';
import { jobPath, type ResultsAnswer, resultsAnswer, resultsQuery } from './schemas.ts';

export interface ResultRoutesPorts {
  readonly runs: RunsService;
  readonly datasets: DatasetsService;
  readonly records: Records;
}

type Output = RunDetail['outputs'][number];

const url = `${jobsBase}/:jobId/results`;

const example: ResultsAnswer = {
  jobId: '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58',
  status: 'completed',
  error: null,
  outputs: [
    {
      type: 'dataset',
      name: 'orders_by_region',
      datasetId: '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c59',
      versionId: '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c5a',
      rows: 2,
      bytes: 1024,
    },
  ],
  rows: [
    { region: 'NORTH', total: 120 },
    { region: 'SOUTH', total: 80 },
  ],
  total: 2,
  limit: 100,
  offset: 0,
};

export function addResultRoutes(door: FastifyInstance, { runs, datasets, records }: ResultRoutesPorts): void {
  addRoute(door, {
    method: 'GET',
    url,
    operation: {
      summary: 'Retrieve job results',
      description:
        'Answers at every time: `status` says whether there can be results yet. Integers beyond 2^53 and long decimals come as texts, exactly.',
      tag: jobsTag,
      scope: 'cloudflow:read',
      params: jobPath,
      query: resultsQuery,
      answers: {
        200: {
          description: 'What was written, and a page of its rows.',
          schema: resultsAnswer,
          examples: { rows: { value: example } },
        },
      },
    },
    handler: async ({ params, query, request, reply }) => {
      const { id } = visibleRun(runs, keyOf(request), params.jobId);
      const run = runs.get(id);
      const { limit, offset, output: wanted } = query;
      const output = outputOf(run, wanted);
      const facts = { ...factsOf(run), rows: [], total: 0, limit, offset };
      if (!output?.datasetId || !output.versionId) return facts;
      const { path } = datasets.versionFile(output.datasetId, output.versionId);
      const page = await records.page(path, { offset, limit }, untilHangUp(reply));
      return reply.type('application/json; charset=utf-8').send(withRows(facts, page));
    },
  });
  refuseOtherMethods(door, url, ['GET']);
}

function factsOf(run: RunDetail): Pick<ResultsAnswer, 'jobId' | 'status' | 'error' | 'outputs'> {
  const { jobId, status, error } = toJob(run);
  const outputs = run.outputs.map(({ kind, name, datasetId, versionId, rows, bytes }) => ({
    type: kind,
    name,
    datasetId,
    versionId,
    rows,
    bytes,
  }));
  return { jobId, status, error, outputs: [...outputs, ...deliveredOutputs(run)] };
}

/** What went to a data source is nothing that Sluice keeps: the steps that wrote it tell of it. */
function deliveredOutputs({ status, document, steps, outputs }: RunDetail): ResultsAnswer['outputs'] {
  if (status !== 'succeeded') return [];
  const kept = new Set(outputs.map(({ nodeId }) => nodeId));
  return document.nodes.flatMap(({ id, kind, config, disabled }) => {
    if (disabled || kept.has(id) || definitionOf(kind)?.group !== 'output') return [];
    const step = steps.find(({ nodeId }) => nodeId === id);
    if (step?.status !== 'succeeded') return [];
    const { source, table, path } = config;
    const ids = { datasetId: null, versionId: null };
    const counts = { rows: step.rows ?? 0, bytes: step.bytes ?? 0 };
    const place = table === undefined ? { type: 'file', part: path } : { type: 'table', part: table };
    return [{ type: place.type, name: `${String(source)}/${String(place.part)}`, ...ids, ...counts }];
  });
}

/** The rows are text already: parsing them would lose digits that the text has. */
function withRows(facts: ResultsAnswer, page: { json: string; total: number }): string {
  const { rows: _none, total: _zero, ...others } = facts;
  return `${JSON.stringify(others).slice(0, -1)},"rows":${page.json},"total":${page.total}}`;
}

/** The output that is asked for by name; else the dataset that the main line of steps ends in. */
function outputOf(run: RunDetail, wanted: string | undefined): Output | undefined {
  if (wanted) {
    const found = run.outputs.find(({ name }) => name === wanted);
    if (!found && run.status === 'succeeded')
      throw new SluiceError('not_found', { what: 'output of this job', id: wanted.slice(0, 100) });
    return found;
  }
  const order = new Map(run.document.nodes.map(({ id }, at) => [id, at]));
  const datasets = run.outputs.filter(({ datasetId }) => datasetId !== null);
  const main = datasets.filter(({ nodeId }) => !isSideline(run, nodeId));
  return (main.length > 0 ? main : datasets)
    .toSorted((a, b) => (order.get(a.nodeId) ?? 0) - (order.get(b.nodeId) ?? 0))
    .at(-1);
}

/** Rows that a check turned away come by a port of their own. */
function isSideline({ document }: RunDetail, nodeId: string): boolean {
  const edge = document.edges.find(({ to }) => parseEndpoint(to).node === nodeId);
  const port = edge && parseEndpoint(edge.from).port;
  return port !== undefined && port !== 'out';
}
