/**
 * What the heads, the doors and the engine may ask of the services. Everything but files and fsck is synchronous:
 * SQLite answers in the same thread, and a caller that gets an answer knows that it is durable.
 * Failures are SluiceErrors.
 */
import type { z } from 'zod';
import type { BackupReport } from '../../shared/contract/backup.ts';
import type {
  DatasetSummary,
  DatasetVersion,
  Environment,
  KeyPlan,
  KeyScope,
  KeySummary,
  LogEntry,
  PipelineDetail,
  PipelineRevision,
  PipelineSummary,
  RunDetail,
  RunStep,
  RunSummary,
  RunTrigger,
  Settings,
  SettingsChange,
} from '../../shared/contract/domain.ts';
import type { fileEntry } from '../../shared/contract/editor.ts';
import type { keysContract } from '../../shared/contract/keys.ts';
import type { RunFilter, runsContract } from '../../shared/contract/runs.ts';
import type { Column } from '../../shared/kernel/columns.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { DatasetFilter } from '../store/datasets-repository.ts';
import type { KeyChange } from '../store/keys-repository.ts';
import type { PipelineFilter, PipelinePlace } from '../store/pipelines-repository.ts';
import type { DatasetShelf, FileGate, KeptShelf, RunLedger, SubmitRun } from './engine-ports.ts';
import type { KeyUse, Usage, UsageSpan } from './key-use.ts';
import type { KeyLimit } from './rate-limits.ts';

export type ParsedInput<Call extends { '~orpc': { inputSchema?: unknown } }> = z.output<
  Extract<Call['~orpc']['inputSchema'], z.ZodType>
>;

/** Who acts: `window`, `cli`, `sample`, `key:<prefix>`; stored with a revision and sent with its event. */
export type Author = string;

export type TextFormat = 'yaml' | 'json';

/** Document <-> text, given by the compiler. */
export interface DocumentText {
  parse(text: string, format: TextFormat): { document?: PipelineDocument; problems: readonly Problem[] };
  print(document: PipelineDocument, format: TextFormat): string;
}

export interface PipelinesService {
  list(filter?: PipelineFilter): PipelineSummary[];
  /** Newest revision, or the one named. Throws not_found; a removed pipeline is not found. */
  get(id: string, revision?: number): PipelineDetail;
  /** In the public workspace and for every environment, unless a place says otherwise. */
  create(document: PipelineDocument, author: Author, place?: Partial<PipelinePlace>): PipelineDetail;
  /** Throws revision_conflict when `baseRevision` is not the newest. An equal document writes nothing. */
  save(id: string, baseRevision: number, document: PipelineDocument, author: Author): { revision: number };
  rename(id: string, name: string, author: Author): PipelineSummary;
  duplicate(id: string, author: Author): PipelineDetail;
  remove(ids: readonly string[], author: Author): { removed: number };
  restore(ids: readonly string[], author: Author): { restored: number };
  /** Newest first. */
  revisions(id: string): PipelineRevision[];
  exportText(id: string, format: TextFormat, revision?: number): { fileName: string; text: string };
  importText(
    input: { text: string; format?: TextFormat; byName?: boolean },
    author: Author,
  ): { pipeline: PipelineDetail; problems: Problem[]; created: boolean };
  /** The newest pipeline of that exact name; with a place, only one that is exactly there. */
  findByName(name: string, place?: PipelinePlace): PipelineSummary | undefined;
}

export type RunListInput = RunFilter & { readonly cursor?: string; readonly limit: number };
export type LogsInput = ParsedInput<(typeof runsContract)['logs']>;

/** Where in the queue a run waits that is one of many, so that it does not go before single ones of the same asker. */
export type QueuePlace = Pick<SubmitRun, 'priority' | 'lane'>;

export interface RunsService extends RunLedger {
  /** Newest first; `next` is the cursor of the page after this one. How many there are in all the history counts. */
  list(input: RunListInput): { runs: RunSummary[]; next: string | null };
  get(id: string): RunDetail;
  /** Steps of one attempt. Throws not_found for one that the run has not had. */
  steps(id: string, attempt: number): RunStep[];
  /** The same parameters, mode, environment and `upTo` as a new run, of the revision that ran or of the newest. */
  again(id: string, trigger: RunTrigger, revision?: 'same' | 'newest', place?: QueuePlace): RunSummary;
  /** A failed or cancelled run once more; an inspect run reuses what was kept. Throws run_finished, run_not_finished. */
  retryFailed(id: string, trigger: RunTrigger, place?: QueuePlace): RunSummary;
  /** An ended run once more, as an inspect run in which the node and all below it are executed. Throws run_not_finished. */
  runFrom(id: string, nodeId: string, trigger: RunTrigger): RunSummary;
  /** Labels, note and pin; what is undefined stays. */
  annotate(
    id: string,
    change: { labels?: readonly string[]; note?: string | null; pinned?: boolean },
  ): RunSummary;
  /** Deletes ended runs with their steps and logs; datasets stay. Runs that still queue or run are left alone. */
  remove(ids: readonly string[]): { removed: number };
  /** A page of the log; the event loop goes on between its pieces. Stops when the signal fires. */
  logs(input: LogsInput, signal?: AbortSignal): Promise<{ entries: LogEntry[]; total: number }>;
  /** Where the rows of a node are that an inspect run kept or reused. Throws not_found. */
  keptRows(runId: string, nodeId: string): { path: string; columns: Column[]; rows: number };
  /** Runs the engine of this process has claimed and not finished. */
  ownedRunIds(): readonly string[];
  /** Writes what is still buffered of steps and logs; called by a stop. */
  flush(): void;
}

export interface DatasetsService extends DatasetShelf {
  list(filter?: DatasetFilter): DatasetSummary[];
  get(id: string): DatasetSummary & { versions: DatasetVersion[] };
  /** Absolute path of a version (the current one when left out) and what is known of it. */
  versionFile(
    id: string,
    versionId?: string,
  ): { path: string; version: DatasetVersion; dataset: DatasetSummary };
  /** In the public workspace unless another is given. */
  findByName(name: string, environment: Environment, workspaceId?: string): DatasetSummary | undefined;
  /** What an id means that is a dataset's (then its current version) or a version's (then exactly that one). */
  locate(id: string): LocatedDataset | undefined;
  rename(id: string, name: string): DatasetSummary;
  /** A pinned dataset keeps all its versions. */
  pin(id: string, pinned: boolean): DatasetSummary;
  remove(ids: readonly string[]): { removed: number };
}

export interface LocatedDataset {
  /** Absolute. */
  readonly path: string;
  readonly version: DatasetVersion;
  readonly dataset: DatasetSummary;
  /** Whose run made the version; null once retention removed the run. */
  readonly pipelineId: string | null;
}

export interface KeptService extends KeptShelf {
  totalBytes(): number;
  /** Forgets some of the outputs that nothing used since `before` and no pinned run needs. */
  dropUnused(before: string, limit: number): { count: number; bytes: number };
}

export type FileEntry = z.infer<typeof fileEntry>;

export interface FilesService extends FileGate {
  /** Absolute path of a folder that every pipeline may use; `''` is the files folder. Throws file_not_allowed, file_missing. */
  folderPath(folder: string): string;
  /** What a config takes for an absolute path: relative to the files folder where it lies below it. */
  configPath(absolute: string): string;
  /** `''` is the files folder; granted folders are listed there by their absolute path. */
  list(folder: string): { folder: string; entries: FileEntry[] };
  /** One piece of a file; see the contract's `editor.upload`. */
  upload(piece: {
    uploadId: string;
    name: string;
    offset: number;
    base64: string;
    last: boolean;
  }): Promise<{ received: number; path: string | null }>;
  /** Lets one pipeline read and write a file or folder that the owner chose in a dialog. Answers the path for a config. */
  grant(pipelineId: string, absolutePath: string): string;
}

type WholeKeyInput = ParsedInput<(typeof keysContract)['create']>;

/** Callers inside the program leave out what limits a key. */
export type CreateKeyInput = Omit<WholeKeyInput, 'pipelineIds' | 'folders'> &
  Partial<Pick<WholeKeyInput, 'pipelineIds' | 'folders'>>;

export type NewKeyRights = Omit<CreateKeyInput, 'expires' | 'scopes'> & {
  readonly scopes: readonly string[];
};

/** A key that another key asks for: in that key's environment, with nothing that it does not hold itself. */
export interface MintKeyInput {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** What is left out is as the maker has it. */
  readonly plan?: KeyPlan;
  readonly pipelineIds?: string[] | null;
  readonly folders?: string[];
  /** How long it lives, e.g. "720h"; as long as the maker when left out. */
  readonly expires?: string;
}

export interface AuthenticatedKey {
  readonly key: KeySummary;
  /** The key that it came of, through other keys or at once: both share that one's limits. */
  readonly maker?: KeySummary;
}

export interface KeysService {
  list(): KeySummary[];
  /** Throws not_found. */
  get(id: string): KeySummary;
  create(input: CreateKeyInput): KeySummary & { key: string };
  /** What is left out stays. Keys that this one made lose what it loses. */
  update(change: KeyChange & { readonly id: string }): KeySummary;
  /** A new text; the earlier one works on for the overlap, "0s" to "7d", a day when left out. */
  rotate(id: string, overlap?: string): KeySummary & { key: string };
  allowPipeline(id: string, pipelineId: string, allowed: boolean): KeySummary;
  /** At once and for good, with all keys that it made. What they have queued is cancelled; what runs goes on. */
  revoke(id: string): KeySummary;
  /** Cancels what revoked keys still have queued; at start, for what a stop left. */
  endOrphanedRuns(): Promise<void>;
  /** A key made by a key. Throws beyond_key for anything that the maker does not hold itself. */
  mint(maker: KeySummary, input: MintKeyInput): KeySummary & { key: string };
  /** The keys that a key made, newest first, revoked ones included. */
  minted(maker: KeySummary): KeySummary[];
  /** Throws not_found for a key that another made. */
  revokeMinted(maker: KeySummary, id: string): KeySummary;
  usage(id: string, span: UsageSpan): Usage & { limits: KeyLimit[] };
  recentUse(): ReturnType<KeyUse['recent']>;
  countUse: KeyUse['count'];
  /** How many runs of a lane may run at once. */
  mostRuns(lane: string): number;
  /** The key that a text is, if it is genuine, alive and not revoked. A text with a wrong checksum costs no read. */
  authenticate(text: string, now?: Date): AuthenticatedKey | undefined;
  /** A key by its id, as long as it lives: for what stands in for a key. It counts as a use. */
  alive(id: string): AuthenticatedKey | undefined;
  /** Whether a key is neither revoked nor expired. */
  lives(id: string): boolean;
  /** True when the key holds `all` or the scope named. */
  allows(key: KeySummary, scope: string): boolean;
}

export interface SettingsService {
  get(): Settings;
  /** Throws invalid_input for a folder that is no absolute path of a folder. What is left out stays. */
  save(change: SettingsChange): Settings;
}

export interface SamplesService {
  /** Puts the samples in place once in the life of a home folder. */
  seedOnFirstStart(): { added: number };
  /** Brings back whatever of the samples is missing. */
  add(): { added: number };
}

export interface BackupRequest {
  /** Absolute path of a new or empty folder outside the home. */
  readonly folder: string;
  readonly files?: boolean;
  readonly secrets?: boolean;
}

export interface BackupService {
  /** Throws invalid_input for a folder that cannot be used, disk_full. Leaves nothing behind when it fails. */
  create(request: BackupRequest): Promise<BackupReport>;
  /** Throws backup_unusable. */
  verify(folder: string): Promise<BackupReport>;
}

export interface FsckReport {
  integrity: string;
  lost: string[];
  orphans: string[];
  missing: string[];
  duplicates: string[];
}

export interface FsckService {
  check(): Promise<FsckReport>;
}
