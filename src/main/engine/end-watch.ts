import { type RunSummary, terminalStatuses } from '../../shared/contract/domain.ts';
import type { AppEvent } from '../../shared/contract/events.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { RunLedger } from '../services/engine-ports.ts';

/** What the core announces; the services publish on it after their commits. */
export interface Announcements {
  subscribe(listener: (event: AppEvent) => void): () => void;
}

type Waiter = (run: RunSummary) => void;

/** Lets callers wait for the end of runs, by events and without polling. */
export class EndWatch {
  #ledger: Pick<RunLedger, 'summary'>;
  #waiters = new Map<string, Set<Waiter>>();
  #stop = new AbortController();
  #unsubscribe: () => void;

  constructor(ledger: Pick<RunLedger, 'summary'>, events: Announcements) {
    this.#ledger = ledger;
    this.#unsubscribe = events.subscribe((event) => {
      if (event.type === 'run.changed') this.#tell(event.run);
    });
  }

  /**
   * The run once it has ended. Throws not_found for an unknown one, the signal's reason when it aborts first, and
   * `stopping` when the engine stops first.
   */
  async wait(runId: string, signal?: AbortSignal): Promise<RunSummary> {
    const all = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
    all.throwIfAborted();
    // No turn passes between the look and the listening, so an end in between cannot be missed.
    const now = this.#ledger.summary(runId);
    if (!now) throw new SluiceError('not_found', { what: 'run', id: runId });
    return hasEnded(now) ? now : this.#listen(runId, all);
  }

  stop(): void {
    this.#unsubscribe();
    this.#stop.abort(new SluiceError('stopping'));
  }

  #listen(runId: string, signal: AbortSignal): Promise<RunSummary> {
    const waiters = this.#waiters.get(runId) ?? new Set();
    this.#waiters.set(runId, waiters);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = (run) => {
        signal.removeEventListener('abort', giveUp);
        resolve(run);
      };
      const giveUp = (): void => {
        waiters.delete(waiter);
        if (waiters.size === 0) this.#waiters.delete(runId);
        reject(signal.reason);
      };
      waiters.add(waiter);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #tell(run: RunSummary): void {
    const waiters = hasEnded(run) ? this.#waiters.get(run.id) : undefined;
    if (!waiters) return;
    this.#waiters.delete(run.id);
    for (const waiter of waiters) waiter(run);
  }
}

const hasEnded = ({ status }: RunSummary): boolean => terminalStatuses.includes(status);
