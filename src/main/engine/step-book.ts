import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import type { StepReport, StepStatus } from '../runner/protocol.ts';

const ended: ReadonlySet<StepStatus> = new Set(['succeeded', 'reused', 'failed', 'skipped', 'cancelled']);

/**
 * What is known of each step of one attempt. A step is: pending -> running -> ended, or ended at once; it never
 * leaves an end, so a late report cannot bring it back.
 */
export class StepBook {
  #steps: Map<string, StepReport>;

  constructor(nodeIds: Iterable<string>) {
    this.#steps = new Map([...nodeIds].map((nodeId) => [nodeId, { nodeId, status: 'pending' as const }]));
  }

  /** The report to pass on, or undefined where it says nothing new. */
  note(report: StepReport): StepReport | undefined {
    const known = this.#steps.get(report.nodeId);
    if (known && ended.has(known.status) && !ended.has(report.status)) return undefined;
    this.#steps.set(report.nodeId, { ...known, ...report });
    return report;
  }

  status(nodeId: string): StepStatus | undefined {
    return this.#steps.get(nodeId)?.status;
  }

  reusedDigests(): string[] {
    const reused = [...this.#steps.values()].filter(({ status }) => status === 'reused');
    return reused.flatMap(({ digest }) => (digest ? [digest] : []));
  }

  /** Reports that end whatever is still open once the attempt has ended as `outcome`. */
  close(outcome: 'succeeded' | 'failed' | 'cancelled', error?: ErrorReport): StepReport[] {
    const open = [...this.#steps.values()].filter(({ status }) => !ended.has(status));
    return open.map(({ nodeId, status }) => {
      if (status === 'pending') return { nodeId, status: 'skipped' };
      return outcome === 'failed' ? { nodeId, status: outcome, error } : { nodeId, status: outcome };
    });
  }
}
