import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Channel } from './channel.ts';
import { parseMessage, parseTask } from './messages.ts';
import { Outbox } from './outbox.ts';
import type { FromRunner } from './protocol.ts';
import { failed, runTask } from './run-task.ts';
import { prepareInstance } from './session.ts';
import { WarmSessions } from './warm/warm-sessions.ts';

type Outcome = Extract<FromRunner, { type: 'end' }>['outcome'];

/** The task under way; there is never a second one. */
interface Current {
  readonly id: number;
  readonly cancel: AbortController;
}

/**
 * Answers tasks over a channel, one at a time, each with exactly one `end`. `folder` is the process's own.
 * States: idle -> working (task) -> idle (end). A cancel only speaks to the task of its own id; one that comes too
 * late finds nobody and is forgotten.
 */
export function serve(channel: Channel, folder: string): { abandon(): void } {
  const sessions = new WarmSessions(folder);
  const outbox = new Outbox(channel);
  let current: Current | undefined;

  function end(id: number, outcome: Outcome, reusable: boolean): void {
    if (current?.id === id) current = undefined;
    outbox.send({ type: 'end', id, outcome, reusable });
    if (!reusable) return;
    sessions.prepare();
    prepareInstance();
  }

  async function work(id: number, value: unknown): Promise<void> {
    if (current) return end(id, refused('The runner is busy with another task.'), true);
    const task = parseTask(value);
    if (typeof task === 'string') return end(id, refused(`The task is not whole: ${task}`), true);
    const mine = { id, cancel: new AbortController() };
    current = mine;
    outbox.send({ type: 'taken', id });
    const ended = await runTask(
      task,
      {
        step: (step) => outbox.put({ type: 'step', id, step }),
        progress: (percent) => outbox.put({ type: 'progress', id, percent }),
        log: (entry) => outbox.put({ type: 'log', id, entry }),
        stuck: (failure) => end(id, failed(failure), false),
      },
      mine.cancel.signal,
      sessions,
    );
    // A task given up by `abandon` has been answered already.
    if (current === mine) end(id, ended.outcome, ended.reusable);
  }

  channel.onMessage((message) => {
    const parsed = parseMessage(message);
    if (parsed?.type === 'cancel' && current?.id === parsed.id) current.cancel.abort();
    if (parsed?.type === 'task') void work(parsed.id, parsed.task);
  });

  return {
    /** Answers for a task whose process is about to end. */
    abandon() {
      if (current) end(current.id, { ok: false, error: reportError(new SluiceError('internal')) }, false);
    },
  };
}

function refused(reason: string): Outcome {
  const error: ErrorReport = reportError(new SluiceError('invalid_input', { reason }));
  return { ok: false, error };
}
