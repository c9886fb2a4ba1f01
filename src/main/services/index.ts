import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { HomePaths } from '../store/home-paths.ts';
import type { Store } from '../store/open-store.ts';
import { createDatasetsService } from './datasets-service.ts';
import type { EventBus } from './event-bus.ts';
import { createFileReaper } from './file-reaper.ts';
import { createFilesService } from './files-service.ts';
import { createFsckService } from './fsck-service.ts';
import { createKeptService } from './kept-service.ts';
import { createKeysService } from './keys-service.ts';
import { createPipelinesService } from './pipelines-service.ts';
import { createRunJournal } from './run-journal.ts';
import { createRunQueries, presentRun } from './run-queries.ts';
import { createRunLedger } from './runs-service.ts';
import { createSamplesService } from './samples-service.ts';
import { createServiceContext, type ServiceClock, systemClock } from './service-context.ts';
import type {
  DatasetsService,
  DocumentText,
  FilesService,
  FsckService,
  KeptService,
  KeysService,
  PipelinesService,
  RunsService,
  SamplesService,
  SettingsService,
} from './service-types.ts';
import { createSettingsService, type Machine, thisMachine } from './settings-service.ts';
import { sweepLeftovers } from './stray-files.ts';

export { createEventBus, type EventBus, type EventListener } from './event-bus.ts';
export type * from './service-types.ts';

export interface ServicesOptions {
  readonly store: Store;
  readonly home: HomePaths;
  readonly events: EventBus;
  readonly documentText: DocumentText;
  /** Absolute path of `resources/samples`. */
  readonly samplesFolder: string;
  readonly clock?: ServiceClock;
  readonly machine?: Machine;
  /** Title of a kind, for steps whose node has none of its own. */
  readonly kindTitle?: (kind: string) => string | undefined;
  /** Structural problems that keep a pipeline from being accepted. */
  readonly checkPipeline?: (document: PipelineDocument) => readonly Problem[];
}

export interface Services {
  readonly pipelines: PipelinesService;
  readonly runs: RunsService;
  readonly datasets: DatasetsService;
  readonly kept: KeptService;
  readonly files: FilesService;
  readonly keys: KeysService;
  readonly settings: SettingsService;
  readonly samples: SamplesService;
  readonly fsck: FsckService;
  /** Writes what is buffered. The store is still open then, and is the caller's to close. */
  close(): void;
}

/** The durable side of the core, one service a domain, over an open store. */
export function createServices(options: ServicesOptions): Services {
  const { store, home, documentText, kindTitle = () => undefined } = options;
  const context = createServiceContext(store, home, options.events, options.clock ?? systemClock);
  const summaryOf = (runId: string) => {
    const run = store.runs.find(runId);
    return run && presentRun(run);
  };
  const journal = createRunJournal(context, summaryOf, kindTitle);
  const reaper = createFileReaper(context, () => journal.openIds());
  const settings = createSettingsService(context, options.machine ?? thisMachine());
  const pipelines = createPipelinesService(context, { documentText });
  const datasets = createDatasetsService(context, reaper);
  const kept = createKeptService(context, reaper);
  const runs = createRuns();

  function createRuns(): RunsService {
    const ledger = createRunLedger(context, {
      journal,
      reaper,
      kindTitle,
      publisher: datasets,
      keeper: kept,
      checkPipeline: options.checkPipeline,
      sweepLeftovers: (since) => sweepLeftovers(context, since),
    });
    return {
      ...ledger,
      ...createRunQueries(context, journal, kindTitle),
      ownedRunIds: () => journal.openIds(),
      flush: () => journal.flush(),
    };
  }

  return {
    pipelines,
    runs,
    datasets,
    kept,
    settings,
    files: createFilesService(context, settings),
    keys: createKeysService(context),
    samples: createSamplesService(context, pipelines, documentText, options.samplesFolder),
    fsck: createFsckService(context, () => journal.openIds()),
    close: () => journal.stop(),
  };
}
