import { exitCodes } from '../exit-codes.ts';
import { type CommonOptions, command } from '../options.ts';
import { printJson, printLine, warn } from '../output.ts';
import { withSession } from '../session.ts';

interface CleanupOptions extends CommonOptions {
  readonly dryRun?: boolean;
}
interface Amount {
  readonly category: string;
  readonly count: number;
  readonly bytes: number;
}

/** What each category holds, in words. */
const words: Readonly<Record<string, string>> = {
  runs: 'runs with their logs',
  logs: 'logs of runs that stay',
  versions: 'dataset versions',
  kept: 'kept step results',
  uploads: 'unfinished uploads',
  exports: 'exported files',
  events: 'events',
  notices: 'notices',
  deliveries: 'webhook deliveries',
  fires: 'fires of triggers',
};

export function cleanupCommand() {
  return command('cleanup', 'remove what is beyond the limits of the storage settings, and shrink the store')
    .option('--dry-run', 'only say what would go')
    .action(async ({ home, json, dryRun }: CleanupOptions) => {
      if (dryRun) {
        const amounts = await withSession(home, ({ client }) => client.retention.preview({}));
        if (json) return printJson(amounts);
        return printAmounts(amounts, 'Nothing is beyond its limit.');
      }
      const done = await withSession(home, ({ client }) => client.retention.clean({}));
      if (done.outcome !== 'done') process.exitCode = exitCodes.failed;
      if (json) return printJson(done);
      printAmounts(done.removed, 'Nothing was beyond its limit.');
      if (done.archivedFiles > 0)
        printLine(`archived: ${done.archivedFiles} files, ${done.archivedBytes} bytes`);
      printLine(`the store shrank by ${done.freedBytes} bytes`);
      if (done.message) warn(done.message);
    });
}

function printAmounts(amounts: readonly Amount[], none: string): void {
  if (amounts.length === 0) printLine(none);
  for (const { category, count, bytes } of amounts)
    printLine(`${words[category] ?? category}: ${count}${bytes > 0 ? `, ${bytes} bytes` : ''}`);
}
