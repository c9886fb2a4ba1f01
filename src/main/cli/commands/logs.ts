import { setTimeout as sleep } from 'node:timers/promises';
import { getEventMeta } from '@orpc/client';
import { InvalidArgumentError } from 'commander';
import { type LogEntry, logLevel } from '../../../shared/contract/domain.ts';
import { isoTime, parseDuration } from '../../../shared/kernel/time.ts';
import { homeFolder } from '../../app/config.ts';
import { type AppClient, findServer } from '../../app/find-server.ts';
import { type CommonOptions, command, oneOf } from '../options.ts';
import { printJson, printLine, warn } from '../output.ts';
import { withSession } from '../session.ts';

interface LogsOptions extends CommonOptions {
  readonly follow?: boolean;
  readonly since?: string;
  readonly tail?: number;
  readonly level?: LogEntry['level'];
  readonly node?: string;
  readonly attempt?: number;
  readonly search?: string;
}

type FollowInput = Parameters<AppClient['history']['followLogs']>[0];

/** Tries to reach a server again that went away while it was followed, and the wait between two. */
const tries = 20;
const waitMilliseconds = 500;

export function logsCommand() {
  return command('logs', 'print the log of a run')
    .argument('<run>', 'id of the run')
    .option('--follow', 'go on until the run has ended')
    .option(
      '--since <time>',
      'lines since a time (2026-11-01T08:00:00Z) or for a while (10m, 2h)',
      parseSince,
    )
    .option('--tail <lines>', 'only the last so many lines, and with --follow those to come', parseCount)
    .option('--level <level>', `least level: ${logLevel.options.join(', ')}`, oneOf(logLevel.options))
    .option('--node <id>', 'only lines of this step')
    .option('--attempt <number>', 'only lines of this attempt', parseCount)
    .option('--search <text>', 'only lines that contain the text')
    .action(async (runId: string, { home, json, follow = false, node, ...filter }: LogsOptions) => {
      const print = json && follow ? (entry: LogEntry) => printJson(entry) : printEntry;
      await withSession(home, async ({ client, hasServer }) => {
        const input = { ...filter, runId, nodeId: node, follow: follow && hasServer };
        const lines = followAcrossBreaks(client, input, hasServer ? () => serverClient(home) : undefined);
        if (json && !follow) return printJson(await gather(lines));
        for await (const entry of lines) print(entry);
        if (follow && !hasServer) await sayThatNothingMoves(client, runId);
      });
    });
}

/**
 * A server that is restarted ends the stream: it is asked again from the last line on. An event's id is its line's, so
 * nothing is missed or printed twice.
 */
async function* followAcrossBreaks(
  first: AppClient,
  input: FollowInput,
  findAgain: (() => Promise<AppClient | undefined>) | undefined,
): AsyncGenerator<LogEntry, void> {
  let client: AppClient | undefined = first;
  let lastEventId: string | undefined;
  for (let failures = 0; ; ) {
    try {
      if (!client) throw new TypeError('no server answers');
      for await (const entry of await client.history.followLogs(input, { lastEventId })) {
        lastEventId = getEventMeta(entry)?.id ?? String(entry.id);
        failures = 0;
        yield entry;
      }
      if (!input.follow || (await hasEnded(client, input.runId))) return;
    } catch (error) {
      if (!findAgain || !isBreak(error) || failures === tries) throw error;
    }
    failures += 1;
    await sleep(waitMilliseconds);
    client = await findAgain?.();
  }
}

/** A restarted server may listen elsewhere. */
async function serverClient(home: string | undefined): Promise<AppClient | undefined> {
  return (await findServer(homeFolder(home)))?.client;
}

async function gather(lines: AsyncIterable<LogEntry>): Promise<LogEntry[]> {
  const all = [];
  for await (const entry of lines) all.push(entry);
  return all;
}

async function hasEnded(client: AppClient, runId: string): Promise<boolean> {
  return (await client.runs.get({ id: runId })).finishedAt !== null;
}

/** Not an answer of ours, but none at all. */
function isBreak(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    (error instanceof Error && /fetch failed|terminated|aborted/i.test(error.message))
  );
}

async function sayThatNothingMoves(client: AppClient, runId: string): Promise<void> {
  if (!(await hasEnded(client, runId)))
    warn('No Sluice is running on this home, so the run does not move. Start one with: npm start');
}

function printEntry({ time, level, nodeId, message }: LogEntry): void {
  printLine(`${time} ${level.padEnd(5)} ${nodeId ? `[${nodeId}] ` : ''}${message}`);
}

function parseSince(text: string): string {
  const back = parseDuration(text);
  const at = back === undefined ? new Date(text) : new Date(Date.now() - back);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError(
      'Write a while such as 10m or 2h, or a time such as 2026-11-01T08:00:00Z.',
    );
  return isoTime.parse(at.toISOString());
}

function parseCount(text: string): number {
  if (/^\d{1,6}$/.test(text) && Number(text) <= 100_000) return Number(text);
  throw new InvalidArgumentError('A number from 0 to 100000.');
}
