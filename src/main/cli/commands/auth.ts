import { Command, InvalidArgumentError } from 'commander';
import { type KeyScope, type KeySummary, keyScopes } from '../../../shared/contract/domain.ts';
import { durationPattern } from '../../../shared/kernel/time.ts';
import { type CommonOptions, command, oneOf } from '../options.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { withSession } from '../session.ts';

interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly duration?: string;
  readonly scopes?: KeyScope[];
  readonly environment?: 'live' | 'sandbox';
}

/** The door's own rights: what a token of its users is for. */
const tokenScopes = keyScopes.filter((scope) => scope.startsWith('dataos:'));

/** The words of DataOS for keys that open its door: `dataos-ctl auth token create --duration 720h`. */
export function authCommand(): Command {
  const token = new Command('token')
    .description('tokens for the DataOS door')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
  return new Command('auth').description('Tokens of the DataOS API').addCommand(token);
}

function createCommand(): Command {
  return command('create', 'create a token; it is shown this once')
    .option('--duration <duration>', 'how long it lives, e.g. 720h; for ever when left out', parseDuration)
    .option('--name <name>', 'what it is for', 'token')
    .option('--scopes <list>', `comma-separated (default: ${tokenScopes.join(', ')})`, parseScopes)
    .option('--environment <name>', 'live or sandbox', oneOf(['live', 'sandbox'] as const))
    .action(async ({ home, json, name, duration, scopes = tokenScopes, environment }: CreateOptions) => {
      const made = await withSession(home, ({ client }) =>
        client.keys.create({ name, scopes: [...scopes], environment, expires: duration }),
      );
      if (json) return printJson({ id: made.id, token: made.key, expires: made.expiresAt });
      const end = made.expiresAt === null ? 'until it is revoked' : `until ${made.expiresAt}`;
      printLine(`${made.key}\n\nThe token "${made.name}" works ${end}. Keep it: it is not shown again.`);
    });
}

function listCommand(): Command {
  return command('list', 'list the tokens that work').action(async ({ home, json }: CommonOptions) => {
    const keys = await withSession(home, ({ client }) => client.keys.list({}));
    const tokens = keys.filter(isToken);
    if (json) return printJson(tokens);
    printTable(
      ['ID', 'NAME', 'TOKEN', 'SCOPES', 'EXPIRES'],
      tokens.map((key) => [
        key.id,
        key.name,
        `${key.prefix}…`,
        key.scopes.join(','),
        key.expiresAt ?? 'never',
      ]),
    );
  });
}

function revokeCommand(): Command {
  return command('revoke', 'end a token at once')
    .argument('<id>')
    .action(async (id: string, { home, json }: CommonOptions) => {
      const key = await withSession(home, ({ client }) => client.keys.revoke({ id }));
      if (json) return printJson(key);
      printLine(`The token "${key.name}" no longer works.`);
    });
}

function isToken({ revokedAt, expiresAt, scopes }: KeySummary): boolean {
  const works = revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > Date.now());
  return works && scopes.some((scope) => scope === 'all' || scope.startsWith('dataos:'));
}

function parseScopes(text: string): KeyScope[] {
  return text.split(',').map((scope) => oneOf(keyScopes)(scope.trim()));
}

function parseDuration(text: string): string {
  if (durationPattern.test(text)) return text;
  throw new InvalidArgumentError('Write a duration such as 720h or 30d.');
}
