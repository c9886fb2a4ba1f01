import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { dialect } from '../compile/dialect.ts';
import type { RunnerLimits } from './protocol.ts';

export interface SessionOptions {
  /** The task's own folder: the only one it may write to. It must exist. */
  readonly scratch: string;
  readonly limits: RunnerLimits;
  /** Absolute paths of the granted input files. DuckDB cannot tell reading from writing here; see `openSession`. */
  readonly readable: readonly string[];
  /** A folder of ours that only statements of ours read, on an instance that executes no other. */
  readonly library?: string;
  /** File inside the scratch folder that gets the JSON profile of each statement; none is written when left out. */
  readonly profile?: string;
}

/** One hardened in-memory DuckDB. */
export interface Session {
  readonly connection: DuckDBConnection;
  readonly instance: DuckDBInstance;
  /** Version of the engine, e.g. "v1.5.6". */
  readonly version: string;
  /** Folder of spilled data, inside the scratch folder. */
  readonly spill: string;
  /** Another connection to the same instance. */
  connect(): Promise<DuckDBConnection>;
  /** Asks the running statements to stop. Most do in under a second; a few functions never do. */
  interrupt(): void;
  close(): void;
}

/**
 * Opens an instance that can touch nothing but the granted files and the scratch folder, and asserts that it is so.
 *
 * The order matters: the spill folder is added to the allowed ones when it is set, so it lies in the task's scratch;
 * nothing can be set after the lock. DuckDB's allowed paths permit writing as well, so what only SQL of ours may write
 * is kept from users by the vetting of their texts (no statement but SELECT gets through), and by file modes.
 * These settings lessen harm; the process, its limits and its end are the boundary.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const own = await realpath(options.scratch);
  const spill = join(own, 'spill');
  await mkdir(spill, { recursive: true, mode: 0o700 });
  const instance = await takeInstance();
  try {
    const connection = await instance.connect();
    await connection.run(
      settings(own, spill, options)
        .map((setting) => `SET ${setting}`)
        .join(';\n'),
    );
    const version = await assertLocked(connection, own, options);
    return makeSession(instance, connection, version, spill);
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

let spare: Promise<DuckDBInstance | undefined> | undefined;

/**
 * Makes the next session's instance while nobody waits for it: half of the time that opening one takes. It is as
 * fresh as one made later, since nothing has used it and nothing can name it.
 */
export function prepareInstance(): void {
  // Where it fails the session makes its own, and tells why it could not.
  spare ??= DuckDBInstance.create(':memory:').catch(() => undefined);
}

/** Never the same one twice. */
async function takeInstance(): Promise<DuckDBInstance> {
  const prepared = spare;
  spare = undefined;
  return (await prepared) ?? DuckDBInstance.create(':memory:');
}

function settings(scratch: string, spill: string, options: SessionOptions): string[] {
  const { limits, readable, profile, library } = options;
  return [
    `temp_directory = ${dialect.text(spill)}`,
    `max_temp_directory_size = '${limits.spillBytes}B'`,
    `memory_limit = '${limits.memoryBytes}B'`,
    `threads = ${limits.threads}`,
    'autoinstall_known_extensions = false',
    'autoload_known_extensions = false',
    'allow_community_extensions = false',
    'allow_unsigned_extensions = false',
    'allow_persistent_secrets = false',
    // A time without a zone means the same everywhere, whatever machine it runs on.
    "TimeZone = 'UTC'",
    // Errors then say where they are as data instead of as a drawing.
    'errors_as_json = true',
    'preserve_insertion_order = true',
    // Both cost nothing measurable, and neither can be switched on once the configuration is locked.
    'enable_progress_bar = true',
    'enable_progress_bar_print = false',
    'progress_bar_time = 0',
    ...(profile ? profiling(profile) : []),
    `allowed_paths = ${dialect.list(readable)}`,
    // What a file's footer says is kept: reading a page of it then needs no second look.
    ...(library ? ['parquet_metadata_cache = true'] : []),
    `allowed_directories = ${dialect.list(library ? [scratch, library] : [scratch])}`,
    'enable_external_access = false',
    'lock_configuration = true',
  ];
}

function profiling(file: string): string[] {
  // By default only SELECTs are profiled; the statements of a run are COPY and CREATE TABLE.
  return [
    "enable_profiling = 'json'",
    `profiling_output = ${dialect.text(file)}`,
    "profiling_coverage = 'ALL'",
  ];
}

const expected: Readonly<Record<string, string>> = {
  enable_external_access: 'false',
  lock_configuration: 'true',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_unsigned_extensions: 'false',
  allow_persistent_secrets: 'false',
};

/** Reads the settings back: a session that is not locked as meant must never see a task. Answers with the version. */
async function assertLocked(
  connection: DuckDBConnection,
  scratch: string,
  { readable, library }: SessionOptions,
): Promise<string> {
  const asked = [...Object.keys(expected), 'allowed_directories', 'allowed_paths'];
  const list = asked.map((name) => `current_setting(${dialect.text(name)})`).join(', ');
  const reader = await connection.runAndReadAll(`SELECT version(), ${list}`);
  const [version, ...values] = reader.getRowsJson()[0] ?? [];
  const actual = new Map(asked.map((name, at) => [name, values[at]]));
  for (const [name, value] of Object.entries(expected)) {
    if (String(actual.get(name)) !== value)
      throw new Error(`Internal error: ${name} is ${String(actual.get(name))}, not ${value}`);
  }
  const directories = actual.get('allowed_directories') as string[];
  const folders = new Set(directories.map((path) => path.replace(/\/$/, '')));
  const meant = [scratch, join(scratch, 'spill'), ...(library ? [library] : [])];
  if ([...folders].some((folder) => !meant.includes(folder)) || !folders.has(scratch)) {
    throw new Error('Internal error: the session may use other folders than its own');
  }
  if ((actual.get('allowed_paths') as string[]).some((path) => !readable.includes(path))) {
    throw new Error('Internal error: the session may use other files than it was granted');
  }
  return String(version);
}

function makeSession(
  instance: DuckDBInstance,
  connection: DuckDBConnection,
  version: string,
  spill: string,
): Session {
  const open = [connection];
  return {
    connection,
    instance,
    version,
    spill,
    async connect() {
      const another = await instance.connect();
      open.push(another);
      return another;
    },
    interrupt() {
      for (const each of open) each.interrupt();
    },
    close() {
      for (const each of open) each.closeSync();
      instance.closeSync();
    },
  };
}
