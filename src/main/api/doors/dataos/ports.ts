import type { ResourcesService, WebhooksService, WorkspacesService } from '../../../services/index.ts';
import type { KeysService } from '../../../services/service-types.ts';
import type { DoorFront } from '../../plugins/door-guard.ts';
import type { CheckDraft } from './sql-check.ts';

export interface DataosDoorPorts {
  readonly front: DoorFront;
  readonly keys: KeysService;
  readonly resources: ResourcesService;
  readonly workspaces: WorkspacesService;
  readonly webhooks: WebhooksService;
  /** Reads the SQL of workflows before they are taken. */
  readonly check: CheckDraft;
  /** Tells the engine that the queue grew. */
  kick(): void;
}

export type ListedRow = ReturnType<ResourcesService['list']>['resources'][number];
export type FoundWorkspace = ReturnType<WorkspacesService['list']>[number];
