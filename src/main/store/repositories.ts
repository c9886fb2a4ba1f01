import type { Connection } from './connection.ts';
import { DatasetVersionsRepository } from './dataset-versions-repository.ts';
import { DatasetsRepository } from './datasets-repository.ts';
import { DoomedFilesRepository } from './doomed-files-repository.ts';
import { EventsRepository } from './events-repository.ts';
import { FileGrantsRepository } from './file-grants-repository.ts';
import { IdempotencyKeysRepository } from './idempotency-keys-repository.ts';
import { KeptOutputsRepository } from './kept-outputs-repository.ts';
import { KeysRepository } from './keys-repository.ts';
import { PipelineRevisionsRepository } from './pipeline-revisions-repository.ts';
import { PipelinesRepository } from './pipelines-repository.ts';
import { RunLogsRepository } from './run-logs-repository.ts';
import { RunOutputsRepository } from './run-outputs-repository.ts';
import { RunStepsRepository } from './run-steps-repository.ts';
import { RunsRepository } from './runs-repository.ts';
import { SettingsRepository } from './settings-repository.ts';
import { WorkspacesRepository } from './workspaces-repository.ts';

export type Repositories = ReturnType<typeof createRepositories>;

/** One repository a table. */
export function createRepositories(connection: Connection) {
  return {
    workspaces: new WorkspacesRepository(connection),
    pipelines: new PipelinesRepository(connection),
    revisions: new PipelineRevisionsRepository(connection),
    runs: new RunsRepository(connection),
    steps: new RunStepsRepository(connection),
    logs: new RunLogsRepository(connection),
    outputs: new RunOutputsRepository(connection),
    datasets: new DatasetsRepository(connection),
    versions: new DatasetVersionsRepository(connection),
    kept: new KeptOutputsRepository(connection),
    doomed: new DoomedFilesRepository(connection),
    events: new EventsRepository(connection),
    grants: new FileGrantsRepository(connection),
    keys: new KeysRepository(connection),
    idempotency: new IdempotencyKeysRepository(connection),
    settings: new SettingsRepository(connection),
  };
}
