import type { Command } from 'commander';
import type { Diagnostics } from '../../../shared/contract/diagnostics.ts';
import { exitCodes } from '../exit-codes.ts';
import { type CommonOptions, command } from '../options.ts';
import { printJson, printLine, warn } from '../output.ts';
import { withServer, withSession } from '../session.ts';

export function fsckCommand(): Command {
  return command('fsck', 'prove the home folder whole').action(async ({ home, json }: CommonOptions) => {
    const report = await withSession(home, ({ client }) => client.system.fsck({}));
    const { integrity, lost, orphans, missing, duplicates } = report;
    const lists = { lost, orphans, missing, duplicates };
    const whole = integrity === 'ok' && Object.values(lists).every((list) => list.length === 0);
    if (!whole) process.exitCode = exitCodes.failed;
    if (json) return printJson(report);
    printLine(`integrity: ${integrity}`);
    for (const [name, list] of Object.entries(lists)) {
      printLine(`${name}: ${list.length === 0 ? 'none' : list.join(', ')}`);
    }
  });
}

export function signInCommand(): Command {
  return command('sign-in', 'print a fresh one-time link for the browser').action(
    async ({ home, json }: CommonOptions) => {
      const link = await withServer(home, ({ client }) => client.system.signInLink({}));
      if (json) return printJson(link);
      printLine(link.url);
      warn('The link works once, for one minute.');
    },
  );
}

export function samplesCommand(): Command {
  return command('samples', 'put the sample data and pipelines (back) in place').action(
    async ({ home, json }: CommonOptions) => {
      const { added } = await withSession(home, ({ client }) => client.system.addSamples({}));
      if (json) return printJson({ added });
      printLine(added === 0 ? 'The samples are all in place.' : `${added} samples were added.`);
    },
  );
}

export function infoCommand(): Command {
  return command('info', 'versions, folders, space used, and what the owner should know')
    .alias('doctor')
    .action(async ({ home, json }: CommonOptions) => {
      const { info, diagnostics } = await withSession(home, async ({ client }) => ({
        info: await client.system.info({}),
        diagnostics: await client.diagnostics.get({}),
      }));
      if (json) return printJson({ ...info, diagnostics });
      printLine(`Sluice ${info.version}, DuckDB ${info.duckdb}, SQLite ${info.sqlite}`);
      printLine(`home: ${info.home}`);
      printLine(`files: ${info.filesFolder}`);
      printLine(`server: ${info.url || 'not running'}`);
      printLine(`runs: ${info.running} running, ${info.queued} queued`);
      const { store, datasets, kept } = info.diskBytes;
      printLine(`bytes: store ${store}, datasets ${datasets}, kept outputs ${kept}`);
      printDiagnostics(diagnostics);
      for (const sentence of info.warnings) warn(`note: ${sentence}`);
    });
}

function printDiagnostics({ connections, walBytes, uncleanStart, lastCheck }: Diagnostics): void {
  for (const { name, journalMode, synchronous } of connections)
    printLine(`connection "${name}": journal ${journalMode}, synchronous ${synchronous} (2 is FULL)`);
  printLine(
    `log of the store: ${walBytes} bytes; last start after ${uncleanStart ? 'a kill or crash' : 'a clean stop'}`,
  );
  printLine(
    `last full check of the store: ${lastCheck ? `${lastCheck.result}, ${lastCheck.at}` : 'not yet'}`,
  );
}
