import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BackupReport } from '../../../shared/contract/backup.ts';
import { homeFolder } from '../../app/config.ts';
import { type CommonOptions, command } from '../options.ts';
import { printJson, printLine, warn } from '../output.ts';
import { withSession } from '../session.ts';

interface BackupOptions extends CommonOptions {
  readonly files?: boolean;
  readonly secrets?: boolean;
  readonly verify?: boolean;
}

export function backupCommand(): Command {
  return command('backup', 'write a whole, verified copy of the home folder; a running server goes on')
    .argument('<folder>', 'a new or empty folder, best on another disk')
    .option('--files', 'the files folder too')
    .option('--secrets', 'secrets too, readable by whoever has the backup')
    .option('--verify', 'only read the backup that is in the folder, and say whether it is whole')
    .action(async (given: string, { home, json, files, secrets, verify }: BackupOptions) => {
      const folder = resolve(given);
      const report = await withSession(home, ({ client }) =>
        verify ? client.backup.verify({ folder }) : client.backup.create({ folder, files, secrets }),
      );
      if (json) return printJson(report);
      printLine(`${verify ? 'The backup is whole' : 'Backed up to'}: ${report.folder}`);
      printReport(report);
      if (!report.withFiles) printLine('Without the files folder (--files adds it).');
      if (!report.withSecrets)
        printLine('Without secrets: passwords and webhook secrets must be entered again.');
    });
}

export function restoreCommand(): Command {
  return command('restore', 'make a home folder out of a backup; no Sluice may be running on it')
    .argument('<backup>', 'the folder that "sluice backup" wrote')
    .option('--replace', 'where the home folder is not empty, move what is there aside')
    .action(async (given: string, options: CommonOptions & { replace?: boolean }) => {
      const { restoreHome } = await import('../../app/restore-home.ts');
      const restored = await restoreHome(resolve(given), homeFolder(options.home), options);
      if (options.json) return printJson(restored);
      printLine(`Restored ${restored.home} as it was at ${restored.report.createdAt}.`);
      printReport(restored.report);
      if (restored.movedAside) printLine(`What was there before lies in ${restored.movedAside}`);
      printLine('Runs that were waiting or under way then are executed at the next start.');
      if (!restored.report.withSecrets)
        warn('The backup holds no secrets: enter passwords and webhook secrets again in Settings.');
    });
}

function printReport({ runs, pipelines, datasets, versions, files, bytes }: BackupReport): void {
  printLine(`${pipelines} pipelines, ${runs} runs, ${datasets} datasets in ${versions} versions`);
  printLine(`${files} files, ${bytes} bytes, every one of them read back and compared`);
}
