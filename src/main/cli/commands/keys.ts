import { Command, InvalidArgumentError } from 'commander';
import { keyPlans, keyScopes } from '../../../shared/contract/domain.ts';
import { durationPattern } from '../../../shared/kernel/time.ts';
import { type CommonOptions, command, oneOf } from '../options.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { withSession } from '../session.ts';

type Scope = (typeof keyScopes)[number];

interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly scopes?: Scope[];
  readonly environment?: 'live' | 'sandbox';
  readonly plan?: (typeof keyPlans)[number];
  readonly expires?: string;
}

export function keysCommand(): Command {
  return new Command('keys')
    .description('API keys for scripts')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

function createCommand(): Command {
  return command('create', 'create a key; it is shown this once')
    .requiredOption('--name <name>', 'what the key is for')
    .option('--scopes <list>', `comma-separated: ${keyScopes.join(', ')}`, parseScopes)
    .option('--environment <name>', 'live or sandbox', oneOf(['live', 'sandbox'] as const))
    .option('--plan <name>', keyPlans.join(', '), oneOf(keyPlans))
    .option('--expires <duration>', 'how long it lives, e.g. 720h', parseExpires)
    .action(async ({ home, json, name, scopes, environment, plan, expires }: CreateOptions) => {
      const made = await withSession(home, ({ client }) =>
        client.keys.create({ name, scopes, environment, plan, expires }),
      );
      if (json) return printJson({ id: made.id, key: made.key });
      printLine(
        `${made.key}\n\nThe key "${made.name}" (${made.environment}). Keep it: it is not shown again.`,
      );
    });
}

function listCommand(): Command {
  return command('list', 'list keys').action(async ({ home, json }: CommonOptions) => {
    const keys = await withSession(home, ({ client }) => client.keys.list({}));
    if (json) return printJson(keys);
    printTable(
      ['ID', 'NAME', 'KEY', 'SCOPES', 'STATE'],
      keys.map((key) => [key.id, key.name, `${key.prefix}…`, key.scopes.join(','), stateOf(key)]),
    );
  });
}

function revokeCommand(): Command {
  return command('revoke', 'end a key at once')
    .argument('<id>')
    .action(async (id: string, { home, json }: CommonOptions) => {
      const key = await withSession(home, ({ client }) => client.keys.revoke({ id }));
      if (json) return printJson(key);
      printLine(`The key "${key.name}" no longer works.`);
    });
}

function stateOf({ revokedAt, expiresAt }: { revokedAt: string | null; expiresAt: string | null }): string {
  if (revokedAt) return 'revoked';
  return expiresAt ? `until ${expiresAt}` : 'active';
}

function parseScopes(text: string): Scope[] {
  return text.split(',').map((scope) => oneOf(keyScopes)(scope.trim()));
}

function parseExpires(text: string): string {
  if (durationPattern.test(text)) return text;
  throw new InvalidArgumentError('Write a duration such as 720h or 30d.');
}
