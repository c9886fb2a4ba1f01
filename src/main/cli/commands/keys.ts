import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import {
  type KeyPlan,
  type KeyScope,
  type KeySummary,
  keyPlans,
  keyScopes,
} from '../../../shared/contract/domain.ts';
import { durationPattern } from '../../../shared/kernel/time.ts';
import type { AppClient } from '../../app/find-server.ts';
import { type CommonOptions, command, oneOf } from '../options.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { findPipeline } from '../pipeline-argument.ts';
import { withSession } from '../session.ts';

interface RightsOptions extends CommonOptions {
  readonly scopes?: KeyScope[];
  readonly plan?: KeyPlan;
  readonly pipeline?: string[];
  readonly folder?: string[];
}

interface CreateOptions extends RightsOptions {
  readonly name: string;
  readonly environment?: 'live' | 'sandbox';
  readonly expires?: string;
}

interface UpdateOptions extends RightsOptions {
  readonly name?: string;
  readonly allPipelines?: boolean;
  /** False by `--no-folders`. */
  readonly folders?: boolean;
}

const spans = ['hour', 'day', 'week', 'month'] as const;

export function keysCommand(): Command {
  return new Command('keys')
    .description('API keys for scripts')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(updateCommand())
    .addCommand(rotateCommand())
    .addCommand(revokeCommand())
    .addCommand(usageCommand());
}

function withRights(created: Command): Command {
  return created
    .option('--scopes <list>', `comma-separated: ${keyScopes.join(', ')}`, parseScopes)
    .option('--plan <name>', keyPlans.join(', '), oneOf(keyPlans))
    .option('--pipeline <id-or-name>', 'the only pipelines it reaches; may be given several times', gather)
    .option('--folder <dir>', 'a folder that its runs may use; may be given several times', gatherFolder);
}

function createCommand(): Command {
  return withRights(
    command('create', 'create a key; it is shown this once').requiredOption(
      '--name <name>',
      'what the key is for',
    ),
  )
    .option('--environment <name>', 'live or sandbox', oneOf(['live', 'sandbox'] as const))
    .option('--expires <duration>', 'how long it lives, e.g. 720h', parseTime)
    .action(
      async ({ home, json, pipeline, folder, name, scopes, environment, plan, expires }: CreateOptions) => {
        const made = await withSession(home, async ({ client }) =>
          client.keys.create({
            ...{ name, scopes, environment, plan, expires },
            pipelineIds: pipeline && (await pipelineIds(client, pipeline)),
            folders: folder,
          }),
        );
        if (json) return printJson({ id: made.id, key: made.key });
        printLine(
          `${made.key}\n\nThe key "${made.name}" (${made.environment}). Keep it: it is not shown again.`,
        );
      },
    );
}

function listCommand(): Command {
  return command('list', 'list keys').action(async ({ home, json }: CommonOptions) => {
    const keys = await withSession(home, ({ client }) => client.keys.list({}));
    if (json) return printJson(keys);
    printTable(
      ['ID', 'NAME', 'KEY', 'SCOPES', 'PLAN', 'REACHES', 'STATE', 'LAST USED'],
      keys.map((key) => [
        key.id,
        key.name,
        `${key.prefix}…`,
        key.scopes.join(','),
        key.plan,
        key.pipelineIds === null ? 'all pipelines' : `${key.pipelineIds.length} pipelines`,
        stateOf(key),
        key.lastUsedAt ?? 'never',
      ]),
    );
  });
}

function updateCommand(): Command {
  return withRights(command('update', 'change the rights of a key; what is not named stays').argument('<id>'))
    .option('--name <name>', 'what the key is for')
    .option('--all-pipelines', 'let it reach all pipelines again')
    .option('--no-folders', 'take away its folders')
    .action(async (id: string, options: UpdateOptions) => {
      const { home, json, name, scopes, plan, pipeline, folder } = options;
      const key = await withSession(home, async ({ client }) => {
        const chosen = pipeline && (await pipelineIds(client, pipeline));
        return client.keys.update({
          ...{ id, name, scopes, plan },
          pipelineIds: options.allPipelines ? null : chosen,
          folders: options.folders === false ? [] : folder,
        });
      });
      if (json) return printJson(key);
      printLine(`The key "${key.name}" was changed.`);
    });
}

function rotateCommand(): Command {
  return command('rotate', 'give a key a new text; the earlier one works on for a while')
    .argument('<id>')
    .option('--overlap <duration>', 'how long the earlier text works on, 0s to 7d (default: 24h)', parseTime)
    .action(async (id: string, { home, json, overlap }: CommonOptions & { overlap?: string }) => {
      const made = await withSession(home, ({ client }) => client.keys.rotate({ id, overlap }));
      if (json) return printJson({ id: made.id, key: made.key, previousUntil: made.previousUntil });
      const until = made.previousUntil ? `works until ${made.previousUntil}` : 'no longer works';
      printLine(
        `${made.key}\n\nThe new text of the key "${made.name}"; the earlier one ${until}. Keep it: it is not shown again.`,
      );
    });
}

function revokeCommand(): Command {
  return command('revoke', 'end a key at once, with its queued runs')
    .argument('<id>')
    .action(async (id: string, { home, json }: CommonOptions) => {
      const key = await withSession(home, ({ client }) => client.keys.revoke({ id }));
      if (json) return printJson(key);
      printLine(`The key "${key.name}" no longer works.`);
    });
}

function usageCommand(): Command {
  return command('usage', 'requests of a key, and how its limits stand')
    .argument('<id>')
    .option('--span <span>', `${spans.join(', ')} (default: day)`, oneOf(spans))
    .action(async (id: string, { home, json, span }: CommonOptions & { span?: (typeof spans)[number] }) => {
      const usage = await withSession(home, ({ client }) => client.keys.usage({ id, span }));
      if (json) return printJson(usage);
      printTable(
        ['DOOR', 'REQUESTS', 'REFUSED', 'LIMITED'],
        usage.byDoor.map(({ door, requests, refused, limited }) => [
          door,
          `${requests}`,
          `${refused}`,
          `${limited}`,
        ]),
      );
      printLine();
      printTable(
        ['DOOR', 'LIMIT', 'LEFT'],
        usage.limits.map(({ door, limit, window, remaining }) => [
          door,
          limitText(limit, window),
          `${remaining}`,
        ]),
      );
    });
}

async function pipelineIds(client: AppClient, wanted: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const each of wanted) ids.push((await findPipeline(client, each)).id);
  return ids;
}

function stateOf({ revokedAt, expiresAt, previousUntil }: KeySummary): string {
  if (revokedAt) return 'revoked';
  if (previousUntil) return `rotated, earlier text until ${previousUntil}`;
  return expiresAt ? `until ${expiresAt}` : 'active';
}

function parseScopes(text: string): KeyScope[] {
  return text.split(',').map((scope) => oneOf(keyScopes)(scope.trim()));
}

const gather = (text: string, before: readonly string[] = []): string[] => [...before, text];

const gatherFolder = (text: string, before: readonly string[] = []): string[] =>
  gather(resolve(text), before);

function parseTime(text: string): string {
  if (durationPattern.test(text)) return text;
  throw new InvalidArgumentError('Write a duration such as 720h or 30d.');
}

function limitText(limit: number, window: string): string {
  if (window === 'concurrent') return `${limit} at once`;
  return `${limit} ${window === 'hour' ? 'an' : 'a'} ${window}`;
}
