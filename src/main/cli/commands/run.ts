import { type Command, InvalidArgumentError } from 'commander';
import type { RunSummary } from '../../../shared/contract/domain.ts';
import { terminalStatuses } from '../../../shared/contract/domain.ts';
import type { PipelineDocument } from '../../../shared/pipeline/document.ts';
import type { AppClient } from '../../app/find-server.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failures.ts';
import { type CommonOptions, command, oneOf } from '../options.ts';
import { printJson, printLine, warn } from '../output.ts';
import { findPipeline } from '../pipeline-argument.ts';
import { type Session, withSession } from '../session.ts';

interface RunOptions extends CommonOptions {
  readonly wait?: boolean;
  readonly param: Record<string, string>;
  readonly environment?: 'live' | 'sandbox';
  readonly mode?: 'fast' | 'inspect';
}

type Values = Record<string, string | number | boolean>;

export function runCommand(): Command {
  return command('run', 'run a pipeline')
    .argument('<id>', 'id or name of the pipeline')
    .option('--wait', 'answer when the run has ended; a failed run then leaves with 1')
    .option('--param <name=value>', 'value of a run parameter; may be given again', collectParameter, {})
    .option('--environment <name>', 'live or sandbox', oneOf(['live', 'sandbox'] as const))
    .option('--mode <mode>', 'fast or inspect', oneOf(['fast', 'inspect'] as const))
    .action(async (wanted: string, options: RunOptions) => {
      const run = await withSession(options.home, (session) => startRun(session, wanted, options));
      if (options.json) printJson(run);
      else printRun(run);
      if (run.status === 'failed' || run.status === 'cancelled') process.exitCode = exitCodes.failed;
    });
}

/** Without a server nobody else would execute the run, so it is always waited for. */
async function startRun(session: Session, wanted: string, options: RunOptions): Promise<RunSummary> {
  const { client } = session;
  const { id } = await findPipeline(client, wanted);
  const { document } = await client.pipelines.get({ id });
  const parameters = typedValues(options.param, document);
  await session.startEngine();
  if (!session.hasServer && !options.wait)
    warn('No server is running on this home: waiting for the run to end.');
  const request = { pipelineId: id, parameters, environment: options.environment, mode: options.mode };
  const waits = options.wait || !session.hasServer;
  return waits ? startAndWait(client, request) : client.runs.start(request);
}

type StartRequest = Parameters<AppClient['runs']['start']>[0];

/** The stream is opened before the run is started, so that its end cannot be missed. */
async function startAndWait(client: AppClient, request: StartRequest): Promise<RunSummary> {
  const stopWatching = new AbortController();
  const events = await client.system.events({}, { signal: stopWatching.signal });
  const run = await client.runs.start(request);
  try {
    for await (const event of events) {
      if (event.type !== 'run.changed' || event.run.id !== run.id) continue;
      if (terminalStatuses.includes(event.run.status)) return event.run;
    }
  } finally {
    stopWatching.abort();
  }
  throw new CommandFailure(
    `Sluice stopped while the run ${run.id} was in progress. It goes on when Sluice is back.`,
  );
}

function printRun(run: RunSummary): void {
  printLine(`${run.pipelineName}: ${run.status} (run ${run.id})`);
  if (run.rowsWritten !== null) printLine(`${run.rowsRead ?? 0} rows read, ${run.rowsWritten} rows written`);
  if (run.error) warn(`${run.error.message}\nStep by step: sluice logs ${run.id}`);
}

function collectParameter(text: string, given: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write name=value.');
  return { ...given, [text.slice(0, at)]: text.slice(at + 1) };
}

/** A command line knows only text: the document says which values are numbers or truth values. */
function typedValues(given: Record<string, string>, { parameters }: PipelineDocument): Values {
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, typedValue(text, parameters[name]?.type)]),
  );
}

function typedValue(text: string, type: string | undefined): string | number | boolean {
  if (type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const isNumber =
    (type === 'integer' || type === 'number') && text.trim() !== '' && Number.isFinite(Number(text));
  // A whole number that a double cannot hold stays a text: the core reads it exactly.
  if (isNumber && (type === 'number' || Number.isSafeInteger(Number(text)))) return Number(text);
  return text;
}
