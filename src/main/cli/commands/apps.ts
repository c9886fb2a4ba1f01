import { Command, InvalidArgumentError } from 'commander';
import { type OauthScope, oauthScope, oauthScopes } from '../../../shared/contract/oauth.ts';
import { type CommonOptions, command, oneOf } from '../options.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { withServer, withSession } from '../session.ts';

interface ApproveOptions extends CommonOptions {
  readonly scopes?: OauthScope[];
  readonly environment?: 'live' | 'sandbox';
}

/** What an app calls itself could move the cursor or colour the line that it stands in. */
const plain = (text: string): string => text.replace(/\p{C}/gu, '?');

export function appsCommand(): Command {
  return new Command('apps')
    .description('apps that act for you by OAuth: who asks, who was let in')
    .addCommand(listCommand())
    .addCommand(requestsCommand())
    .addCommand(approveCommand())
    .addCommand(denyCommand())
    .addCommand(revokeCommand());
}

function listCommand(): Command {
  return command('list', 'apps that were let in').action(async ({ home, json }: CommonOptions) => {
    const apps = await withSession(home, ({ client }) => client.oauth.apps({}));
    if (json) return printJson(apps);
    printTable(
      ['ID', 'APP', 'MAY', 'ENVIRONMENT', 'APPROVED', 'LAST USED'],
      apps.map(({ id, clientId, scopes, environment, approvedAt, lastUsedAt }) => [
        ...[id, plain(clientId), scopes.join(' '), environment, approvedAt, lastUsedAt ?? 'never'],
      ]),
    );
  });
}

/** Requests live in the server's memory: without a server there are none. */
function requestsCommand(): Command {
  return command('requests', 'apps that wait for your answer').action(
    async ({ home, json }: CommonOptions) => {
      const requests = await withServer(home, ({ client }) => client.oauth.list({}));
      if (json) return printJson(requests);
      printTable(
        ['ID', 'APP', 'ASKS FOR', 'ANSWER GOES TO', 'UNTIL'],
        requests.map(({ id, clientId, scopes, redirectUri, expiresAt }) => [
          ...[id, plain(clientId), scopes.join(' '), plain(redirectUri), expiresAt],
        ]),
      );
    },
  );
}

function approveCommand(): Command {
  return command('approve', 'let an app in; its browser tab goes on by itself')
    .argument('<request>', 'id of the request, as "apps requests" lists it')
    .option(
      '--scopes <list>',
      `less than it asks for, comma-separated: ${oauthScopes.join(', ')}`,
      parseScopes,
    )
    .option('--environment <name>', 'live or sandbox', oneOf(['live', 'sandbox'] as const))
    .action(async (id: string, { home, json, scopes, environment }: ApproveOptions) => {
      const answer = await withServer(home, ({ client }) =>
        client.oauth.approve({ id, scopes, environment }),
      );
      if (json) return printJson(answer);
      printLine('Approved. The browser that asked goes on by itself.');
    });
}

function denyCommand(): Command {
  return command('deny', 'refuse an app')
    .argument('<request>', 'id of the request')
    .action(async (id: string, { home, json }: CommonOptions) => {
      const answer = await withServer(home, ({ client }) => client.oauth.deny({ id }));
      if (json) return printJson(answer);
      printLine('Denied. The app is told so.');
    });
}

function revokeCommand(): Command {
  return command('revoke', 'end all that an app was given')
    .argument('<app>', 'id of the app, as "apps list" lists it')
    .action(async (id: string, { home, json }: CommonOptions) => {
      const app = await withSession(home, ({ client }) => client.oauth.revoke({ id }));
      if (json) return printJson(app);
      printLine(`"${plain(app.clientId)}" is out: its tokens no longer work.`);
    });
}

function parseScopes(text: string): OauthScope[] {
  return text.split(',').map((word) => {
    const scope = oauthScope.safeParse(word.trim());
    if (scope.success) return scope.data;
    throw new InvalidArgumentError(`"${word.trim()}" is none of: ${oauthScopes.join(', ')}.`);
  });
}
