import type { ErrorReport } from '../../../shared/errors/sluice-error.ts';
import type { LiveFigures, StepReport, StepStatus } from '../protocol.ts';

type Figures = Partial<Omit<StepReport, 'nodeId' | 'status'>>;

/**
 * The state of every node of a run, told to main as it changes.
 * pending -> running -> succeeded | failed | cancelled | skipped; pending -> reused | skipped | succeeded. An end is final: what
 * is learned about a node later (its row count) is told with the same status.
 */
export class StepBoard {
  readonly #steps = new Map<string, StepReport>();
  readonly #tell: (step: StepReport) => void;

  constructor(
    nodeIds: readonly string[],
    digests: ReadonlyMap<string, string>,
    tell: (step: StepReport) => void,
  ) {
    this.#tell = tell;
    for (const nodeId of nodeIds) {
      const digest = digests.get(nodeId);
      this.#steps.set(nodeId, { nodeId, status: 'pending', ...(digest ? { digest } : {}) });
    }
  }

  statusOf(nodeId: string): StepStatus {
    return this.#steps.get(nodeId)?.status ?? 'skipped';
  }

  rowsOf(nodeId: string): number | undefined {
    return this.#steps.get(nodeId)?.rows;
  }

  start(nodeIds: readonly string[]): void {
    for (const nodeId of nodeIds)
      if (this.statusOf(nodeId) === 'pending') this.#change(nodeId, 'running', { percent: 0 });
  }

  /** The statement of these nodes is executed again: all of them from the start, for the sake of one. */
  tryAgain(nodeIds: readonly string[], nodeId: string, tries: number): void {
    for (const each of nodeIds)
      if (this.statusOf(each) === 'running')
        this.#change(each, 'running', { percent: 0, ...(each === nodeId ? { tries } : {}) });
  }

  live(nodeId: string, figures: LiveFigures): void {
    if (this.statusOf(nodeId) === 'running') this.#change(nodeId, 'running', { live: figures });
  }

  progress(nodeIds: readonly string[], percent: number): void {
    const whole = Math.min(99, Math.floor(percent));
    for (const nodeId of nodeIds) {
      const step = this.#steps.get(nodeId);
      if (step?.status === 'running' && (step.percent ?? 0) < whole)
        this.#change(nodeId, 'running', { percent: whole });
    }
  }

  succeed(nodeId: string, figures: Figures = {}): void {
    const status = this.statusOf(nodeId);
    if (status === 'pending' || status === 'running')
      this.#change(nodeId, 'succeeded', { percent: 100, ...figures });
  }

  reuse(nodeId: string, figures: Figures): void {
    if (this.statusOf(nodeId) === 'pending') this.#change(nodeId, 'reused', { percent: 100, ...figures });
  }

  skip(nodeId: string): void {
    if (this.statusOf(nodeId) === 'pending') this.#change(nodeId, 'skipped', {});
  }

  /** `consequences`: the nodes behind it, which a fused statement had called running as well. */
  fail(nodeId: string, error: ErrorReport, consequences: Iterable<string> = []): void {
    if (this.#steps.has(nodeId)) this.#change(nodeId, 'failed', { error });
    for (const behind of consequences) {
      const status = this.statusOf(behind);
      if (status === 'running' || status === 'pending') this.#change(behind, 'skipped', {});
    }
  }

  /** The run ends here: what was under way stops, what waited never starts. */
  stop(): void {
    for (const { nodeId, status } of [...this.#steps.values()]) {
      if (status === 'running') this.#change(nodeId, 'cancelled', {});
      if (status === 'pending') this.#change(nodeId, 'skipped', {});
    }
  }

  /** The run is over: what nothing asked for was left out. */
  finish(): void {
    for (const { nodeId, status } of [...this.#steps.values()])
      if (status === 'pending') this.#change(nodeId, 'skipped', {});
  }

  /** Adds figures to a node whose end was already told. */
  learn(nodeId: string, figures: Figures): void {
    const step = this.#steps.get(nodeId);
    if (step?.status === 'succeeded' || step?.status === 'reused') this.#change(nodeId, step.status, figures);
  }

  #change(nodeId: string, status: StepStatus, figures: Figures): void {
    const before = this.#steps.get(nodeId);
    const { live, ...known } = { ...before, ...figures };
    const step: StepReport = { ...known, nodeId, status, ...(live && status === 'running' ? { live } : {}) };
    this.#steps.set(nodeId, step);
    this.#tell(step);
  }
}
