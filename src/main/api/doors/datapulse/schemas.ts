import { z } from 'zod';
import { exportFormat } from '../../../../shared/contract/domain.ts';
import { publicAddressPattern, webAddressPattern } from '../../openapi/address-patterns.ts';

/** "Not by age": a hundred years, because the document knows whole days only. */
export const foreverDays = 36_500;

export const datasetPath = z.object({
  id: z.string().meta({
    description: 'Id of a dataset (its current version) or of one version of it.',
    examples: ['01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58'],
  }),
});

export const datasetAnswer = z
  .object({
    id: z.string().meta({ description: 'As it was asked for.' }),
    name: z.string(),
    row_count: z.int().min(0),
    columns: z.array(z.string()).meta({ description: 'Names, in order.' }),
    size_mb: z.number().min(0).meta({ description: 'Millions of bytes on disk, to three places.' }),
    last_updated: z.iso.datetime().meta({ description: 'When these rows were published.' }),
  })
  .meta({ id: 'Dataset' });
export type DatasetAnswer = z.infer<typeof datasetAnswer>;

const retentionDays = z
  .int()
  .min(1)
  .max(foreverDays)
  .meta({
    description: `Days after which runs and replaced versions of datasets are removed; ${foreverDays} is "not by age".`,
  });
const autoArchive = z.boolean().meta({ description: 'What retention removes is archived first.' });
const format = exportFormat.meta({ description: 'Format of exports for which none is named.' });
const emailOnFailure = z.boolean().meta({
  description: 'Failures are told by e-mail, once the owner has given a mail server under Settings.',
});
const slackWebhook = z.string().max(2000).meta({
  description:
    'Address of an incoming webhook that failures are told to; empty: none. It is a secret: keys that may not write read its host and last characters.',
});
const webAddressOrNothing = new RegExp(`^(${webAddressPattern})?$`);
/** What is taken; private addresses that the owner did not allow are refused further in. */
const newWebhook = slackWebhook
  .regex(webAddressOrNothing, 'Write an address such as https://hooks.example.com/services/..., or nothing.')
  .meta({
    description: 'An https address of an incoming webhook; an empty text switches it off.',
    pattern: `^(${publicAddressPattern})?$`,
  });

export const settingsAnswer = z
  .object({
    retention_days: retentionDays,
    auto_archive: autoArchive,
    export_format: format,
    notifications: z.object({ email_on_failure: emailOnFailure, slack_webhook: slackWebhook }),
  })
  .meta({ id: 'WorkspaceSettings' });
export type SettingsAnswer = z.infer<typeof settingsAnswer>;

export const settingsBody = z
  .strictObject({
    retention_days: retentionDays.optional(),
    auto_archive: autoArchive.optional(),
    export_format: format.optional(),
    notifications: z
      .strictObject({ email_on_failure: emailOnFailure.optional(), slack_webhook: newWebhook.optional() })
      .optional(),
  })
  .meta({ id: 'WorkspaceSettingsChange' });
export type SettingsBody = z.infer<typeof settingsBody>;

export const errorTypes = [
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'not_found_error',
  'conflict_error',
  'rate_limit_error',
  'api_error',
] as const;

export const errorAnswer = z
  .object({
    error: z.object({
      code: z.string().meta({ description: 'Upper case, such as INVALID_API_KEY.' }),
      message: z.string(),
      type: z.enum(errorTypes),
      request_id: z.string().meta({ description: 'As in the header X-Request-Id.' }),
    }),
  })
  .meta({ id: 'DataPulseError' });
export type DataPulseError = z.infer<typeof errorAnswer>;
