import type { NodeDefinition } from '../../nodes/_kit/define-node.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Column } from '../../shared/kernel/columns.ts';
import type { PipelineNode } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import { unknownKind, upgradeConfig } from '../../shared/pipeline/upgrade.ts';
import type { ConfigPath, NodePlan, Relation } from '../../shared/plan/relation.ts';
import { planDatasets, planFiles } from '../../shared/plan/walk.ts';
import { targetKey } from '../../shared/sources/source-part.ts';
import type { CompiledNode, CompileInputs, KindRegistry, PortRef } from './compiled-graph.ts';
import { tableName } from './compiled-graph.ts';
import { dialect } from './dialect.ts';
import { type DigestParts, digestOf, fileIdentity } from './digest.ts';
import { explainError, readEngineError } from './engine-error.ts';
import { placeInPlan } from './locate-text.ts';
import type { BoundParameters, Oracle } from './oracle.ts';
import { type PrintContext, printRelation, sameName } from './print-relation.ts';
import { batchParameter, boundBatches, largeBatches } from './read-received.ts';
import { filePath, LeafError, resolveLeaves } from './resolve-leaves.ts';
import { vetPlan } from './vet-plan.ts';

export interface NodeSetting {
  readonly inputs: CompileInputs;
  readonly oracle: Oracle;
  readonly registry: KindRegistry;
  readonly parameters: BoundParameters;
  /** The nodes that were compiled before. */
  readonly byId: ReadonlyMap<string, CompiledNode>;
  /** Problems are added here. */
  readonly problems: Problem[];
}

type WiredPorts = Readonly<Record<string, readonly (PortRef | undefined)[]>>;

/** Compiles one node whose upstream nodes are compiled. Never throws for what a person did. */
export async function compileNode(
  node: PipelineNode,
  wired: WiredPorts,
  setting: NodeSetting,
): Promise<CompiledNode> {
  return new NodeCompiler(node, wired, setting).compile();
}

interface TypedPort extends PortRef {
  readonly columns: readonly Column[];
}

interface WiredInput extends TypedPort {
  readonly node: CompiledNode;
}

/** One node on its way; the steps share what was learned so far. */
class NodeCompiler {
  readonly #node: PipelineNode;
  readonly #setting: NodeSetting;
  readonly #definition: NodeDefinition | undefined;
  readonly #wired: WiredPorts;
  #config: unknown;
  #inputs: Readonly<Record<string, readonly WiredInput[]>> = {};

  constructor(node: PipelineNode, wired: WiredPorts, setting: NodeSetting) {
    this.#node = node;
    this.#wired = wired;
    this.#setting = setting;
    const { definitions } = setting.registry;
    this.#definition = Object.hasOwn(definitions, node.kind) ? definitions[node.kind] : undefined;
  }

  async compile(): Promise<CompiledNode> {
    const definition = this.#definition;
    if (!definition) {
      this.#setting.problems.push(unknownKind(this.#node, Object.keys(this.#setting.registry.definitions)));
      return this.#hidden();
    }
    if (this.#node.disabled) {
      this.#config = this.#node.config;
      return this.#readInputs(definition, true)
        ? this.#compilePlan(passThrough(definition), definition)
        : this.#hidden();
    }
    const valid = this.#parseConfig(definition);
    if (!this.#readInputs(definition, false) || !valid) return this.#hidden();
    const plan = this.#makePlan(definition);
    return plan ? this.#compilePlan(plan, definition) : this.#hidden();
  }

  #problem(code: string, message: string, path?: ConfigPath, severity: Problem['severity'] = 'error'): void {
    const place = path && path.length > 0 ? { path: [...path] } : {};
    this.#setting.problems.push({ code, severity, nodeId: this.#node.id, ...place, message });
  }

  #parseConfig(definition: NodeDefinition): boolean {
    const upgraded = upgradeConfig(this.#node, definition);
    if (upgraded.problem) {
      this.#setting.problems.push(upgraded.problem);
      return false;
    }
    const parsed = definition.config.safeParse(upgraded.config);
    if (parsed.success) {
      this.#config = parsed.data;
      return true;
    }
    for (const issue of parsed.error.issues) {
      this.#problem(
        'invalid_config',
        issue.message,
        issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
      );
    }
    return false;
  }

  /** Gathers the columns that arrive. False where some are not known: the problem is then told elsewhere or here. */
  #readInputs(definition: NodeDefinition, onlyFirst: boolean): boolean {
    const read: Record<string, WiredInput[]> = {};
    let known = true;
    for (const port of onlyFirst ? definition.inputs.slice(0, 1) : definition.inputs) {
      const wires = this.#wired[port.name] ?? [];
      const list: WiredInput[] = [];
      for (const ref of wires) {
        const upstream = ref && this.#setting.byId.get(ref.nodeId);
        const columns = ref && upstream?.ports[ref.port];
        if (ref && upstream && columns) list.push({ ...ref, columns, node: upstream });
        else known = false;
        if (!ref && !this.#node.disabled) this.#disabledSource(port.label || port.name);
      }
      if (wires.length === 0 && !port.optional) known = false;
      read[port.name] = list;
    }
    this.#inputs = read;
    return known;
  }

  #disabledSource(port: string): void {
    this.#problem(
      'disabled_source',
      `No rows arrive at the input ${port}: the step before it is switched off. Switch it on, or wire another.`,
    );
  }

  #makePlan(definition: NodeDefinition): NodePlan | undefined {
    const { plans } = this.#setting.registry;
    const plan = plans[definition.kind];
    if (!plan) throw new Error(`Internal error: the kind ${definition.kind} has no plan`);
    return plan({
      nodeId: this.#node.id,
      config: this.#config as never,
      inputs: Object.fromEntries(
        Object.entries(this.#inputs).map(([port, wires]) => [
          port,
          wires.map(({ nodeId, columns }) => ({ nodeId, columns })),
        ]),
      ),
      problem: ({ code, message, path, severity }) => this.#problem(code, message, path, severity),
    });
  }

  async #compilePlan(plan: NodePlan, definition: NodeDefinition): Promise<CompiledNode> {
    const { oracle, parameters } = this.#setting;
    const columns = this.#allInputs().flatMap((wire) => wire.columns.map(({ name }) => name));
    const facts = await vetPlan(plan, { parameters: new Set(Object.keys(parameters)), columns }, oracle);
    for (const { code, message, path } of facts.problems) this.#problem(code, message, path);
    this.#checkTargets(plan);
    if (facts.problems.length > 0) return this.#hidden();
    const printed = await this.#print(plan);
    if (!printed) return this.#hidden();
    const files = planFiles(plan).map((file) => filePath(file, this.#setting));
    const batches = boundBatches([{ nodeId: this.#node.id, plan }], this.#setting.inputs.received);
    const used = [...facts.parameters, ...Object.keys(batches)].sort();
    const volatile = facts.volatile || this.#allInputs().some(({ node }) => node.volatile);
    const digestParts = await this.#digestParts(plan, definition, files, used, batches);
    return {
      ...this.#hidden(),
      plan,
      volatile,
      digest: digestOf(digestParts),
      digestParts,
      ports: printed.ports,
      sql: printed.sql,
      parameters: used,
      files: [...new Set(files)],
    };
  }

  #allInputs(): readonly WiredInput[] {
    return Object.values(this.#inputs).flat();
  }

  /** A refused target is told now, before anything runs; main checks it again when it publishes. */
  #checkTargets(plan: NodePlan): void {
    const action = plan.sink?.action;
    if (action?.sink !== 'write-file' && action?.sink !== 'write-source') return;
    const refused = this.#setting.inputs.refusedFiles;
    const [key, place] =
      action.sink === 'write-file'
        ? [action.file.path, action.file.configPath]
        : [targetKey(action.part), action.configPath];
    const report = Object.hasOwn(refused, key) ? refused[key] : undefined;
    if (report) this.#problem(report.code, report.message, place);
  }

  async #print(plan: NodePlan): Promise<Pick<CompiledNode, 'ports' | 'sql'> | undefined> {
    const ports: Record<string, readonly Column[]> = {};
    const sql: Record<string, string> = {};
    let text = '';
    try {
      const leaves = await resolveLeaves(plan, {
        nodeId: this.#node.id,
        inputs: this.#setting.inputs,
        oracle: this.#setting.oracle,
        input: this.#input,
        describe: (query) =>
          this.#describe(query, (whole) => {
            text = whole;
          }),
      });
      const own: PrintContext['own'] = (port) => ({
        table: dialect.identifier(tableName({ nodeId: this.#node.id, port })),
        names: (ports[port] ?? []).map(({ name }) => name),
      });
      for (const [port, relation] of portsOf(plan)) {
        const query = printRelation(relation, { input: this.#input, own, leaves });
        sql[port] = query;
        ports[port] = await this.#describe(
          query,
          (whole) => {
            text = whole;
          },
          this.#ownTables(plan, ports),
        );
        this.#checkNames(ports[port]);
      }
      return { ports, sql };
    } catch (error) {
      this.#explain(error, plan, text);
      return undefined;
    }
  }

  readonly #input: PrintContext['input'] = (port, index) => {
    const wire = this.#inputs[port]?.[index];
    if (!wire) throw new SluiceError('invalid_input', { reason: `Nothing is wired to the input ${port}.` });
    return { table: dialect.identifier(tableName(wire)), names: wire.columns.map(({ name }) => name) };
  };

  /** The port that the others read, once its columns are known. */
  #ownTables(plan: NodePlan, ports: Readonly<Record<string, readonly Column[]>>): readonly TypedPort[] {
    const port = plan.check?.port;
    const columns = port === undefined ? undefined : ports[port];
    return port !== undefined && columns ? [{ nodeId: this.#node.id, port, columns }] : [];
  }

  /** Columns of a query of this node, its inputs replaced by empty tables of their types. */
  async #describe(
    query: string,
    tell: (whole: string) => void,
    own: readonly TypedPort[] = [],
  ): Promise<readonly Column[]> {
    const { oracle, parameters } = this.#setting;
    const tables = new Map([...this.#allInputs(), ...own].map((wire) => [tableName(wire), emptyTable(wire)]));
    // Bare where it can be: `SELECT * FROM` around it would rename columns of one name.
    const body = /^\s*with\b/i.test(query) ? `SELECT * FROM (\n${query}\n)` : query;
    const whole = tables.size > 0 ? `WITH ${[...tables.values()].join(',\n')}\n${body}` : query;
    tell(whole);
    // What stands in a batch decides none of its columns: they are part of the text.
    const empty = { [batchParameter(this.#node.id)]: { type: 'VARCHAR', value: '[]' } as const };
    return oracle.describe(
      whole,
      whole.includes(batchParameter(this.#node.id)) ? { ...parameters, ...empty } : parameters,
    );
  }

  #checkNames(columns: readonly Column[]): void {
    columns.forEach(({ name }, at) => {
      if (columns.findIndex((other) => sameName(other.name, name)) === at) return;
      this.#problem('duplicate_column', `Two columns are called "${name}". Rename one of them.`);
    });
  }

  #explain(error: unknown, plan: NodePlan, sql: string): void {
    if (error instanceof LeafError) this.#problem(error.code, error.message, error.path);
    else if (error instanceof SluiceError) this.#problem(error.code, error.message, onlyPath(plan));
    else this.#explainEngine(error, plan, sql);
  }

  #explainEngine(error: unknown, plan: NodePlan, sql: string): void {
    const engine = readEngineError(error);
    // Not the person's doing: a bug of ours, or the task was cancelled.
    if (engine.type === '' || engine.type.toUpperCase() === 'INTERRUPT') throw error;
    const files = Object.fromEntries(
      Object.entries(this.#setting.inputs.files).map(([name, path]) => [path, name]),
    );
    const columns = this.#allInputs().flatMap((wire) => wire.columns.map(({ name }) => name));
    const { code, message } = explainError(engine, { columns, files });
    this.#problem(code, message, placeInPlan(plan, sql, engine.position) ?? onlyPath(plan));
  }

  async #digestParts(
    plan: NodePlan,
    definition: NodeDefinition,
    files: readonly string[],
    used: readonly string[],
    batches: BoundParameters,
  ): Promise<DigestParts> {
    const { inputs } = this.#setting;
    const parameters = { ...this.#setting.parameters, ...batches };
    const identify = inputs.fileIdentity ?? fileIdentity;
    return {
      kind: this.#node.disabled ? 'disabled' : definition.kind,
      version: definition.version,
      plan,
      inputs: Object.fromEntries(
        Object.entries(this.#inputs).map(([port, wires]) => [
          port,
          wires.map((wire) => [wire.node.digest, wire.port, tableUse(plan, wire)] as const),
        ]),
      ),
      files: [
        ...(await Promise.all([...new Set(files)].map(identify))),
        ...largeBatches(plan, inputs.received),
      ],
      datasets: planDatasets(plan).map(
        ({ name, versionId }) => versionId ?? inputs.datasets[name]?.versionId ?? name,
      ),
      parameters: Object.fromEntries(used.map((name) => [name, parameters[name]])),
      engineVersion: inputs.engineVersion ?? '',
    };
  }

  #hidden(): CompiledNode {
    const inputs = Object.entries(this.#wired).map(([port, refs]) => [
      port,
      refs.filter((ref) => ref !== undefined),
    ]);
    return {
      nodeId: this.#node.id,
      kind: this.#node.kind,
      definition: this.#definition,
      config: this.#config,
      disabled: this.#node.disabled === true,
      plan: undefined,
      digest: '',
      digestParts: undefined,
      volatile: false,
      ports: {},
      inputs: Object.fromEntries(inputs) as CompiledNode['inputs'],
      sql: {},
      parameters: [],
      files: [],
    };
  }
}

/** Texts may qualify columns by the table's name, so that name is part of the result only where texts are. */
function tableUse(plan: NodePlan, wire: PortRef): string {
  return JSON.stringify(plan).includes('"expression"') ? tableName(wire) : '';
}

function passThrough(definition: NodeDefinition): NodePlan {
  const [first] = definition.inputs;
  const rows: Relation = { rel: 'input', port: first?.name ?? 'in', index: 0 };
  return { outputs: first ? Object.fromEntries(definition.outputs.map((port) => [port.name, rows])) : {} };
}

/** The port that others read comes first: they are printed over its columns. */
function portsOf(plan: NodePlan): readonly (readonly [string, Relation])[] {
  const first = ([port]: readonly [string, Relation]): number => (port === plan.check?.port ? 0 : 1);
  const ordered = Object.entries(plan.outputs).sort((left, right) => first(left) - first(right));
  return [...ordered, ...(plan.sink ? [['in', plan.sink.input] as const] : [])];
}

function emptyTable(wire: TypedPort): string {
  const columns = wire.columns.map(
    ({ name, type }) => `CAST(NULL AS ${dialect.type(type)}) AS ${dialect.identifier(name)}`,
  );
  return `${dialect.identifier(tableName(wire))} AS (SELECT ${columns.join(', ')} WHERE FALSE)`;
}

/** Where a plan has one text or one file only, an error without a place can only mean that. */
function onlyPath(plan: NodePlan): ConfigPath | undefined {
  return placeInPlan(plan, '', undefined);
}
