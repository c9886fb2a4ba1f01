import { open, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorReport } from '../../../shared/errors/sluice-error.ts';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import { partText } from '../../../shared/sources/source-part.ts';
import { connectorOf, fail } from '../../connectors/index.ts';
import type { Database } from '../database.ts';
import { sizeText, TaskFailure } from '../failure.ts';
import type { FetchedPart, FetchResult, FetchTask } from '../protocol.ts';
import { createRunLog, type RunLog, rowsText, timeText } from '../run/run-log.ts';
import type { Reporter, TaskDone } from '../run-task.ts';
import { tryForNode } from '../sources/again.ts';
import { textToParquet } from '../sources/text-to-parquet.ts';

/** Of a text file that is only looked into, so many bytes for each row that is wanted, within these bounds. */
const bytesARow = 4096;
const leastBytes = 4 * 1024 * 1024;
const mostBytes = 64 * 1024 * 1024;
/** Of a file that can only be read as a whole. */
const wholeBytes = 512 * 1024 * 1024;

const liveMilliseconds = 1000;
const logMilliseconds = 10_000;

interface Setting {
  readonly task: FetchTask;
  readonly database: Database;
  readonly reporter: Reporter;
  readonly log: RunLog;
}

/** Fetches the parts one after the other: each has the whole memory limit for itself. */
export async function fetchTask(
  task: FetchTask,
  database: Database,
  reporter: Reporter,
): Promise<TaskDone<FetchResult>> {
  const setting: Setting = { task, database, reporter, log: createRunLog(reporter.log) };
  const files: Record<string, string> = {};
  const refused: Record<string, ErrorReport> = {};
  for (const [at, part] of task.parts.entries()) {
    if (files[part.key] !== undefined || refused[part.key] !== undefined) continue;
    try {
      files[part.key] = await fetchPart(part, `fetched-${at}`, setting);
    } catch (error) {
      database.throwIfCancelled();
      if (!(error instanceof TaskFailure) || !task.lenient) {
        // They did their part; only the step that failed is to blame.
        for (const { nodeId } of task.parts.slice(0, at)) reporter.step({ nodeId, status: 'cancelled' });
        throw error;
      }
      refused[part.key] = error.report;
    }
  }
  return { result: { files, refused }, files: Object.values(files) };
}

async function fetchPart(part: FetchedPart, stem: string, setting: Setting): Promise<string> {
  const { task, database, reporter, log } = setting;
  const started = performance.now();
  reporter.step({ nodeId: part.nodeId, status: 'running', percent: 0 });
  const fetched = await tryForNode(part, { signal: database.signal, log, limits: task.limits }, (signal) =>
    fetchOnce(part, stem, signal, setting),
  );
  const { size } = await stat(fetched.path);
  const what = fetched.rows === undefined ? sizeText(size) : `${rowsText(fetched.rows)} (${sizeText(size)})`;
  for (const note of fetched.notes) log('warn', note, part.nodeId);
  log(
    'info',
    `Read ${what} from ${partText(part.part)} in ${timeText(performance.now() - started)}.`,
    part.nodeId,
    {
      bytes: size,
      ...(fetched.rows === undefined ? {} : { rows: fetched.rows }),
      milliseconds: Math.round(performance.now() - started),
    },
  );
  return fetched.path;
}

type AnyFileConnector = Extract<Awaited<ReturnType<typeof connectorOf>>, { holds: 'files' }>;

interface Fetched {
  readonly path: string;
  readonly rows?: number;
  readonly notes: readonly string[];
}

async function fetchOnce(
  part: FetchedPart,
  stem: string,
  signal: AbortSignal,
  setting: Setting,
): Promise<Fetched> {
  const connector = await connectorOf(part.source);
  const reach = { signal, ownPort: setting.task.ownPort };
  const onProgress = progressTeller(part, setting);
  if (connector.holds === 'files') return fetchFile(connector, part, stem, signal, setting);
  const text = join(setting.task.scratch, `${stem}.text`);
  const path = join(setting.task.scratch, `${stem}.parquet`);
  try {
    const fetched = await connector.fetch(
      part.source,
      part.part,
      { path: text, rows: setting.task.rows, onProgress },
      reach,
    );
    signal.throwIfAborted();
    return { path, ...(await textToParquet(setting.database, text, fetched, path)) };
  } finally {
    await rm(text, { force: true });
  }
}

async function fetchFile(
  connector: AnyFileConnector,
  { part, source, nodeId }: FetchedPart,
  stem: string,
  signal: AbortSignal,
  setting: Setting,
): Promise<Fetched> {
  const { path: below = '', format = 'csv' } = part;
  const name = below || addressPath(source.config);
  const path = join(setting.task.scratch, stem + endingOf(name));
  const most = mostOf(format, name, setting.task.rows);
  const onProgress = progressTeller({ part, nodeId }, setting);
  const { whole } = await connector.fetch(
    source as never,
    below,
    { path, most, onProgress },
    { signal, ownPort: setting.task.ownPort },
  );
  if (!whole && !isCuttable(format, name))
    throw fail(
      'path',
      `the file is larger than ${sizeText(wholeBytes)}, too large to look into before a run.`,
    );
  if (!whole) await cutAtLine(path);
  return { path, notes: [] };
}

/** An address that is read itself ends as its file does. */
const addressPath = (config: SourceConnection['config']): string =>
  config.type === 'http' && URL.canParse(config.url) ? new URL(config.url).pathname : '';

/** The reader tells by its ending how a file is packed. */
function endingOf(name: string): string {
  return (
    /(?:\.[a-z0-9]{1,8})?(?:\.(?:gz|zst|bz2))?$/i.exec(name.split(/[?#]/)[0] ?? '')?.[0].toLowerCase() ?? ''
  );
}

/** Lines can be cut off a file as it comes, unless it is packed. */
const isCuttable = (format: string, name: string): boolean =>
  (format === 'csv' || format === 'ndjson') && !/\.(?:gz|zst|bz2)$/i.test(name);

function mostOf(format: string, name: string, rows: number | undefined): number | undefined {
  if (rows === undefined) return undefined;
  return isCuttable(format, name) ? Math.min(Math.max(rows * bytesARow, leastBytes), mostBytes) : wholeBytes;
}

/** The last line may be a part of one. */
async function cutAtLine(path: string): Promise<void> {
  const { size } = await stat(path);
  const length = Math.min(size, leastBytes);
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const end = buffer.lastIndexOf(10);
    if (end >= 0) await truncate(path, size - length + end + 1);
  } finally {
    await file.close();
  }
}

/** Tells once a second how much has come, and in the log now and then. */
function progressTeller(
  { nodeId, part }: Pick<FetchedPart, 'nodeId' | 'part'>,
  { reporter, log }: Pick<Setting, 'reporter' | 'log'>,
) {
  const started = performance.now();
  let told = started;
  let logged = started;
  return ({ rows, bytes }: { readonly rows?: number; readonly bytes: number }): void => {
    const now = performance.now();
    if (now - told < liveMilliseconds) return;
    told = now;
    const took = now - started;
    reporter.step({
      nodeId,
      status: 'running',
      live: {
        milliseconds: Math.round(took),
        memoryBytes: process.memoryUsage.rss(),
        bytesWritten: bytes,
        ...(rows === undefined ? {} : { rowsScanned: rows, rowsPerSecond: Math.round((rows * 1000) / took) }),
      },
    });
    if (now - logged < logMilliseconds) return;
    logged = now;
    const what = rows === undefined ? sizeText(bytes) : rowsText(rows);
    log('info', `Reading ${partText(part)}: ${what} so far.`, nodeId);
  };
}
