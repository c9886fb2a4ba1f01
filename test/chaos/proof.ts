import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Accepted } from './campaign.ts';
import { ParquetReader } from './parquet-reader.ts';
import { csvRows, type Sink, works, writtenFile } from './workload.ts';

export interface ProofResult {
  readonly faults: readonly string[];
  readonly figures: {
    readonly lost: number;
    readonly duplicatedVersions: number;
    readonly versions: number;
    readonly ends: Readonly<Record<string, number>>;
    readonly attempts: number;
  };
}

interface RunRow {
  seq: number;
  id: string;
  status: string;
  attempt: number;
  parameters: string;
  error: string | null;
}

interface VersionRow {
  id: string;
  dataset: string;
  number: number;
  run_seq: number;
  node_id: string;
  attempt: number;
  path: string;
  rows: number;
  bytes: number;
  sha256: string | null;
}

const ends = ['succeeded', 'failed', 'cancelled'];
/** What may end a run that would have succeeded if nobody had killed anything. */
const killCauses = ['interrupted', 'engine_crashed'];

/**
 * Reads a home that nobody owns any more with tools of its own, not the product's: SQLite directly, Parquet by
 * DuckDB. Compares it with what was accepted.
 */
export async function prove(
  home: string,
  accepted: readonly Accepted[],
  { causes = killCauses }: { readonly causes?: readonly string[] } = {},
): Promise<ProofResult> {
  const db = new Database(join(home, 'sluice.db'), { readonly: true });
  try {
    return await new Proof(home, db, accepted, causes).all();
  } finally {
    db.close();
  }
}

class Proof {
  #home: string;
  #db: Database.Database;
  #accepted: readonly Accepted[];
  #causes: readonly string[];
  #faults: string[] = [];
  #runs: RunRow[];
  #versions: VersionRow[];
  #tags = new Map<number, number>();

  constructor(home: string, db: Database.Database, accepted: readonly Accepted[], causes: readonly string[]) {
    this.#home = home;
    this.#db = db;
    this.#accepted = accepted;
    this.#causes = causes;
    this.#runs = db.prepare('SELECT * FROM runs ORDER BY seq').all() as RunRow[];
    this.#versions = db
      .prepare(
        'SELECT v.*, d.name AS dataset FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id ORDER BY d.name, v.number',
      )
      .all() as VersionRow[];
    for (const run of this.#runs) {
      this.#tags.set(run.seq, (JSON.parse(run.parameters) as { tag: number }).tag);
    }
  }

  async all(): Promise<ProofResult> {
    const lost = this.#lostRuns();
    this.#strangers();
    this.#endsAndCauses();
    this.#attempts();
    this.#steps();
    this.#events();
    const duplicatedVersions = this.#duplicates();
    this.#publishedBySuccessOnly();
    await this.#contents();
    this.#writtenFile();
    this.#leftovers();
    const count: Record<string, number> = {};
    for (const { status } of this.#runs) count[status] = (count[status] ?? 0) + 1;
    const attempts = this.#runs.reduce((sum, { attempt }) => sum + attempt, 0);
    return {
      faults: this.#faults,
      figures: { lost, duplicatedVersions, versions: this.#versions.length, ends: count, attempts },
    };
  }

  #fault(text: string): void {
    this.#faults.push(text);
  }

  #lostRuns(): number {
    const known = new Map(this.#runs.map((run) => [run.id, run]));
    let lost = 0;
    for (const { wanted, runId } of this.#accepted) {
      const run = known.get(runId);
      if (run && this.#tags.get(run.seq) === wanted.tag) continue;
      lost += 1;
      this.#fault(`run ${wanted.tag} (${runId}) was accepted and is gone`);
    }
    return lost;
  }

  /** A run that nobody was told of would be a request accepted twice. */
  #strangers(): void {
    const told = new Set(this.#accepted.map(({ runId }) => runId));
    for (const { id } of this.#runs)
      if (!told.has(id)) this.#fault(`run ${id} was made and nobody asked for it`);
  }

  #endsAndCauses(): void {
    const wantedOf = new Map(this.#accepted.map(({ wanted, runId }) => [runId, wanted]));
    for (const { id, status, error } of this.#runs) {
      if (!ends.includes(status)) this.#fault(`run ${id} has no end: ${status}`);
      const wanted = wantedOf.get(id);
      const code = error === null ? undefined : (JSON.parse(error) as { code: string }).code;
      if (status === 'cancelled' && wanted?.cancelAfter === undefined)
        this.#fault(`run ${id} is cancelled and nobody asked for it`);
      if (status === 'succeeded' && wanted?.work.fails)
        this.#fault(`run ${id} succeeded with data that cannot`);
      if (status === 'failed' && !wanted?.work.fails && !this.#causes.includes(code ?? ''))
        this.#fault(`run ${id} failed for another reason than the faults: ${error}`);
      if (status === 'failed' && code === undefined) this.#fault(`run ${id} failed without a cause`);
    }
  }

  /** Attempts count from 1 without a gap; all but the last ended without the run's end, the last ended as the run did. */
  #attempts(): void {
    const rows = this.#db
      .prepare('SELECT run_seq, attempt, status FROM run_attempts ORDER BY run_seq, attempt')
      .all() as { run_seq: number; attempt: number; status: string }[];
    const byRun = Map.groupBy(rows, ({ run_seq }) => run_seq);
    for (const run of this.#runs) {
      const attempts = byRun.get(run.seq) ?? [];
      const numbers = attempts.map(({ attempt }) => attempt);
      if (numbers.join() !== Array.from({ length: run.attempt }, (_none, at) => at + 1).join())
        this.#fault(`run ${run.id} has ${run.attempt} attempts, but rows of ${numbers.join() || 'none'}`);
      const last = attempts.at(-1)?.status;
      const fits = last === run.status || (last === 'interrupted' && run.status !== 'succeeded');
      if (last !== undefined && !fits)
        this.#fault(`run ${run.id} is ${run.status}, its last attempt ${last}`);
      for (const { status, attempt } of attempts.slice(0, -1)) {
        if (!['failed', 'interrupted'].includes(status))
          this.#fault(`attempt ${attempt} of run ${run.id} is ${status} and was followed by another`);
      }
    }
  }

  #steps(): void {
    const open = this.#db
      .prepare(
        "SELECT r.id, s.node_id, s.status FROM run_steps s JOIN runs r ON r.seq = s.run_seq WHERE s.status IN ('pending', 'running')",
      )
      .all() as { id: string; node_id: string; status: string }[];
    for (const step of open)
      this.#fault(`step ${step.node_id} of the ended run ${step.id} is ${step.status}`);
    const failed = this.#db
      .prepare(
        "SELECT r.id, s.node_id, s.status FROM run_steps s JOIN runs r ON r.seq = s.run_seq AND r.attempt = s.attempt WHERE r.status = 'succeeded' AND s.status NOT IN ('succeeded', 'reused', 'skipped')",
      )
      .all() as { id: string; node_id: string; status: string }[];
    for (const step of failed)
      this.#fault(`step ${step.node_id} of the succeeded run ${step.id} is ${step.status}`);
    for (const table of ['run_steps', 'run_logs']) {
      const ahead = this.#db
        .prepare(
          `SELECT count(*) AS n FROM ${table} x JOIN runs r ON r.seq = x.run_seq WHERE x.attempt > r.attempt`,
        )
        .get() as { n: number };
      if (ahead.n > 0) this.#fault(`${table} has ${ahead.n} rows of attempts that never were`);
    }
  }

  /** Each run was reported queued once and ended once, as it ended. */
  #events(): void {
    const rows = this.#db
      .prepare("SELECT type, data ->> 'runId' AS run FROM events WHERE type LIKE 'run.%'")
      .all() as { type: string; run: string }[];
    const byRun = Map.groupBy(rows, ({ run }) => run);
    for (const { id, status } of this.#runs) {
      const types = (byRun.get(id) ?? []).map(({ type }) => type);
      const ending = types.filter((type) => ends.some((end) => type === `run.${end}`));
      if (ending.join() !== `run.${status}`)
        this.#fault(`run ${id} is ${status}, reported as ${ending.join() || 'nothing'}`);
      if (types.filter((type) => type === 'run.queued').length !== 1)
        this.#fault(`run ${id} was not reported as queued exactly once`);
    }
  }

  #duplicates(): number {
    const marks = this.#versions.map(({ run_seq, node_id }) => `${run_seq} ${node_id}`);
    const twice = marks.length - new Set(marks).size;
    if (twice > 0) this.#fault(`${twice} versions were published twice by one step of one run`);
    return twice;
  }

  #publishedBySuccessOnly(): void {
    const published = Map.groupBy(this.#versions, ({ run_seq }) => run_seq);
    const workOf = new Map(this.#accepted.map(({ wanted, runId }) => [runId, wanted.work]));
    for (const run of this.#runs) {
      const nodes = (published.get(run.seq) ?? []).map(({ node_id }) => node_id).sort();
      const expected =
        run.status === 'succeeded'
          ? (workOf.get(run.id)?.sinks ?? []).map(({ nodeId }) => nodeId).sort()
          : [];
      if (nodes.join() !== expected.join())
        this.#fault(
          `run ${run.id} is ${run.status} and published ${nodes.join() || 'nothing'}, not ${expected.join() || 'nothing'}`,
        );
      for (const { attempt } of published.get(run.seq) ?? []) {
        if (attempt !== run.attempt)
          this.#fault(`run ${run.id} published by attempt ${attempt}, not its last`);
      }
    }
  }

  async #contents(): Promise<void> {
    const reader = await ParquetReader.open();
    try {
      for (const sink of works.flatMap(({ sinks }) => sinks)) await this.#sinkContents(reader, sink);
    } finally {
      reader.close();
    }
  }

  async #sinkContents(reader: ParquetReader, sink: Sink): Promise<void> {
    const versions = this.#versions.filter(({ dataset }) => dataset === sink.dataset);
    const expected = new Map<number, number>();
    for (const [at, version] of versions.entries()) {
      const name = `version ${version.number} of ${sink.dataset}`;
      if (version.number !== at + 1) this.#fault(`${name} stands where ${at + 1} should`);
      if (sink.mode === 'replace') expected.clear();
      const tag = this.#tags.get(version.run_seq);
      if (tag !== undefined) expected.set(tag, sink.rows);
      await this.#versionContents(reader, version, expected, name);
    }
  }

  async #versionContents(
    reader: ParquetReader,
    version: VersionRow,
    expected: ReadonlyMap<number, number>,
    name: string,
  ): Promise<void> {
    const path = join(this.#home, 'datasets', ...version.path.split('/'));
    try {
      const bytes = readFileSync(path);
      if (bytes.length !== version.bytes)
        this.#fault(`${name} has ${bytes.length} bytes, not ${version.bytes}`);
      const digest = createHash('sha256').update(bytes).digest('hex');
      if (version.sha256 !== null && digest !== version.sha256) this.#fault(`${name} has another digest`);
      const found = await reader.rowsByTag(path);
      const total = [...found.values()].reduce((sum, rows) => sum + rows, 0);
      if (total !== version.rows) this.#fault(`${name} is listed with ${version.rows} rows and has ${total}`);
      if (textOf(found) !== textOf(expected)) this.#fault(`${name} holds rows of other runs than it should`);
    } catch (error) {
      this.#fault(`${name} cannot be read: ${String(error)}`);
    }
  }

  /** A file is replaced whole or not at all: it holds the rows of one run. */
  #writtenFile(): void {
    const path = join(this.#home, 'files', writtenFile);
    if (!existsSync(path)) return;
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const tags = new Set(lines.slice(1).map((line) => line.slice(line.lastIndexOf(',') + 1)));
    if (lines.length !== csvRows + 1 || tags.size !== 1)
      this.#fault(`${writtenFile} has ${lines.length} lines of ${tags.size} runs`);
  }

  #leftovers(): void {
    const scratch = readdirSync(join(this.#home, 'tmp')).filter((name) => /^(task|runner)-/.test(name));
    if (scratch.length > 0) this.#fault(`scratch stayed behind: ${scratch.join(', ')}`);
    for (const folder of ['datasets', 'kept', 'files']) {
      const asides = readdirSync(join(this.#home, folder), { recursive: true, encoding: 'utf8' }).filter(
        (name) => name.endsWith('.sluice-part'),
      );
      if (asides.length > 0) this.#fault(`${folder} holds ${asides.length} unfinished files`);
    }
  }
}

function textOf(counts: ReadonlyMap<number, number>): string {
  return [...counts].sort(([a], [b]) => a - b).join(' ');
}
