import { version } from '@duckdb/node-api';
import { openChannel } from './channel.ts';
import { serve } from './serve.ts';
import { prepareInstance } from './session.ts';

const channel = openChannel();

// Work whose owner is gone must not go on, not even for the rest of a query: DuckDB runs on its own threads, so
// this listener fires in the middle of one, and nothing less than a kill stops those threads at once.
channel.onGone(() => process.kill(process.pid, 'SIGKILL'));

const server = serve(channel, process.cwd());

function giveUp(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  server.abandon();
  // The report is handed to the operating system before the process ends.
  setTimeout(() => process.exit(70), 50);
}
process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);

channel.send({ type: 'ready', pid: process.pid, duckdb: version() });
prepareInstance();
