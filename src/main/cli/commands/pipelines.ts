import { Command } from 'commander';
import { type CommonOptions, command, oneOf } from '../options.ts';
import { printJson, printLine, printTable, warn } from '../output.ts';
import { findPipeline } from '../pipeline-argument.ts';
import { formatOf, readText } from '../read-text.ts';
import { withSession } from '../session.ts';

export function pipelinesCommand(): Command {
  return new Command('pipelines')
    .description('list, apply and export pipelines')
    .addCommand(listCommand())
    .addCommand(applyCommand())
    .addCommand(exportCommand());
}

function listCommand(): Command {
  return command('list', 'list pipelines').action(async ({ home, json }: CommonOptions) => {
    const pipelines = await withSession(home, ({ client }) => client.pipelines.list({}));
    if (json) return printJson(pipelines);
    printTable(
      ['ID', 'NAME', 'REVISION', 'STEPS', 'LAST RUN'],
      pipelines.map(({ id, name, revision, nodeCount, lastRun }) => [
        id,
        name,
        String(revision),
        String(nodeCount),
        lastRun?.status ?? 'never',
      ]),
    );
  });
}

function applyCommand(): Command {
  return command('apply', 'save a pipeline file: a new pipeline, or a new revision of the one of that name')
    .argument('<file>', 'YAML or JSON; - reads standard input')
    .action(async (file: string, { home, json }: CommonOptions) => {
      const text = readText(file);
      const { pipeline, problems, created } = await withSession(home, ({ client }) =>
        client.pipelines.importText({ text, format: formatOf(file), byName: true }),
      );
      for (const problem of problems) warn(`${problem.severity}: ${problem.message}`);
      const { id, name, revision } = pipeline;
      if (json) return printJson({ id, name, revision });
      printLine(`${created ? 'Created' : 'Saved'} "${name}", revision ${revision}: ${id}`);
    });
}

function exportCommand(): Command {
  return command('export', 'print a pipeline as a file')
    .argument('<id>', 'id or name')
    .option('--format <format>', 'yaml or json', oneOf(['yaml', 'json'] as const))
    .action(async (wanted: string, { home, json, format }: CommonOptions & { format?: 'yaml' | 'json' }) => {
      const { text } = await withSession(home, async ({ client }) => {
        const { id } = await findPipeline(client, wanted);
        return client.pipelines.exportText({ id, format: format ?? (json ? 'json' : 'yaml') });
      });
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    });
}
