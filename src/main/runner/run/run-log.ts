import type { LogLevel, LogReport } from '../protocol.ts';

type Fields = NonNullable<LogReport['fields']>;

export type RunLog = (level: LogLevel, message: string, nodeId?: string, fields?: Fields) => void;

/** Entries carry a sentence for a person and, apart from it, the figures for a program. */
export function createRunLog(send: (entry: LogReport) => void): RunLog {
  return (level, message, nodeId, fields) =>
    send({
      time: new Date().toISOString(),
      level,
      message,
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(fields === undefined ? {} : { fields }),
    });
}

const whole = new Intl.NumberFormat('en-US');

/** `1 row`, `1,204 rows`. */
export const rowsText = (rows: number): string => `${whole.format(rows)} ${rows === 1 ? 'row' : 'rows'}`;

/** `340 ms`, `12.4 s`, `3 min 5 s`. */
export function timeText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 120_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
