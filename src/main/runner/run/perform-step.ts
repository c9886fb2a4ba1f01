import { join } from 'node:path';
import { assert } from '../../../shared/kernel/assert.ts';
import { type CompiledNode, portKey, renderQuery } from '../../compile/index.ts';
import { copyKept, openParquet } from '../parquet-file.ts';
import type { RunOutput } from '../protocol.ts';
import { toStored } from '../stored-types.ts';
import { syncFile } from '../write-file.ts';
import type { OnProgress, RunContext, StepFigures } from './context.ts';
import { judgeRows } from './judge-rows.ts';
import { tableOf, type WorkStep } from './plan-steps.ts';
import { keptDigest } from './reuse.ts';
import { performSink } from './sinks.ts';

/** Executes one statement of the run. Engine errors pass through as they are. */
export async function performStep(
  context: RunContext,
  step: WorkStep,
  onProgress: OnProgress,
): Promise<StepFigures> {
  const node = context.graph.byId.get(step.target.nodeId);
  assert(node?.plan, `${step.target.nodeId} has no plan`);
  switch (step.kind) {
    case 'table':
      return fillTable(context, step, onProgress);
    case 'keep':
      return keepRows(context, step, node, onProgress);
    case 'sink':
      assert(node.plan.sink, `${node.nodeId} is no sink`);
      return performSink(context, node, node.plan.sink.action, onProgress);
  }
}

async function fillTable(
  context: RunContext,
  { target }: WorkStep,
  onProgress: OnProgress,
): Promise<StepFigures> {
  const { sql, parameters } = renderQuery(context.graph, target, context.materialised);
  const table = tableOf(target);
  const rows = await context.database.count(`CREATE TEMP TABLE ${table} AS\n${sql}`, {
    parameters,
    onProgress,
    profiled: true,
  });
  context.materialised.set(portKey(target), table);
  await judgeRows(context, target, table, rows);
  return { rows };
}

/** Two nodes of equal digest have equal rows: the second takes the first's file. */
async function keepRows(
  context: RunContext,
  { target }: WorkStep,
  node: CompiledNode,
  onProgress: OnProgress,
): Promise<StepFigures> {
  const { database, outputs } = context;
  const digest = keptDigest(node, target.port, context.task.runId);
  const sameRows = (output: RunOutput) => output.output === 'kept' && output.digest === digest;
  const twin = node.volatile ? undefined : outputs.find(sameRows);
  const columns = [...(node.ports[target.port] ?? [])];
  const path = twin?.path ?? join(context.task.scratch, `kept-${node.nodeId}-${target.port}.parquet`);
  let written: StepFigures = { rows: twin?.rows ?? 0, bytes: twin?.bytes };
  if (!twin) {
    const { sql, parameters } = renderQuery(context.graph, target, context.materialised);
    const statement = copyKept(toStored(sql, columns), path, { digest, columns });
    const rows = await database.count(statement, { parameters, onProgress, profiled: true });
    written = { rows, bytes: await syncFile(path) };
    outputs.push({
      output: 'kept',
      nodeId: node.nodeId,
      digest,
      path,
      rows,
      bytes: written.bytes ?? 0,
      columns,
    });
  }
  context.materialised.set(portKey(target), (await openParquet(database, path)).table());
  return written;
}
