import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';

const rotateBytes = 10 * 1024 * 1024;

/** Of lines that the disk does not take, so much is kept; later ones are dropped. */
const waitingBytes = 1024 * 1024;

/** Names under which a secret could reach a log line; whatever stands there is never written. */
const secretPaths = ['api_key', 'apiKey', 'key', 'token', 'authorization', 'headers', 'password', 'code'];

export interface AppLog {
  readonly log: Logger;
  close(): void;
}

/** The process's log: lines of JSON in the home folder, the last file kept beside it. */
export function openLog(home: string, level = process.env.SLUICE_LOG_LEVEL ?? 'info'): AppLog {
  const path = join(home, 'sluice.log');
  if (existsSync(path) && statSync(path).size > rotateBytes) renameSync(path, `${path}.1`);
  // Written at once: the last lines before a crash are the ones that matter.
  const destination = pino.destination({ dest: path, sync: true, mode: 0o600, maxLength: waitingBytes });
  // On a full disk the log falls silent; what waits is written when there is room again. It must not end the program.
  destination.on('error', () => undefined);
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: [...secretPaths, ...secretPaths.map((name) => `*.${name}`)], censor: '[redacted]' },
    },
    destination,
  );
  return {
    log,
    close() {
      // A late line of something that is still ending must not throw.
      log.level = 'silent';
      destination.end();
    },
  };
}
