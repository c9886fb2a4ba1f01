import type { Command } from 'commander';
import { documentFromText } from '../../app/document-file.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failures.ts';
import { type CommonOptions, command } from '../options.ts';
import { printJson, printLine, warn } from '../output.ts';
import { formatOf, readText } from '../read-text.ts';
import { withSession } from '../session.ts';

export function explainCommand(): Command {
  return command('explain', 'print the plan and the SQL of a pipeline file; nothing is run or saved')
    .argument('<file>', 'YAML or JSON; - reads standard input')
    .action(async (file: string, { home, json }: CommonOptions) => {
      const { document, problems: unread } = documentFromText(readText(file), formatOf(file) ?? 'yaml');
      if (!document) throw new CommandFailure(unread.map(({ message }) => message).join(' '));
      const explained = await withSession(home, ({ client }) => client.editor.explain({ document }));
      if (json) printJson(explained);
      else printExplained(explained);
      if (explained.problems.some(({ severity }) => severity === 'error'))
        process.exitCode = exitCodes.failed;
    });
}

interface Explained {
  readonly nodes: readonly { nodeId: string; kind: string; plan?: unknown; sql: string }[];
  readonly statements: readonly { nodeIds: readonly string[]; sql: string }[];
  readonly problems: readonly { severity: string; nodeId?: string; message: string }[];
}

function printExplained({ nodes, statements, problems }: Explained): void {
  for (const { nodeId, kind, plan, sql } of nodes) {
    printLine(`-- ${nodeId} (${kind})`);
    printLine(`-- plan: ${JSON.stringify(plan)}`);
    printLine(`${sql}\n`);
  }
  for (const [at, { nodeIds, sql }] of statements.entries()) {
    printLine(`-- statement ${at + 1} of ${statements.length}: ${nodeIds.join(', ')}`);
    printLine(`${sql}\n`);
  }
  for (const { severity, nodeId, message } of problems) {
    warn(`${severity}: ${nodeId ? `${nodeId}: ` : ''}${message}`);
  }
}
