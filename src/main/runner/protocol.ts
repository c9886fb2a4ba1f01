/**
 * What main and a runner process say to each other. Plain data over one channel (`fork`'s IPC with advanced
 * serialisation, or a utility process's port): both ends treat every message as data, never as code.
 *
 * A runner takes one task at a time. It answers each `task` with any number of reports and exactly one `end`.
 */
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import type { Cell, Column } from '../../shared/kernel/columns.ts';
import type { Backoff, ParameterValues, PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { DatasetInput } from '../../shared/plan/dataset-input.ts';
import type { ReceivedInput } from '../../shared/plan/received.ts';
import type { CsvOptions, FileFormat, JsonOptions, NodePlan } from '../../shared/plan/relation.ts';
import type { SourceConnection } from '../../shared/sources/connection.ts';
import type { SourceMetadata, SourceTestResult } from '../../shared/sources/source-facts.ts';
import type { SourcePart } from '../../shared/sources/source-part.ts';

/** Limits of one task. Bytes and milliseconds. */
export interface RunnerLimits {
  readonly memoryBytes: number;
  readonly threads: number;
  readonly spillBytes: number;
}

/** A node output that an earlier inspect run kept; reusing it must give what computing it again would. */
export interface KeptOutput {
  readonly digest: string;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly runId: string;
}

/** Everything from outside that a task may touch, granted by main before it starts. */
export interface Surroundings {
  readonly document: PipelineDocument;
  readonly parameters: ParameterValues;
  /** Path as the document writes it -> absolute path on disk, links resolved. A missing one was refused. */
  readonly files: Readonly<Record<string, string>>;
  /** Paths that were refused, with the reason a person sees. */
  readonly refusedFiles: Readonly<Record<string, ErrorReport>>;
  /** Dataset name -> its version. */
  readonly datasets: Readonly<Record<string, DatasetInput>>;
  /** Received records, by `receivedKey` of the source and the batch as the document writes them. */
  readonly received?: Readonly<Record<string, ReceivedInput>>;
  /** The task's own folder: outputs and spill; the only place it may write. */
  readonly scratch: string;
  readonly limits: RunnerLimits;
}

export interface RunTask extends Surroundings {
  readonly task: 'run';
  readonly runId: string;
  readonly attempt: number;
  readonly mode: 'fast' | 'inspect';
  /** Kept outputs that may be reused: all that main knows for this document's nodes. Inspect runs only. */
  readonly kept: readonly KeptOutput[];
  /** Run only this node and what it needs (its sinks excepted); the whole graph when left out. */
  readonly upTo?: string;
  /** "Run from here": kept outputs of this node and of all below it are not reused. */
  readonly from?: string;
}

/** Columns of every node, and everything that is wrong with the document. */
export interface SchemaTask extends Surroundings {
  readonly task: 'schema';
}

/** Rows at one node's port, without side effects. */
export interface PreviewTask extends Surroundings {
  readonly task: 'preview';
  readonly nodeId: string;
  readonly port?: string;
  readonly limit: number;
  /** Source rows read at most before the answer is called partial; undefined reads all. */
  readonly scanLimit?: number;
  /** Null and distinct counts of the rows shown. */
  readonly stats: boolean;
}

/** The relational plan and the SQL of every node. */
export interface ExplainTask extends Surroundings {
  readonly task: 'explain';
}

/** A page of a Parquet file that main owns (a dataset version or a kept output). */
export interface PageTask {
  readonly task: 'page';
  readonly path: string;
  readonly offset: number;
  readonly limit: number;
  readonly orderBy?: readonly { readonly column: string; readonly descending: boolean }[];
  readonly filter?: string;
  readonly scratch: string;
  readonly limits: RunnerLimits;
}

/** Null, distinct, min and max of each column of a Parquet file that main owns. */
export interface SummaryTask {
  readonly task: 'summary';
  readonly path: string;
  readonly scratch: string;
  readonly limits: RunnerLimits;
}

/** Writes a Parquet file that main owns in another format into the scratch folder. */
export interface ExportTask {
  readonly task: 'export';
  readonly path: string;
  readonly format: FileFormat;
  readonly spreadsheetSafe: boolean;
  readonly scratch: string;
  readonly limits: RunnerLimits;
}

export type RecordsFormat = 'json' | 'ndjson' | 'csv' | 'xml';

/**
 * Rows of a dataset's file as texts of records, for the doors. The first such task opens an instance that stays open and
 * may read all of `folder`: its process is given no other tasks.
 */
export interface RecordsTask {
  readonly task: 'records';
  readonly path: string;
  /** Folder of all dataset files. */
  readonly folder: string;
  readonly offset: number;
  readonly limit: number;
  readonly format: RecordsFormat;
  /**
   * `text`: the records as one text; of JSON parted by commas, of the others by line ends. `file`: a line each in a file
   * of the scratch folder, which main deletes; a line of JSON begins with a comma.
   */
  readonly target: 'text' | 'file';
  /** CSV only. */
  readonly header?: boolean;
  readonly spreadsheetSafe?: boolean;
  readonly scratch: string;
  readonly limits: RunnerLimits;
}

/** Turns a body of XML into the JSON body that it stands for, in a file of the scratch folder. */
export interface XmlTask {
  readonly task: 'xml';
  readonly path: string;
  readonly scratch: string;
  readonly limits: RunnerLimits;
}

/** What a file looks like, for the form of a source. */
export interface SniffTask {
  readonly task: 'sniff';
  readonly path: string;
  readonly format: 'csv' | 'json' | 'parquet';
  readonly csv?: CsvOptions;
  readonly json?: JsonOptions;
  readonly scratch: string;
  readonly limits: RunnerLimits;
}

/**
 * Tasks that reach a source. They go to processes that have a network and are never sent a document: what connects runs
 * nothing that a user wrote, and what runs that has no network and no secrets.
 */
interface Connecting {
  /** The port of our own server, on which no source may be. */
  readonly ownPort?: number;
  readonly scratch: string;
  readonly limits: RunnerLimits;
}

/** Tries to connect, and says what failed. */
export interface ConnectTask extends Connecting {
  readonly task: 'connect';
  readonly source: SourceConnection;
}

/** What a source holds. */
export interface MetadataTask extends Connecting {
  readonly task: 'metadata';
  readonly source: SourceConnection;
  readonly table?: string;
}

export interface FetchedPart {
  /** `partKey` of it. */
  readonly key: string;
  readonly nodeId: string;
  readonly part: SourcePart;
  readonly source: SourceConnection;
  readonly retry?: Backoff;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Copies parts of sources into scratch: rows as Parquet with their exact types, files as they are. */
export interface FetchTask extends Connecting {
  readonly task: 'fetch';
  readonly parts: readonly FetchedPart[];
  /** At most so many rows of each part; of a file about as much as they take. All when left out. */
  readonly rows?: number;
  /** A part that cannot be read is told in the result; otherwise it ends the task. */
  readonly lenient: boolean;
}

/** Rows or a file in scratch that a source is to get. */
export interface Delivery {
  readonly nodeId: string;
  readonly part: SourcePart;
  /** A Parquet file of the rows for a table, the file itself for others. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly Column[];
}

/** Hands deliveries over: each database in one transaction; those are committed when all else went well. */
export interface DeliverTask extends Connecting {
  readonly task: 'deliver';
  readonly deliveries: readonly (Delivery & { readonly source: SourceConnection } & Pick<
      FetchedPart,
      'retry' | 'timeout'
    >)[];
}

export type RunnerTask =
  | ConnectTask
  | MetadataTask
  | FetchTask
  | DeliverTask
  | RunTask
  | SchemaTask
  | PreviewTask
  | ExplainTask
  | PageTask
  | SummaryTask
  | ExportTask
  | RecordsTask
  | XmlTask
  | SniffTask;

export type ToRunner =
  | { readonly type: 'task'; readonly id: number; readonly task: RunnerTask }
  /** Interrupts the query under way; the runner answers with an `end` of code `cancelled`. */
  | { readonly type: 'cancel'; readonly id: number };

export interface NodeSchema {
  readonly nodeId: string;
  /** Output port -> columns; a sink has the port `in`. Absent where problems hide them. */
  readonly ports: Readonly<Record<string, readonly Column[]>>;
}

export interface ColumnStats {
  readonly name: string;
  readonly nulls: number;
  readonly distinct: number;
}

export interface PreviewResult {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** True when there are more rows than shown. */
  readonly more: boolean;
  /** True when sources were read only up to the scan limit: aggregates then speak of those rows alone. */
  readonly partial: boolean;
  readonly stats?: readonly ColumnStats[];
  readonly problems: readonly Problem[];
  readonly milliseconds: number;
}

export interface ExplainedNode {
  readonly nodeId: string;
  readonly kind: string;
  readonly digest: string;
  readonly plan: NodePlan;
  /** The statement of this node alone, its inputs named as tables. */
  readonly sql: string;
}

export interface ExplainResult {
  readonly nodes: readonly ExplainedNode[];
  /** The statements a fast run executes, in order. */
  readonly statements: readonly { readonly nodeIds: readonly string[]; readonly sql: string }[];
  readonly problems: readonly Problem[];
}

export interface PageResult {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly total: number;
}

export interface SummaryResult {
  readonly rows: number;
  readonly columns: readonly (ColumnStats & {
    readonly type: string;
    readonly min: string | null;
    readonly max: string | null;
  })[];
}

export interface ExportResult {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
}

export interface RecordsResult {
  readonly text?: string;
  readonly path?: string;
  /** Of this answer, and of the whole file. */
  readonly rows: number;
  readonly total: number;
  readonly bytes: number;
}

export interface SniffResult {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly delimiter?: string;
  readonly quote?: string;
  readonly header?: boolean;
}

export type StepStatus = 'pending' | 'running' | 'succeeded' | 'reused' | 'failed' | 'skipped' | 'cancelled';

/** How far the statement under way is; told once a second of the node that it computes. What is absent is not known. */
export interface LiveFigures {
  readonly milliseconds: number;
  /** Of the whole process. */
  readonly memoryBytes: number;
  /** Rows that its scans have read so far. */
  readonly rowsScanned?: number;
  readonly rowsPerSecond?: number;
  readonly bytesWritten?: number;
}

/** What a run tells about one node; absent figures are not known (a fused inner node has no time of its own). */
export interface StepReport {
  readonly nodeId: string;
  readonly status: StepStatus;
  readonly rows?: number;
  readonly rejectedRows?: number;
  readonly bytes?: number;
  readonly milliseconds?: number;
  /** 0 to 100, rounded down, so that 100 means done. */
  readonly percent?: number;
  readonly reusedFromRun?: string;
  readonly digest?: string;
  readonly error?: ErrorReport;
  /** Tries so far, by the node's own retry policy; 1 when left out. */
  readonly tries?: number;
  /** Of a running node; no end carries them. */
  readonly live?: LiveFigures;
}

/** A whole file in the scratch folder that main is to publish. */
export type RunOutput =
  | {
      readonly output: 'dataset';
      readonly nodeId: string;
      readonly name: string;
      readonly mode: 'replace' | 'append';
      /** For append: the version that the new file already contains. */
      readonly basedOn?: string;
      readonly path: string;
      readonly rows: number;
      readonly bytes: number;
      /** Hex digest of the file's bytes; of small files only. */
      readonly sha256?: string;
      readonly columns: readonly Column[];
    }
  | {
      readonly output: 'file';
      readonly nodeId: string;
      /** As the document names the target. */
      readonly target: string;
      readonly path: string;
      readonly rows: number;
      readonly bytes: number;
    }
  | {
      readonly output: 'kept';
      readonly nodeId: string;
      readonly digest: string;
      readonly path: string;
      readonly rows: number;
      readonly bytes: number;
      readonly columns: readonly Column[];
    };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogReport {
  readonly time: string;
  readonly level: LogLevel;
  readonly nodeId?: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface RunResult {
  readonly outputs: readonly RunOutput[];
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** What sources are to get before the outputs are published. */
  readonly deliveries?: readonly Delivery[];
}

export interface FetchResult {
  /** Key of a part -> its file in scratch. */
  readonly files: Readonly<Record<string, string>>;
  readonly refused: Readonly<Record<string, ErrorReport>>;
}

export interface DeliverResult {
  readonly rows: number;
}

export interface TaskResults {
  connect: SourceTestResult;
  metadata: SourceMetadata;
  fetch: FetchResult;
  deliver: DeliverResult;
  run: RunResult;
  schema: { readonly nodes: readonly NodeSchema[]; readonly problems: readonly Problem[] };
  preview: PreviewResult;
  explain: ExplainResult;
  page: PageResult;
  summary: SummaryResult;
  export: ExportResult;
  records: RecordsResult;
  xml: { readonly path: string };
  sniff: SniffResult;
}

export type FromRunner =
  /** Messages that were gathered for a moment, in their order. */
  | { readonly type: 'batch'; readonly messages: readonly FromRunner[] }
  | { readonly type: 'ready'; readonly pid: number; readonly duckdb: string }
  /** The task has arrived. A process that ends without saying so never had it. */
  | { readonly type: 'taken'; readonly id: number }
  | { readonly type: 'step'; readonly id: number; readonly step: StepReport }
  | { readonly type: 'progress'; readonly id: number; readonly percent: number }
  | { readonly type: 'log'; readonly id: number; readonly entry: LogReport }
  | {
      readonly type: 'end';
      readonly id: number;
      readonly outcome:
        | { readonly ok: true; readonly result: TaskResults[keyof TaskResults] }
        | {
            readonly ok: false;
            readonly error: ErrorReport;
            readonly nodeId?: string;
            readonly problems?: readonly Problem[];
            /** Inspect runs: what was kept whole before the failure, so that the next run reuses it. Kept outputs only. */
            readonly outputs?: readonly RunOutput[];
            /** The node used up its own retry policy: the run is not tried again either. */
            readonly exhausted?: boolean;
          };
      /** False when the process must not serve another task (raw SQL was run, or the instance is in doubt). */
      readonly reusable: boolean;
    };
