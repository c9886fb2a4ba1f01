import type { Command } from 'commander';
import { logLevel } from '../../../shared/contract/domain.ts';
import { type CommonOptions, command, oneOf } from '../options.ts';
import { printJson, printLine } from '../output.ts';
import { withSession } from '../session.ts';

type Level = (typeof logLevel.options)[number];
const pageSize = 5_000;

export function logsCommand(): Command {
  return command('logs', 'print the log of a run')
    .argument('<run>', 'id of the run')
    .option('--level <level>', `least level: ${logLevel.options.join(', ')}`, oneOf(logLevel.options))
    .action(async (runId: string, { home, json, level }: CommonOptions & { level?: Level }) => {
      const entries = await withSession(home, async ({ client }) => {
        const all = [];
        for (let after = 0; ; ) {
          const page = await client.runs.logs({ runId, after, level, limit: pageSize });
          all.push(...page.entries);
          const last = page.entries.at(-1);
          if (!last || page.entries.length < pageSize) return all;
          after = last.id;
        }
      });
      if (json) return printJson(entries);
      for (const { time, level: written, nodeId, message } of entries) {
        printLine(`${time} ${written.padEnd(5)} ${nodeId ? `[${nodeId}] ` : ''}${message}`);
      }
    });
}
