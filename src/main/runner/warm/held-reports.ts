import type { Reporter } from '../run-task.ts';

/** After so long somebody may be watching. */
const holdMilliseconds = 100;

/**
 * Holds back what a run on a warm session tells, so that nothing was said where it has to be done again from scratch.
 * States: holding -> live (`release`, or when it takes long).
 */
export class HeldReports implements Reporter {
  readonly #reporter: Reporter;
  readonly #timer: NodeJS.Timeout;
  #held: (() => void)[] | undefined = [];

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
    this.#timer = setTimeout(() => this.release(), holdMilliseconds);
  }

  readonly step: Reporter['step'] = (step) => this.#tell(() => this.#reporter.step(step));
  readonly progress: Reporter['progress'] = (percent) => this.#tell(() => this.#reporter.progress(percent));
  readonly log: Reporter['log'] = (entry) => this.#tell(() => this.#reporter.log(entry));

  get stuck(): Reporter['stuck'] {
    return this.#reporter.stuck;
  }

  release(): void {
    clearTimeout(this.#timer);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const tell of held) tell();
  }

  /** Forgets what is held; true where nothing had been told. */
  drop(): boolean {
    clearTimeout(this.#timer);
    const untold = this.#held !== undefined;
    this.#held = [];
    return untold;
  }

  #tell(tell: () => void): void {
    if (this.#held) this.#held.push(tell);
    else tell();
  }
}
