import type { NodeDefinition, PlanFunction } from '../../nodes/_kit/define-node.ts';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import type { Column } from '../../shared/kernel/columns.ts';
import type { ParameterValues, PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { DatasetInput } from '../../shared/plan/dataset-input.ts';
import type { ReadyBatch } from '../../shared/plan/ready-batch.ts';
import type { NodePlan } from '../../shared/plan/relation.ts';
import type { DigestParts } from './digest.ts';
import type { BoundParameters } from './oracle.ts';

/** The kinds that a document may name. */
export interface KindRegistry {
  readonly definitions: Readonly<Record<string, NodeDefinition>>;
  readonly plans: Readonly<Record<string, PlanFunction<NodeDefinition>>>;
}

/** What compiling needs besides the document; a task's `Surroundings` fits as it is. */
export interface CompileInputs {
  readonly files: Readonly<Record<string, string>>;
  readonly refusedFiles: Readonly<Record<string, ErrorReport>>;
  readonly datasets: Readonly<Record<string, DatasetInput>>;
  readonly parameters: ParameterValues;
  /** Received records, by `receivedKey` of the source and the batch as the document writes them. */
  readonly received?: Readonly<Record<string, ReadyBatch>>;
  /** What makes a file's content what it is, for digests. Asks the file system when left out. */
  readonly fileIdentity?: (path: string) => Promise<string>;
  readonly registry?: KindRegistry;
  /** Part of every digest: another engine may answer differently. */
  readonly engineVersion?: string;
}

/** One port of one node. A sink's rows are those of its port `in`. */
export interface PortRef {
  readonly nodeId: string;
  readonly port: string;
}

export interface CompiledNode {
  readonly nodeId: string;
  readonly kind: string;
  /** Undefined for an unknown kind. */
  readonly definition: NodeDefinition | undefined;
  /** The config as its schema gave it; undefined where it is not valid. */
  readonly config: unknown;
  readonly disabled: boolean;
  /** Undefined where problems, its own or upstream, hide it, and for disabled nodes. */
  readonly plan: NodePlan | undefined;
  /** Equal for equal work on equal inputs, whatever the node is called. Empty where there is no plan. */
  readonly digest: string;
  /** What the digest was made of; undefined where there is none. */
  readonly digestParts: DigestParts | undefined;
  /** Its rows may differ from run to run: they are never reused. */
  readonly volatile: boolean;
  /** Output port -> columns; a sink has `in`. Empty where problems hide them. */
  readonly ports: Readonly<Record<string, readonly Column[]>>;
  /** Input port -> what its wires bring, disabled nodes already passed over. */
  readonly inputs: Readonly<Record<string, readonly PortRef[]>>;
  /** Port -> the SELECT of this node alone; its inputs are tables named by `tableName`. */
  readonly sql: Readonly<Record<string, string>>;
  /** Names of the parameters it uses. */
  readonly parameters: readonly string[];
  /** Absolute paths of the files it reads. */
  readonly files: readonly string[];
}

export interface CompiledGraph {
  readonly document: PipelineDocument;
  /** Each after all it reads from. Nodes on a cycle, and what they feed, are left out. */
  readonly nodes: readonly CompiledNode[];
  readonly byId: ReadonlyMap<string, CompiledNode>;
  readonly problems: readonly Problem[];
  /** Every declared parameter with its value. */
  readonly parameters: BoundParameters;
}

export const portKey = ({ nodeId, port }: PortRef): string => `${nodeId}.${port}`;

/** The table that a port's rows are called by in SQL. Node ids hold no double underscore of ours to clash with. */
export const tableName = ({ nodeId, port }: PortRef): string =>
  port === 'out' ? nodeId : `${nodeId}__${port}`;
