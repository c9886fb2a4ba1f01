import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { HomePaths } from '../store/home-paths.ts';
import type { Store } from '../store/open-store.ts';
import { createBackupService } from './backup/backup-service.ts';
import { createDatasetsService } from './datasets-service.ts';
import type { EventBus } from './event-bus.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { createFileReaper } from './file-reaper.ts';
import { createFilesService } from './files-service.ts';
import { createFsckService } from './fsck-service.ts';
import { createKeptService } from './kept-service.ts';
import { createKeyUse } from './key-use.ts';
import { createKeysService } from './keys-service.ts';
import { createLogReader } from './log-reader.ts';
import { createNoticesService, type NoticesService } from './notices-service.ts';
import { createOauthService, type OauthService } from './oauth-service.ts';
import { createPipelinesService } from './pipelines-service.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';
import { createReceivedService, type ReceivedService } from './received-service.ts';
import { createRequestsService, type RequestsService } from './requests-service.ts';
import { createResourceBook } from './resources/resource-book.ts';
import { createResourcesService, type ResourcesService } from './resources-service.ts';
import { createRetentionService, type RetentionService } from './retention-service.ts';
import { createClaimPicker, createWaitReason } from './run-claim.ts';
import { createRunDocuments } from './run-documents.ts';
import { createRunHistory, type RunHistory } from './run-history.ts';
import { createRunJournal } from './run-journal.ts';
import { createRunQueries, presentRun } from './run-queries.ts';
import { createRunVerbs } from './run-verbs.ts';
import { createRunLedger } from './runs-service.ts';
import { createSamplesService } from './samples-service.ts';
import { createScheduleKeeper } from './schedule-keeper.ts';
import { memorySecretStore, type SecretStore } from './secret-book.ts';
import { createServiceContext, type ServiceClock, systemClock } from './service-context.ts';
import type {
  BackupService,
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
import { createSourcesService, type SourcesService } from './sources-service.ts';
import { createStoreCare, type StoreCare } from './store-care.ts';
import { sweepLeftovers } from './stray-files.ts';
import { noTimetable, type Timetable } from './trigger-ports.ts';
import { createTriggersService, type TriggersService } from './triggers-service.ts';
import { createWebhooksService, type WebhooksOptions, type WebhooksService } from './webhooks-service.ts';
import { createWorkspaceSettings, type WorkspaceSettingsService } from './workspace-settings.ts';
import { createWorkspacesService, type WorkspacesService } from './workspaces-service.ts';

export { createEventBus, type EventBus, type EventListener } from './event-bus.ts';
export { parseKey } from './key-format.ts';
export type { UseOutcome } from './key-use.ts';
export type { NoticesService } from './notices-service.ts';
export type { AskedAccess, Consent, OauthService } from './oauth-service.ts';
export type { Admission, RateLimits, ToldLimit } from './rate-limits.ts';
export { afterOne, type RateRule, standingOf, waitFor } from './rate-rule.ts';
export type { ReceivedService } from './received-service.ts';
export type { RequestsService } from './requests-service.ts';
export type * from './resources-service.ts';
export type { RetentionService } from './retention-service.ts';
export type * from './service-types.ts';
export type { ChangeSource, CreateSource, SourcesService, TriedSource } from './sources-service.ts';
export type { FoundFile } from './trigger-evaluation.ts';
export type { TriggersService } from './triggers-service.ts';
export type { AttemptOutcome, DueDelivery, Endpoint, WebhookOutbox } from './webhook-outbox.ts';
export type { WebhooksService } from './webhooks-service.ts';
export type { WorkspaceSettings, WorkspaceSettingsService } from './workspace-settings.ts';
export type { WorkspacesService } from './workspaces-service.ts';

export interface ServicesOptions {
  readonly store: Store;
  readonly home: HomePaths;
  readonly events: EventBus;
  readonly documentText: DocumentText;
  /** Absolute path of `resources/samples`. */
  readonly samplesFolder: string;
  readonly clock?: ServiceClock;
  /** Of this program, noted in backups. */
  readonly version?: string;
  /** Where secrets are kept; in memory when left out. */
  readonly secrets?: SecretStore;
  /** Why nothing may be sent to an address, as far as its text tells. */
  readonly refuseAddress?: WebhooksOptions['refuseAddress'];
  /** The calendar of schedules; without it no schedule is valid. */
  readonly timetable?: Timetable;
  readonly machine?: Machine;
  /** Title of a kind, for steps whose node has none of its own. */
  readonly kindTitle?: (kind: string) => string | undefined;
  /** Structural problems that keep a pipeline from being accepted. */
  readonly checkPipeline?: (document: PipelineDocument) => readonly Problem[];
}

export interface Services {
  readonly pipelines: PipelinesService;
  readonly runs: RunsService;
  readonly history: RunHistory;
  readonly datasets: DatasetsService;
  readonly kept: KeptService;
  readonly files: FilesService;
  readonly received: ReceivedService;
  readonly keys: KeysService;
  readonly limits: RateLimits;
  readonly requests: RequestsService;
  readonly oauth: OauthService;
  readonly webhooks: WebhooksService;
  readonly sources: SourcesService;
  readonly workspaces: WorkspacesService;
  readonly resources: ResourcesService;
  readonly eventLog: EventLog;
  readonly triggers: TriggersService;
  /** What is wrong with the schedule of a document. */
  checkSchedule(document: PipelineDocument): Problem[];
  /** Once at start: schedules that stand in documents of an older home begin to fire. */
  adoptSchedules(): void;
  readonly settings: SettingsService;
  readonly workspaceSettings: WorkspaceSettingsService;
  readonly samples: SamplesService;
  readonly fsck: FsckService;
  readonly retention: RetentionService;
  readonly notices: NoticesService;
  readonly backup: BackupService;
  readonly care: StoreCare;
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
  // Before the webhooks: what they tell of a thing is its name as a resource.
  const book = createResourceBook(context);
  const webhooks = createWebhooksService(context, {
    resourceOf: book.told,
    secrets: options.secrets ?? memorySecretStore(),
    refuseAddress: options.refuseAddress,
  });
  const settings = createSettingsService(context, options.machine ?? thisMachine());
  const timetable = options.timetable ?? noTimetable;
  const schedules = createScheduleKeeper(context, timetable);
  const pipelines = createPipelinesService(context, { documentText, schedules });
  const datasets = createDatasetsService(context, reaper);
  const kept = createKeptService(context, reaper);
  const received = createReceivedService(context, reaper);
  const flush = () => journal.flush();
  const reader = createLogReader(context, flush);
  const runs = createRuns();
  const files = createFilesService(context, settings);
  const use = createKeyUse(context);
  const limits = createRateLimits(context);
  const keys = createKeysService(context, {
    use,
    rates: limits,
    cancelRun: (runId) => void runs.requestCancel(runId),
  });
  const requests = createRequestsService(context);
  const retention = createRetentionService(context, {
    events: options.events,
    kept,
    received,
    reaper,
    limits: () => ({ ...settings.get().retention, sandbox: workspaceSettings.sandboxRetention() }),
    runningCount: () => journal.openIds().length,
  });
  const sources = createSourcesService(context, { secrets: options.secrets ?? memorySecretStore(), files });
  const triggers = createTriggersService(context, {
    timetable,
    runs,
    files,
    secrets: options.secrets ?? memorySecretStore(),
  });
  const workspaces = createWorkspacesService(context);
  const resources = createResourcesService(context, {
    book,
    workspaces,
    pipelines,
    runs,
    datasets,
    sources,
    triggers,
    secrets: options.secrets ?? memorySecretStore(),
    events: options.events,
    reader,
    flush,
    checkSchedule: (document) => schedules.check(document),
    checkPipeline: (document) => options.checkPipeline?.(document) ?? [],
  });
  const notices = createNoticesService(context, options.secrets ?? memorySecretStore());
  const workspaceSettings = createWorkspaceSettings(context, {
    settings,
    notices,
    secrets: options.secrets ?? memorySecretStore(),
    refuseUrl: webhooks.refuseUrl,
  });
  retention.addPruner({ category: 'deliveries', count: webhooks.countBefore, prune: webhooks.prune });
  retention.addPruner({
    category: 'fires',
    count: (before) => store.fires.countBefore(before),
    prune: (before, limit) => store.fires.prune(before, limit),
  });
  retention.addPruner({
    category: 'notices',
    count: (before) => store.notices.countOlder(before),
    prune: (before, limit) => store.notices.prune(before, limit),
  });

  function createRuns(): RunsService {
    const documents = createRunDocuments(context, options.checkPipeline);
    const picker = createClaimPicker(store.runs, documents);
    const ledger = createRunLedger(context, {
      journal,
      reaper,
      kindTitle,
      publisher: datasets,
      keeper: kept,
      documents,
      picker,
      sweepLeftovers: (since) => sweepLeftovers(context, since),
    });
    return {
      ...ledger,
      ...createRunQueries(context, journal, {
        kindTitle,
        documents,
        waitsFor: createWaitReason(context, picker, () => settings.get().concurrentRuns),
      }),
      ...createRunVerbs(context, documents, ledger.submit),
      logs: reader.page,
      ownedRunIds: () => journal.openIds(),
      flush,
    };
  }

  return {
    pipelines,
    runs,
    history: createRunHistory(context, { events: options.events, reader, runs, flush, kindTitle }),
    datasets,
    kept,
    settings,
    workspaceSettings,
    files,
    received,
    keys,
    limits,
    requests,
    oauth: createOauthService(context, keys),
    webhooks,
    sources,
    workspaces,
    resources,
    eventLog: createEventLog(context),
    triggers,
    checkSchedule: (document) => schedules.check(document),
    adoptSchedules: () => schedules.adopt(),
    samples: createSamplesService(context, pipelines, documentText, options.samplesFolder),
    backup: createBackupService(context, reaper, options.version ?? 'unknown'),
    care: createStoreCare(context),
    fsck: createFsckService(context, () => journal.openIds(), received),
    retention,
    notices,
    close() {
      retention.stop();
      use.stop();
      limits.flush();
      requests.flush();
      journal.stop();
    },
  };
}
