import { freeNodeId } from '../../../../shared/kernel/ids.ts';
import {
  documentVersion,
  type PipelineDocument,
  type PipelineNode,
  scheduleSchema,
} from '../../../../shared/pipeline/document.ts';
import { invalidResource } from '../invalid-resource.ts';
import { addressKey, type DatasetAddress, parseAddress } from './address.ts';
import { type DepotOf, readNode, writeNode } from './depot-nodes.ts';
import { layOut } from './lay-out.ts';
import { type FlareJob, flareJob, sluiceStep, type WorkflowSpec } from './schema.ts';
import { namesIn, withNames } from './sql-names.ts';
import { type OrderedTask, orderTasks } from './task-order.ts';

export interface CompileOptions {
  /** Name and description of the pipeline. */
  readonly name: string;
  readonly description: string;
  /** What a depot's name means to the sender. */
  readonly depot: DepotOf;
}

/** The rows that a name stands for inside one task. */
interface Table {
  readonly name: string;
  readonly nodeId: string;
}

/** Rows that a task wrote to an address: for the tasks after it. */
interface Written {
  readonly task: string;
  readonly nodeId: string;
  readonly append: boolean;
  readonly path: string;
}

/** A workflow as one graph of ordinary steps. Throws invalid_resource with the place of what is wrong. */
export function compileWorkflow(spec: WorkflowSpec, options: CompileOptions): PipelineDocument {
  const graph = new Graph(options.depot, spec);
  for (const task of orderTasks(spec.dag)) graph.add(task);
  const { name, description } = options;
  const { parameters, retry, timeout, concurrency, lateAfter } = spec;
  const schedule = scheduleOf(spec);
  return {
    schema: documentVersion,
    name,
    ...(description !== '' && { description }),
    parameters: parameters ?? {},
    nodes: layOut(graph.nodes, graph.edges),
    edges: graph.edges,
    ...(schedule && { schedule }),
    ...(retry && { retry }),
    ...(timeout !== undefined && { timeout }),
    ...(concurrency && { concurrency }),
    ...(lateAfter !== undefined && { lateAfter }),
  };
}

const overlaps = { Allow: 'queue', Forbid: 'skip', Replace: 'replace' } as const;

function scheduleOf({ schedule }: WorkflowSpec): PipelineDocument['schedule'] {
  if (!schedule) return undefined;
  const { concurrencyPolicy, ...rest } = schedule;
  const known = Object.fromEntries(
    Object.entries(rest).filter(([name]) => Object.hasOwn(scheduleSchema.shape, name)),
  );
  const overlap = concurrencyPolicy && overlaps[concurrencyPolicy];
  const parsed = scheduleSchema.safeParse({ ...known, ...(overlap && { overlap }) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidResource(
    ['workflow.schedule', ...(issue?.path ?? [])].join('.'),
    issue?.message ?? 'It does not fit.',
  );
}

class Graph {
  readonly nodes: PipelineNode[] = [];
  readonly edges: { from: string; to: string }[] = [];
  readonly #depot: DepotOf;
  readonly #taken = new Set<string>();
  readonly #written = new Map<string, Written>();
  /** Names that more than one task gives to rows. */
  readonly #shared: ReadonlySet<string>;

  constructor(depot: DepotOf, spec: WorkflowSpec) {
    this.#depot = depot;
    this.#shared = repeatedNames(spec);
    // Steps of ours keep their names: wires speak of them.
    for (const { name, spec: inner } of spec.dag) if (isOwn(inner.stack)) this.#taken.add(name);
  }

  add({ task, path, before }: OrderedTask): void {
    const at = `${path}.spec.stackSpec`;
    const { stack, stackSpec } = task.spec;
    if (isOwn(stack)) {
      this.#addStep(task.name, stackSpec, at);
      return;
    }
    const job = jobOf(stackSpec, at);
    const empty = job.inputs.length + job.outputs.length + job.steps.length === 0;
    if (empty) this.#addPlaceholder(task.name);
    else this.#addJob(task.name, job, before, `${at}.job`);
  }

  #addStep(id: string, stackSpec: unknown, at: string): void {
    const parsed = sluiceStep.safeParse(stackSpec);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw invalidResource([at, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'It does not fit.');
    }
    const { node, wires } = parsed.data;
    this.nodes.push({ id, ...node });
    for (const { from, to } of wires) this.edges.push({ from, to: to === undefined ? id : `${id}.${to}` });
  }

  /** A task that says nothing of what it does has its box on the canvas, to be filled. */
  #addPlaceholder(task: string): void {
    const config = { rows: { columns: [{ name: 'value', type: 'VARCHAR' }], rows: [] } };
    const note = 'This task has no job yet: it reads, computes and writes nothing.';
    this.nodes.push({ id: this.#newId(task), kind: 'rows', title: task, note, config });
  }

  #addJob(task: string, job: FlareJob, before: ReadonlySet<string>, at: string): void {
    const tables = new Map<string, Table>();
    const define = (name: string, nodeId: string, path: string): void => {
      const key = name.toLowerCase();
      if (tables.has(key))
        throw invalidResource(path, `There is already an input or step named "${name}" in this task.`);
      tables.set(key, { name, nodeId });
    };
    for (const [index, input] of job.inputs.entries()) {
      const path = `${at}.inputs[${index}]`;
      const address = parseAddress(input.dataset, `${path}.dataset`);
      const passed = this.#passed(address, before, path);
      define(input.name, passed ?? this.#addInput(task, input, address, path), `${path}.name`);
    }
    let last = job.steps.length === 0 ? tables.get(job.inputs.at(-1)?.name.toLowerCase() ?? '') : undefined;
    for (const [step, { sequence }] of job.steps.entries()) {
      for (const [index, { name, sql }] of sequence.entries()) {
        const nodeId = this.#addQuery(task, name, sql, tables);
        define(name, nodeId, `${at}.steps[${step}].sequence[${index}].name`);
        last = { name, nodeId };
      }
    }
    for (const [index, output] of job.outputs.entries())
      this.#addOutput(task, output, tables.get(output.name.toLowerCase()) ?? last, `${at}.outputs[${index}]`);
  }

  /** The step that made what an earlier task of the same workflow writes to that address. */
  #passed(address: DatasetAddress, before: ReadonlySet<string>, path: string): string | undefined {
    const written = this.#written.get(addressKey(address));
    if (!written || !before.has(written.task)) return undefined;
    if (!written.append) return written.nodeId;
    throw invalidResource(
      `${path}.dataset`,
      `The task "${written.task}" appends to this dataset in the same run. Replace it there, or read it in a workflow of its own.`,
    );
  }

  #addInput(task: string, input: FlareJob['inputs'][number], address: DatasetAddress, path: string): string {
    const id = this.#newId(input.name, task);
    this.nodes.push({
      id,
      title: input.name,
      ...readNode(address, input.format, this.#depot, path),
    });
    return id;
  }

  #addQuery(task: string, name: string, sql: string, tables: ReadonlyMap<string, Table>): string {
    const id = this.#newId(name, task);
    const spoken = namesIn(sql);
    const read = [...tables.entries()].filter(([key]) => spoken.has(key));
    const renamed = read
      .filter(([key, { nodeId }]) => key !== nodeId)
      .map(([, table]) => ({ name: table.name, table: table.nodeId }));
    this.nodes.push({
      id,
      kind: 'sql',
      title: name,
      config: { sql: withNames(sql, renamed) },
    });
    for (const from of new Set(read.map(([, { nodeId }]) => nodeId))) this.edges.push({ from, to: id });
    return id;
  }

  #addOutput(
    task: string,
    output: FlareJob['outputs'][number],
    table: Table | undefined,
    path: string,
  ): void {
    if (!table)
      throw invalidResource(`${path}.name`, `There are no rows named "${output.name}" in this task.`);
    const address = parseAddress(output.dataset, `${path}.dataset`);
    const key = addressKey(address);
    const other = this.#written.get(key);
    if (other) throw invalidResource(`${path}.dataset`, `${other.path} writes to this address already.`);
    const append = output.mode === 'append' || savesByAppending(output.options);
    const id = this.#newId(`write ${address.dataset}`, task);
    const node = writeNode(address, output.format, append ? 'append' : 'replace', this.#depot, path);
    this.nodes.push({ id, ...node });
    this.edges.push({ from: table.nodeId, to: id });
    this.#written.set(key, { task, nodeId: table.nodeId, append, path });
  }

  #newId(name: string, task?: string): string {
    const wish = task !== undefined && this.#shared.has(name.toLowerCase()) ? `${task}_${name}` : name;
    const id = freeNodeId(wish, this.#taken);
    this.#taken.add(id);
    return id;
  }
}

const isOwn = (stack: string): boolean => stack.startsWith('sluice:');

function jobOf(stackSpec: Record<string, unknown> | undefined, at: string): FlareJob {
  const parsed = flareJob.safeParse(stackSpec?.job ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = (issue?.path ?? []).map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
  );
  throw invalidResource(`${at}.job${place.join('')}`, issue?.message ?? 'It does not fit.');
}

/** Flare's own way: `options: {saveMode: append}`. */
function savesByAppending(options: unknown): boolean {
  const { saveMode } = (options ?? {}) as { saveMode?: unknown };
  return typeof saveMode === 'string' && saveMode.toLowerCase() === 'append';
}

function repeatedNames({ dag }: WorkflowSpec): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [index, task] of dag.entries()) {
    if (isOwn(task.spec.stack)) continue;
    const job = jobOf(task.spec.stackSpec, `workflow.dag[${index}].spec.stackSpec`);
    const names = [...job.inputs, ...job.steps.flatMap(({ sequence }) => sequence)];
    for (const name of new Set(names.map((one) => one.name.toLowerCase())))
      (seen.has(name) ? repeated : seen).add(name);
  }
  return repeated;
}
