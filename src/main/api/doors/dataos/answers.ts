import type { KeySummary } from '../../../../shared/contract/domain.ts';
import type { DeliverySummary, WebhookSummary } from '../../../../shared/contract/webhooks.ts';
import type { ErrorCode } from '../../../../shared/errors/catalog.ts';
import { plainTime } from '../../../../shared/kernel/time.ts';
import type { ResourceDetail, ResourceLine } from '../../../services/index.ts';
import type { ErrorAnswer } from '../../plugins/errors.ts';
import type { FoundWorkspace, ListedRow } from './ports.ts';
import type { DataosError, ListedResource, LogLine } from './schemas.ts';

export function toListed({ name, version, type, workspace, status, createdAt }: ListedRow): ListedResource {
  return { name, version, type, workspace, status, created: plainTime(createdAt) };
}

export function toResource({
  name,
  version,
  type,
  workspace,
  tags,
  description,
  status,
  told,
}: ResourceDetail) {
  return { name, version, type, workspace, tags: [...tags], description, status, spec: { ...told } };
}

/** What was accepted is told as pending; how it stands is asked for. */
export function toChanged(
  verb: 'created' | 'updated',
  { name, version, type }: Pick<ListedRow, 'name' | 'version' | 'type'>,
) {
  return {
    message: `Resource ${verb} successfully`,
    resource: { name, version, type, status: 'pending' as const },
  };
}

export function toLogLine({ time, level, message }: ResourceLine): LogLine {
  return { timestamp: plainTime(time), level: level.toUpperCase() as LogLine['level'], message };
}

export function toWorkspace({ name, description, createdAt }: FoundWorkspace) {
  return { name, description, created: plainTime(createdAt) };
}

export function toWebhook({ id, name, url, events, resourceTypes, paused, createdAt }: WebhookSummary) {
  const status = paused ? ('paused' as const) : ('active' as const);
  return { id, name, url, events, resources: resourceTypes, status, created: plainTime(createdAt) };
}

export function toDelivery(delivery: DeliverySummary) {
  const { id, eventType, status, attempts, lastStatusCode, lastMessage, createdAt, finishedAt } = delivery;
  return {
    id,
    event: eventType,
    status,
    attempts,
    response_status: lastStatusCode,
    error: lastMessage,
    created: plainTime(createdAt),
    finished: finishedAt === null ? null : plainTime(finishedAt),
  };
}

export function toToken({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }: KeySummary) {
  return {
    id,
    name,
    prefix,
    scopes,
    created: plainTime(createdAt),
    expires: expiresAt === null ? null : plainTime(expiresAt),
    last_used: lastUsedAt === null ? null : plainTime(lastUsedAt),
  };
}

/** Codes that the document names or that follow its table of statuses; all others are ours in upper case. */
const codes: Partial<Record<ErrorCode, string>> = {
  resource_missing: 'RESOURCE_NOT_FOUND',
  not_found: 'RESOURCE_NOT_FOUND',
  route_not_found: 'NOT_FOUND',
  resource_exists: 'RESOURCE_ALREADY_EXISTS',
  name_taken: 'RESOURCE_ALREADY_EXISTS',
  rate_limited: 'RATE_LIMIT_EXCEEDED',
  internal: 'INTERNAL_ERROR',
  stopping: 'SERVICE_UNAVAILABLE',
  workspace_in_use: 'CONFLICT',
  workspace_protected: 'CONFLICT',
  invalid_input: 'INVALID_REQUEST',
  invalid_resource: 'INVALID_REQUEST',
  invalid_pipeline: 'INVALID_REQUEST',
};

/** What the details of an error may tell: nothing of how we work inside. */
const shownDetails = [
  'type',
  'name',
  'workspace',
  'path',
  'scope',
  'id',
  'limit',
  'host',
  'workspaces',
] as const;

export const dataosError: ErrorAnswer = (error, _request, reply): DataosError => {
  void reply.status(error.entry.status).type('application/json; charset=utf-8');
  const code = codes[error.code] ?? error.code.toUpperCase();
  const { message } = error;
  if (error.code === 'rate_limited')
    return { error: { code, message, retry_after: Number(error.details.seconds ?? 60) } };
  const known = shownDetails.filter((name) => error.details[name] !== undefined);
  const details = Object.fromEntries(known.map((name) => [name, error.details[name]]));
  return { error: { code, message, details } };
};
