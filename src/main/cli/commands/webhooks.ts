import { Command, InvalidArgumentError } from 'commander';
import {
  type DeliverySummary,
  defaultAttempts,
  mostAttempts,
  type WebhookSummary,
  webhookShape,
} from '../../../shared/contract/webhooks.ts';
import { type CommonOptions, command, oneOf } from '../options.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { withSession } from '../session.ts';

interface CreateOptions extends CommonOptions {
  readonly name?: string;
  readonly events?: string[];
  readonly shape?: (typeof webhookShape.options)[number];
  readonly environment?: 'live' | 'sandbox';
  readonly pipelines?: string[];
  readonly retries?: number;
}

export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('addresses that are told of events')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(pauseCommand())
    .addCommand(resumeCommand())
    .addCommand(testCommand())
    .addCommand(removeCommand())
    .addCommand(deliveriesCommand())
    .addCommand(replayCommand())
    .addCommand(hostsCommand())
    .addCommand(allowCommand('allow', true))
    .addCommand(allowCommand('disallow', false));
}

function listCommand(): Command {
  return command('list', 'list webhooks').action(async ({ home, json }: CommonOptions) => {
    const webhooks = await withSession(home, ({ client }) => client.webhooks.list({}));
    if (json) return printJson(webhooks);
    printTable(
      ['ID', 'NAME', 'ADDRESS', 'EVENTS', 'STATE', 'WAITING'],
      webhooks.map((hook) => [
        hook.id,
        hook.name,
        hook.url,
        hook.events.join(','),
        stateOf(hook),
        String(hook.waiting),
      ]),
    );
  });
}

function createCommand(): Command {
  return command('create', 'send events to an address; the secret is shown this once')
    .argument('<url>')
    .option('--name <name>', 'what it is for')
    .option('--events <list>', 'comma-separated: names, run.* or * (default: *)', list)
    .option('--shape <name>', webhookShape.options.join(', '), oneOf(webhookShape.options))
    .option('--environment <name>', 'live or sandbox (default: both)', oneOf(['live', 'sandbox'] as const))
    .option('--pipelines <ids>', 'comma-separated ids (default: all)', list)
    .option('--retries <number>', `0 to ${mostAttempts - 1} (default: ${defaultAttempts - 1})`, parseRetries)
    .action(async (url: string, { home, json, retries, pipelines, ...rest }: CreateOptions) => {
      const { webhook, secret } = await withSession(home, ({ client }) =>
        client.webhooks.create({
          url,
          name: rest.name,
          events: rest.events,
          shape: rest.shape,
          environment: rest.environment,
          pipelineIds: pipelines,
          maxAttempts: retries === undefined ? undefined : retries + 1,
        }),
      );
      if (json) return printJson({ id: webhook.id, secret });
      printLine(
        `${secret}\n\nThe secret of "${webhook.name}" (${webhook.id}). Keep it: it is not shown again.`,
      );
    });
}

function pauseCommand(): Command {
  return command('pause', 'send nothing more; events wait')
    .argument('<id>')
    .action(async (id: string, { home, json }: CommonOptions) => {
      const webhook = await withSession(home, ({ client }) => client.webhooks.pause({ id }));
      if (json) return printJson(webhook);
      printLine(`"${webhook.name}" is paused. Events wait until it is resumed.`);
    });
}

function resumeCommand(): Command {
  return command('resume', 'send again, what waits first')
    .argument('<id>')
    .option('--drop', 'forget what waits')
    .action(async (id: string, { home, json, drop }: CommonOptions & { drop?: boolean }) => {
      const webhook = await withSession(home, ({ client }) =>
        client.webhooks.resume({ id, waiting: drop ? 'drop' : 'send' }),
      );
      if (json) return printJson(webhook);
      printLine(`"${webhook.name}" is active.`);
    });
}

function testCommand(): Command {
  return command('test', 'send a test event, paused or not')
    .argument('<id>')
    .action(async (id: string, { home, json }: CommonOptions) => {
      const delivery = await withSession(home, ({ client }) => client.webhooks.test({ id }));
      if (json) return printJson(delivery);
      printLine(`The test is delivery ${delivery.id}.`);
    });
}

function removeCommand(): Command {
  return command('remove', 'delete webhooks with their deliveries')
    .argument('<ids...>')
    .action(async (ids: string[], { home, json }: CommonOptions) => {
      const answer = await withSession(home, ({ client }) => client.webhooks.remove({ ids }));
      if (json) return printJson(answer);
      printLine(`Deleted ${answer.removed}.`);
    });
}

function deliveriesCommand(): Command {
  return command('deliveries', 'what was sent, newest first')
    .argument('[id]', 'of one webhook alone')
    .option(
      '--status <name>',
      'pending, delivered, failed or dropped',
      oneOf(['pending', 'delivered', 'failed', 'dropped'] as const),
    )
    .option('--limit <number>', 'how many (default: 20)', parseLimit)
    .action(
      async (
        webhookId: string | undefined,
        { home, json, status, limit }: CommonOptions & { status?: DeliverySummary['status']; limit?: number },
      ) => {
        const page = await withSession(home, ({ client }) =>
          client.webhooks.deliveries({ webhookId, statuses: status && [status], limit: limit ?? 20 }),
        );
        if (json) return printJson(page.deliveries);
        printDeliveries(page.deliveries);
      },
    );
}

function replayCommand(): Command {
  return command('replay', 'send deliveries again, with their ids and bodies')
    .argument('<ids...>')
    .action(async (ids: string[], { home, json }: CommonOptions) => {
      const made = await withSession(home, ({ client }) => client.webhooks.replay({ ids }));
      if (json) return printJson(made);
      printDeliveries(made);
    });
}

function hostsCommand(): Command {
  return command('hosts', 'hosts of your network that webhooks made with an API key may reach').action(
    async ({ home, json }: CommonOptions) => {
      const hosts = await withSession(home, ({ client }) => client.webhooks.hosts({}));
      if (json) return printJson(hosts);
      printHosts(hosts);
    },
  );
}

function allowCommand(name: 'allow' | 'disallow', allowed: boolean): Command {
  const what = allowed
    ? 'let webhooks made with an API key reach hosts of this machine or its network'
    : 'take allowed hosts back';
  return command(name, what)
    .argument(
      '<hosts...>',
      'host:port, a host (its ports 80 and 443), or an address such as http://nas:8080/hook',
    )
    .action(async (hosts: string[], { home, json }: CommonOptions) => {
      const all = await withSession(home, ({ client }) => client.webhooks.allowHosts({ hosts, allowed }));
      if (json) return printJson(all);
      printHosts(all);
    });
}

function printHosts(hosts: readonly string[]): void {
  printLine(hosts.length === 0 ? 'No host is allowed.' : hosts.join('\n'));
}

function printDeliveries(deliveries: readonly DeliverySummary[]): void {
  printTable(
    ['ID', 'TIME', 'WEBHOOK', 'EVENT', 'STATE', 'TRIES', 'ANSWER'],
    deliveries.map((each) => [
      each.id,
      each.createdAt,
      each.webhookName,
      each.eventType,
      each.status,
      `${each.attempts}/${each.maxAttempts}`,
      each.lastMessage ?? String(each.lastStatusCode ?? ''),
    ]),
  );
}

function stateOf({ paused, failures }: WebhookSummary): string {
  if (paused) return `paused (${paused.reason})`;
  return failures > 0 ? 'failing' : 'active';
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function parseRetries(text: string): number {
  const retries = Number(text);
  if (/^\d+$/.test(text) && retries < mostAttempts) return retries;
  throw new InvalidArgumentError(`Write a number from 0 to ${mostAttempts - 1}.`);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 500) return limit;
  throw new InvalidArgumentError('Write a number from 1 to 500.');
}
