import type { RunSummary, Settings } from '../../shared/contract/domain.ts';
import type { SourceMetadata, SourceTestResult } from '../../shared/contract/sources.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { RunnerLauncher } from '../platform/runner-launcher.ts';
import type { EngineServices } from '../services/engine-ports.ts';
import { Drafts } from './drafts.ts';
import { type Announcements, EndWatch } from './end-watch.ts';
import { InteractiveLane } from './interactive-lane.ts';
import { taskLimits } from './limits.ts';
import { type Records, RecordsDesk } from './records.ts';
import { RunnerPool } from './runner-pool.ts';
import { type EngineLoad, Scheduler } from './scheduler.ts';
import { type EngineFolders, sweep } from './scratch.ts';
import { SourceDesk, type TestedSource } from './source-desk.ts';
import { SourceWork } from './source-work.ts';
import { XmlReader } from './xml-reader.ts';

export type { Draft, ExportRequest, PageRequest, PreviewRequest, SniffRequest } from './drafts.ts';
export type { Announcements } from './end-watch.ts';
export type { PageWish, Records, RecordsPage, StreamOptions } from './records.ts';
export type { EngineLoad } from './scheduler.ts';
export type { EngineFolders } from './scratch.ts';
export type { XmlReader } from './xml-reader.ts';

export interface EngineOptions {
  readonly services: EngineServices;
  /** Where the services announce what they committed: a queued run is picked up, an ended one is told to who waits. */
  readonly events: Announcements;
  readonly folders: EngineFolders;
  readonly launchRunner: RunnerLauncher;
  readonly clock: Clock;
  readonly log: Log;
  settings(): Settings;
  /** Most runs of a lane (a key, a trigger, the window) at a time; no bound when left out. */
  readonly perLane?: (lane: string) => number;
  /** The port of our own server, on which no source may be; undefined while there is none. */
  ownPort?(): number | undefined;
  /** Called whenever the load is another than before. */
  onLoad(load: EngineLoad): void;
}

export interface Engine
  extends Pick<Drafts, 'check' | 'preview' | 'explain' | 'page' | 'summary' | 'exportFile' | 'sniff'> {
  /** Rows of dataset versions as texts, for the doors. */
  readonly records: Records;
  /** Bodies of XML as the JSON they stand for. */
  readonly xml: XmlReader;
  /** Clears what an earlier life left, decides the runs it left running, warms a runner and takes runs. */
  start(): Promise<void>;
  /** Takes no more runs, gives the running ones the grace, and ends every process. Within 10 s by default. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** Something may have been queued. The engine also hears of it by `events`. */
  kick(): void;
  /** A queued run is cancelled at once; a running one is told to stop. Throws run_finished for an ended one. */
  cancel(runId: string): 'cancelled' | 'running';
  waitForEnd(runId: string, signal?: AbortSignal): Promise<RunSummary>;
  load(): EngineLoad;
  /** Connects with a stored source, and notes what came of it, or with one that a form holds. What failed is the answer. */
  testSource(source: TestedSource, signal?: AbortSignal): Promise<SourceTestResult>;
  /** What a stored source holds. Throws source_unreachable, source_refused. */
  sourceMetadata(
    asked: { readonly id: string; readonly table?: string | undefined },
    signal?: AbortSignal,
  ): Promise<SourceMetadata>;
  /** How far this system can confine a runner, in sentences; empty when all of it holds. */
  warnings(): readonly string[];
}

/** A stop must end within 10 s; ending processes takes at most two of them. */
const defaultGrace = 5000;
const longestGrace = 7000;

/**
 * Everything that runs. States: made -> started -> stopped; nothing is taken before `start` or after `stop`.
 * The engine owns processes and scratch files; rows of the store belong to the services.
 */
export function createEngine(options: EngineOptions): Engine {
  const { services, events, folders, launchRunner, clock, log, settings } = options;
  const memoryBytes = (): number => settings().runMemoryBytes;
  const pool = new RunnerPool({
    launcher: launchRunner,
    clock,
    log,
    tmp: folders.tmp,
    memoryBytes,
    surplus: () => settings().concurrentRuns,
  });
  // Apart from all others: only these have a network, and none of them is ever given a document.
  const connected = new RunnerPool({
    launcher: launchRunner,
    clock,
    log,
    tmp: folders.tmp,
    memoryBytes,
    network: true,
    spare: 0,
  });
  const sourceWork = new SourceWork({
    pool: connected,
    tmp: folders.tmp,
    settings,
    ownPort: options.ownPort,
  });
  const sourceLane = new InteractiveLane(connected, clock, folders.tmp);
  const sources = new SourceDesk(services.sources, sourceWork, sourceLane);
  const lane = new InteractiveLane(pool, clock, folders.tmp);
  const recordsLane = new InteractiveLane(pool, clock, folders.tmp, 2);
  const drafts = new Drafts({ services, lane, recordsLane, sourceWork, tmp: folders.tmp, settings });
  const records = new RecordsDesk({ pool, clock, tmp: folders.tmp, datasets: folders.datasets, settings });
  const { perLane } = options;
  const context = { services, pool, sourceWork, clock, log, tmp: folders.tmp, settings, perLane };
  const scheduler = new Scheduler(context, options.onLoad);
  const ends = new EndWatch(services.runs, events);
  const unsubscribe = events.subscribe((event) => {
    const maySchedule =
      event.type === 'settings.changed' || (event.type === 'run.changed' && event.run.status === 'queued');
    if (maySchedule) scheduler.kick();
  });
  // Whoever asks the services to cancel a run (a bulk action, a run that replaces it) reaches its process here.
  const unsubscribeStops = services.runs.onStopWanted((runId, reason) => scheduler.cancel(runId, reason));

  return {
    async start() {
      await sweep(folders, log);
      const recovered = services.runs.recoverInterrupted();
      if (recovered.requeued + recovered.failed > 0)
        log.warn(recovered, 'runs that an earlier life left were decided');
      pool.start();
      connected.start();
      scheduler.start();
    },
    async stop({ graceMs = defaultGrace } = {}) {
      unsubscribe();
      const lanes = Promise.all([
        lane.stop(),
        recordsLane.stop(),
        sourceLane.stop(),
        records.stop(),
        scheduler.stop(Math.min(graceMs, longestGrace)),
      ]);
      await lanes;
      unsubscribeStops();
      await Promise.all([pool.stop(), connected.stop()]);
      ends.stop();
    },
    records,
    xml: new XmlReader(lane, () => taskLimits(settings(), folders.tmp)),
    kick: () => scheduler.kick(),
    cancel: (runId) => services.runs.requestCancel(runId),
    waitForEnd: (runId, signal) => ends.wait(runId, signal),
    load: () => scheduler.load(),
    warnings: () => launchRunner.warnings(),
    testSource: (source, signal) => sources.test(source, signal),
    sourceMetadata: (asked, signal) => sources.metadata(asked, signal),
    check: (draft, signal) => drafts.check(draft, signal),
    preview: (request, signal) => drafts.preview(request, signal),
    explain: (draft, signal) => drafts.explain(draft, signal),
    page: (path, request, signal) => drafts.page(path, request, signal),
    summary: (path, signal) => drafts.summary(path, signal),
    exportFile: (path, request, signal) => drafts.exportFile(path, request, signal),
    sniff: (request, signal) => drafts.sniff(request, signal),
  };
}
