import type { ErrorCode } from '../../../../shared/errors/catalog.ts';
import { plainTime } from '../../../../shared/kernel/time.ts';
import { visibleColumns } from '../../../../shared/plan/received.ts';
import type { LocatedDataset } from '../../../services/service-types.ts';
import type { WorkspaceSettings, WorkspaceView } from '../../../services/workspace-settings.ts';
import type { ErrorAnswer } from '../../plugins/errors.ts';
import {
  type DataPulseError,
  type DatasetAnswer,
  foreverDays,
  type SettingsAnswer,
  type SettingsBody,
} from './schemas.ts';

export function toDatasetAnswer(id: string, { dataset, version }: LocatedDataset): DatasetAnswer {
  return {
    id,
    name: dataset.name,
    row_count: version.rows,
    columns: visibleColumns(version.columns).map(({ name }) => name),
    size_mb: Math.round(version.bytes / 1_000) / 1_000,
    last_updated: plainTime(version.createdAt),
  };
}

/** A key that may not write reads no whole secret. */
export function toSettingsAnswer(view: WorkspaceView, mayWrite: boolean): SettingsAnswer {
  return {
    retention_days: view.retentionDays ?? foreverDays,
    auto_archive: view.autoArchive,
    export_format: view.exportFormat,
    notifications: {
      email_on_failure: view.emailOnFailure,
      slack_webhook: (mayWrite ? view.chatUrl : view.maskedChatUrl) ?? '',
    },
  };
}

/** What is left out of the body is left out here. */
export function toChange(body: SettingsBody): Partial<WorkspaceSettings> {
  const { retention_days: days, auto_archive, export_format, notifications = {} } = body;
  const { email_on_failure, slack_webhook } = notifications;
  return {
    ...(days !== undefined && { retentionDays: days === foreverDays ? null : days }),
    ...(auto_archive !== undefined && { autoArchive: auto_archive }),
    ...(export_format !== undefined && { exportFormat: export_format }),
    ...(email_on_failure !== undefined && { emailOnFailure: email_on_failure }),
    ...(slack_webhook !== undefined && { chatUrl: slack_webhook.trim() || null }),
  };
}

/** Codes that the document names, or that its users know by another word; all others are ours in upper case. */
const codes: Partial<Record<ErrorCode, string>> = {
  unauthorized: 'INVALID_API_KEY',
  forbidden: 'INSUFFICIENT_PERMISSIONS',
  invalid_input: 'INVALID_PARAMETERS',
  not_found: 'RESOURCE_NOT_FOUND',
  route_not_found: 'RESOURCE_NOT_FOUND',
  rate_limited: 'RATE_LIMIT_EXCEEDED',
  internal: 'INTERNAL_ERROR',
  stopping: 'SERVICE_UNAVAILABLE',
};

type ErrorType = DataPulseError['error']['type'];

const types: Readonly<Record<number, ErrorType>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  429: 'rate_limit_error',
};

export const datapulseError: ErrorAnswer = (error, request, reply): DataPulseError => {
  const { status } = error.entry;
  void reply.status(status).type('application/json; charset=utf-8');
  return {
    error: {
      code: codes[error.code] ?? error.code.toUpperCase(),
      message: error.code === 'unauthorized' ? 'The provided API key is invalid or expired.' : error.message,
      type: types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'),
      request_id: request.id,
    },
  };
};
