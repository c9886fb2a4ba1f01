import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { RecordsTask } from '../protocol.ts';
import { failed, type TaskEnd } from '../run-task.ts';
import { RecordReader } from './reader.ts';

let reader: Promise<RecordReader> | undefined;

/** Answers a task of the reader of this process, which the first one opens. After a failure the next opens another. */
export async function runRecords(task: RecordsTask, signal: AbortSignal): Promise<TaskEnd> {
  try {
    reader ??= RecordReader.open(task);
    const result = await (await reader).read(task, signal);
    return { outcome: { ok: true, result }, reusable: true };
  } catch (error) {
    const closed = await closeReader();
    const outcome = failed(signal.aborted ? new SluiceError('cancelled') : error);
    const sound = outcome.error.code !== 'internal' && outcome.error.code !== 'out_of_memory';
    return { outcome, reusable: closed && sound };
  }
}

async function closeReader(): Promise<boolean> {
  const open = reader;
  reader = undefined;
  try {
    (await open)?.close();
    return true;
  } catch {
    return false;
  }
}
