import type { Channel } from './channel.ts';
import type { FromRunner, StepReport } from './protocol.ts';

/** Short enough for a person, long enough that a run of milliseconds says everything at once. */
const gatherMilliseconds = 25;

const isSameState = (one: StepReport, other: StepReport): boolean =>
  one.nodeId === other.nodeId && one.status === other.status;

/**
 * What a runner tells, gathered for moments so that main is woken once rather than a dozen times for a short run. The
 * order is kept; of reports of a step in the same state only the newest is sent, which holds all figures.
 */
export class Outbox {
  readonly #channel: Channel;
  #waiting: FromRunner[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  put(message: FromRunner): void {
    const same =
      message.type === 'step'
        ? this.#waiting.findIndex((other) => other.type === 'step' && isSameState(other.step, message.step))
        : -1;
    if (same >= 0) this.#waiting.splice(same, 1);
    this.#waiting.push(message);
    this.#timer ??= setTimeout(() => this.flush(), gatherMilliseconds);
  }

  /** Sends this and all that waits, now. */
  send(message: FromRunner): void {
    this.#waiting.push(message);
    this.flush();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const messages = this.#waiting;
    this.#waiting = [];
    const [only, another] = messages;
    if (only) this.#channel.send(another ? { type: 'batch', messages } : only);
  }
}
