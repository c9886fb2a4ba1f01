import { Command } from 'commander';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { uuid } from '../../../shared/kernel/ids.ts';
import type { AppClient } from '../../app/find-server.ts';
import { CommandFailure } from '../failures.ts';
import { type CommonOptions, command } from '../options.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { withSession } from '../session.ts';

export function schedulesCommand(): Command {
  return new Command('schedules')
    .description('schedules and other triggers of pipelines')
    .addCommand(listCommand())
    .addCommand(nextCommand())
    .addCommand(
      act('pause', 'stop a schedule from firing', (client, id) => client.triggers.pause({ id }), pausedLine),
    )
    .addCommand(
      act(
        'resume',
        'let it fire again; slots that passed are not made up',
        (client, id) => client.triggers.resume({ id }),
        resumedLine,
      ),
    )
    .addCommand(runCommand());
}

function listCommand(): Command {
  return command('list', 'list schedules and triggers').action(async ({ home, json }: CommonOptions) => {
    const all = await withSession(home, ({ client }) => client.triggers.list({}));
    if (json) return printJson(all);
    printTable(
      ['ID', 'NAME', 'PIPELINE', 'WHEN', 'STATE', 'NEXT', 'LAST'],
      all.map((each) => [
        each.id,
        each.name,
        each.pipelineName,
        whenText(each),
        each.problem ? 'broken' : each.pausedAt ? 'paused' : 'active',
        each.nextFireAt ?? '-',
        each.lastFire ? `${each.lastFire.outcome} ${each.lastFire.firedAt}` : '-',
      ]),
    );
  });
}

function nextCommand(): Command {
  return command('next', 'the next ten times at which a schedule fires')
    .argument('<schedule>', 'id or name')
    .action(async (wanted: string, { home, json }: CommonOptions) => {
      const { trigger, next } = await withSession(home, async ({ client }) => {
        const found = await findTrigger(client, wanted);
        if (found.config.kind !== 'cron')
          throw new CommandFailure(`"${found.name}" has no times: it waits for something else.`);
        const { cron, timezone } = found.config;
        const { startAt, endAt } = found;
        return {
          trigger: found,
          next: (await client.triggers.preview({ cron, timezone, startAt, endAt })).next,
        };
      });
      if (json) return printJson(next);
      if (trigger.pausedAt) printLine('It is paused; without the pause it would fire at:');
      for (const at of next) printLine(at);
    });
}

function runCommand(): Command {
  return command('run', 'start a run now, as the schedule would')
    .argument('<schedule>', 'id or name')
    .action(async (wanted: string, { home, json }: CommonOptions) => {
      const fire = await withSession(home, async ({ client }) =>
        client.triggers.runNow({ id: (await findTrigger(client, wanted)).id }),
      );
      if (json) return printJson(fire);
      printLine(`Started the run ${fire.runId}.`);
    });
}

function act(
  name: string,
  description: string,
  call: (client: AppClient, id: string) => Promise<TriggerSummary>,
  line: (trigger: TriggerSummary) => string,
): Command {
  return command(name, description)
    .argument('<schedule>', 'id or name')
    .action(async (wanted: string, { home, json }: CommonOptions) => {
      const trigger = await withSession(home, async ({ client }) =>
        call(client, (await findTrigger(client, wanted)).id),
      );
      if (json) return printJson(trigger);
      printLine(line(trigger));
    });
}

const pausedLine = ({ name }: TriggerSummary): string => `"${name}" is paused.`;
const resumedLine = ({ name, nextFireAt }: TriggerSummary): string =>
  `"${name}" is active again.${nextFireAt ? ` Next: ${nextFireAt}.` : ''}`;

/** One named by its id, or by its exact name where only one has it. */
async function findTrigger(client: AppClient, wanted: string): Promise<TriggerSummary> {
  if (uuid.safeParse(wanted).success) return client.triggers.get({ id: wanted });
  const [first, ...others] = (await client.triggers.list({})).filter(({ name }) => name === wanted);
  if (!first) throw new CommandFailure(`There is no schedule named "${wanted}". See: schedules list`);
  if (others.length > 0)
    throw new CommandFailure(`${others.length + 1} schedules are named "${wanted}". Use the id.`);
  return first;
}

function whenText({ config }: TriggerSummary): string {
  switch (config.kind) {
    case 'cron':
      return `${config.cron} ${config.timezone}`;
    case 'file':
      return `file ${config.folder ? `${config.folder}/` : ''}${config.pattern}`;
    case 'dataset':
      return `dataset ${config.dataset}`;
    case 'webhook':
      return 'signed call';
    case 'pipeline':
      return `pipeline ${config.on.join(' or ')}`;
  }
}
