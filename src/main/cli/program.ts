import { Command } from 'commander';
import { appsCommand } from './commands/apps.ts';
import { authCommand } from './commands/auth.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { cleanupCommand } from './commands/cleanup.ts';
import { eventsCommand } from './commands/events.ts';
import { explainCommand } from './commands/explain.ts';
import { keysCommand } from './commands/keys.ts';
import { logsCommand } from './commands/logs.ts';
import { pipelinesCommand } from './commands/pipelines.ts';
import { runCommand } from './commands/run.ts';
import { schedulesCommand } from './commands/schedules.ts';
import { fsckCommand, infoCommand, samplesCommand, signInCommand } from './commands/system.ts';
import { webhooksCommand } from './commands/webhooks.ts';
import { type CommonOptions, command, parsePort } from './options.ts';
import { serve } from './serve.ts';

/** Every command of the command line. Actions throw; `main.ts` words the failure. */
export function createProgram(version: string): Command {
  const program = new Command('sluice')
    .description('Local data pipelines. Every command works whether or not a server runs on the home folder.')
    .version(version)
    .addCommand(serveCommand())
    .addCommand(pipelinesCommand())
    .addCommand(runCommand())
    .addCommand(logsCommand())
    .addCommand(schedulesCommand())
    .addCommand(explainCommand())
    .addCommand(keysCommand())
    .addCommand(appsCommand())
    .addCommand(authCommand())
    .addCommand(webhooksCommand())
    .addCommand(eventsCommand())
    .addCommand(signInCommand())
    .addCommand(samplesCommand())
    .addCommand(infoCommand())
    .addCommand(cleanupCommand())
    .addCommand(fsckCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 the home folder is in use.');
  throwInsteadOfExiting(program);
  return program;
}

function serveCommand(): Command {
  return command('serve', 'run the server until it is told to stop')
    .option(
      '--port <number>',
      'port to listen on; 0 takes any free one (default: 7430 or the next free)',
      parsePort,
    )
    .action(async (options: CommonOptions & { port?: number }) => {
      await serve(options);
    });
}

/** Commander would end the process by itself, before open files are closed. */
function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwInsteadOfExiting);
}
