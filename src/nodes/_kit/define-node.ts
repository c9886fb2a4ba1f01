import type { z } from 'zod';
import type { Column } from '../../shared/kernel/columns.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { NodePlan } from '../../shared/plan/relation.ts';
import type { SourcePart } from '../../shared/sources/source-part.ts';

export const nodeGroups = ['sources', 'shape', 'combine', 'check', 'code', 'output'] as const;
export type NodeGroup = (typeof nodeGroups)[number];

export interface Port {
  readonly name: string;
  readonly label: string;
  /** An input that takes any number of wires, in order. */
  readonly many?: boolean;
  /** An input that may stay unwired. */
  readonly optional?: boolean;
}

/** Where a node reaches outside the graph, so that main can grant exactly that before the run starts. */
export interface Reach {
  readonly readsFiles?: readonly string[];
  readonly writesFiles?: readonly string[];
  /** Keys as `datasetKey` makes them: a name, or a name with one version. */
  readonly readsDatasets?: readonly string[];
  readonly writesDatasets?: readonly string[];
  /** Keys as `receivedKey` makes them: a source, and the batch as the document writes it. */
  readonly readsReceived?: readonly string[];
  readonly readsSources?: readonly SourcePart[];
  readonly writesSources?: readonly SourcePart[];
}

export interface NodeDefinition<Schema extends z.ZodObject = z.ZodObject> {
  readonly kind: string;
  /** Version of the config. Raise it with an upgrade when old configs no longer parse as they are meant. */
  readonly version: number;
  readonly title: string;
  readonly group: NodeGroup;
  /** Name of a lucide icon. */
  readonly icon: string;
  /** One sentence for the palette, the docs and the catalogue. */
  readonly description: string;
  /** More words the palette's search finds it by. */
  readonly keywords: readonly string[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly config: Schema;
  /** What a node dropped on the canvas starts with; it need not be complete. */
  readonly defaults: z.input<Schema> | Record<string, unknown>;
  /** A complete config as a document would hold it: for the docs, and checked by a test. */
  readonly example: z.input<Schema>;
  /** One line under the title, made from the config: `amount > 100`. Never throws; config may be incomplete. */
  summary(config: Partial<z.infer<Schema>>): string;
  /**
   * Whether an inspect run keeps the node's rows. `stream`: cheap, recomputed from the nearest kept ancestor.
   * Figures behind it: a kept node costs 2.3 to 3.9 times its share of a fused run.
   */
  readonly keep: 'stream' | 'keep';
  /** Output rows are exactly the first input's rows, one for one: its row count is known without counting. */
  readonly preservesRows?: boolean;
  /** False for kinds that run text or code of the user as a whole: their runner is thrown away afterwards. */
  readonly vetted: boolean;
  reach?(config: z.infer<Schema>): Reach;
  /** `upgrades[n]` turns a config of version n into one of version n + 1. */
  readonly upgrades?: Readonly<Record<number, (config: Record<string, unknown>) => Record<string, unknown>>>;
}

/**
 * Declares a kind. Its summary is made safe here once: forms and canvases show configs that are not valid yet,
 * so whatever a builder throws or answers becomes one short line.
 */
export function defineNode<Schema extends z.ZodObject>(
  definition: NodeDefinition<Schema>,
): NodeDefinition<Schema> {
  return { ...definition, summary: (config) => oneLine(() => definition.summary(config)) };
}

function oneLine(build: () => unknown): string {
  try {
    const text = String(build() ?? '')
      .replace(/\s+/g, ' ')
      .trim();
    return text.length > 120 ? `${text.slice(0, 119)}…` : text;
  } catch {
    return '';
  }
}

export interface PlanInput {
  readonly nodeId: string;
  readonly columns: readonly Column[];
}

export interface PlanContext<Config> {
  readonly nodeId: string;
  readonly config: Config;
  /** Port name -> the wires that arrive there, in order, with the columns they bring. */
  readonly inputs: Readonly<Record<string, readonly PlanInput[]>>;
  /** Reports what is wrong with the config against these inputs; a plan may still be returned. */
  problem(problem: Omit<Problem, 'nodeId' | 'severity'> & { severity?: Problem['severity'] }): void;
}

/** Upstream columns and a config in, relations out. Pure. Undefined when the problems reported leave nothing to plan. */
export type PlanFunction<Definition extends NodeDefinition> = (
  context: PlanContext<z.infer<Definition['config']>>,
) => NodePlan | undefined;

export const noInputs: readonly Port[] = [];
export const oneInput: readonly Port[] = [{ name: 'in', label: 'Rows' }];
export const oneOutput: readonly Port[] = [{ name: 'out', label: 'Rows' }];
