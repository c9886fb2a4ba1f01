import { BackfillsRepository } from './backfills-repository.ts';
import type { Connection } from './connection.ts';
import { DatasetVersionsRepository } from './dataset-versions-repository.ts';
import { DatasetsRepository } from './datasets-repository.ts';
import { DoomedFilesRepository } from './doomed-files-repository.ts';
import { EventsRepository } from './events-repository.ts';
import { FileGrantsRepository } from './file-grants-repository.ts';
import { IdempotencyKeysRepository } from './idempotency-keys-repository.ts';
import { KeptOutputsRepository } from './kept-outputs-repository.ts';
import { KeyUseRepository } from './key-use-repository.ts';
import { KeysRepository } from './keys-repository.ts';
import { NoticesRepository } from './notices-repository.ts';
import { OauthRepository } from './oauth-repository.ts';
import { PipelineRevisionsRepository } from './pipeline-revisions-repository.ts';
import { PipelinesRepository } from './pipelines-repository.ts';
import { RateStatesRepository } from './rate-states-repository.ts';
import { ReceivedRepository } from './received-repository.ts';
import { RequestsRepository } from './requests-repository.ts';
import { ResourceRunsRepository } from './resource-runs-repository.ts';
import { ResourcesRepository } from './resources-repository.ts';
import { RetentionRepository } from './retention-repository.ts';
import { RetentionSweepsRepository } from './retention-sweeps-repository.ts';
import { RunAttemptsRepository } from './run-attempts-repository.ts';
import { RunHistoryRepository } from './run-history-repository.ts';
import { RunLogsRepository } from './run-logs-repository.ts';
import { RunOutputsRepository } from './run-outputs-repository.ts';
import { RunStepsRepository } from './run-steps-repository.ts';
import { RunsRepository } from './runs-repository.ts';
import { SettingsRepository } from './settings-repository.ts';
import { SourcesRepository } from './sources-repository.ts';
import { TriggerFiresRepository } from './trigger-fires-repository.ts';
import { TriggersRepository } from './triggers-repository.ts';
import { WebhookAttemptsRepository } from './webhook-attempts-repository.ts';
import { WebhookDeliveriesRepository } from './webhook-deliveries-repository.ts';
import { WebhooksRepository } from './webhooks-repository.ts';
import { WorkspacesRepository } from './workspaces-repository.ts';

export type Repositories = ReturnType<typeof createRepositories>;

/** One repository a table. */
export function createRepositories(connection: Connection) {
  return {
    workspaces: new WorkspacesRepository(connection),
    pipelines: new PipelinesRepository(connection),
    revisions: new PipelineRevisionsRepository(connection),
    runs: new RunsRepository(connection),
    attempts: new RunAttemptsRepository(connection),
    steps: new RunStepsRepository(connection),
    logs: new RunLogsRepository(connection),
    history: new RunHistoryRepository(connection),
    outputs: new RunOutputsRepository(connection),
    datasets: new DatasetsRepository(connection),
    versions: new DatasetVersionsRepository(connection),
    kept: new KeptOutputsRepository(connection),
    doomed: new DoomedFilesRepository(connection),
    events: new EventsRepository(connection),
    grants: new FileGrantsRepository(connection),
    keys: new KeysRepository(connection),
    keyUse: new KeyUseRepository(connection),
    rates: new RateStatesRepository(connection),
    received: new ReceivedRepository(connection),
    requests: new RequestsRepository(connection),
    idempotency: new IdempotencyKeysRepository(connection),
    webhooks: new WebhooksRepository(connection),
    deliveries: new WebhookDeliveriesRepository(connection),
    webhookAttempts: new WebhookAttemptsRepository(connection),
    notices: new NoticesRepository(connection),
    retention: new RetentionRepository(connection),
    sweeps: new RetentionSweepsRepository(connection),
    sources: new SourcesRepository(connection),
    oauth: new OauthRepository(connection),
    resources: new ResourcesRepository(connection),
    resourceRuns: new ResourceRunsRepository(connection),
    settings: new SettingsRepository(connection),
    triggers: new TriggersRepository(connection),
    fires: new TriggerFiresRepository(connection),
    backfills: new BackfillsRepository(connection),
  };
}
