import { parseDuration } from '../../../shared/kernel/time.ts';
import { runData } from '../run-events.ts';
import type { ServiceContext } from '../service-context.ts';

/** A run of a schedule that has not started so long after its time is late, whatever its document says. */
const startsWithin = 15 * 60_000;

/**
 * Records `run.late` once for every run that is not over in the time that its document gives it, and for every
 * scheduled run that did not even start. Answers how many.
 */
export function recordLateRuns(context: ServiceContext): number {
  const { store, clock } = context;
  const now = clock.now();

  function record(seq: number, expectedBy: number): void {
    const run = store.runs.findBySeq(seq);
    if (!run) return;
    store.notices.markLate(seq, context.now());
    context.record('run.late', run.environment, {
      ...runData(run),
      expectedBy: new Date(expectedBy).toISOString(),
    });
  }

  const found = store.notices.revisionsUnderWay().flatMap(({ pipelineId, revision, lateAfter }) => {
    const allowed = lateAfter === null ? undefined : parseDuration(lateAfter);
    if (allowed === undefined) return [];
    const before = new Date(now - allowed).toISOString();
    return store.notices
      .overdue(pipelineId, revision, before)
      .map(({ seq, queuedAt }) => ({ seq, expectedBy: Date.parse(queuedAt) + allowed }));
  });
  const unstarted = store.notices
    .unstartedOfSchedules(new Date(now - startsWithin).toISOString())
    .map(({ seq, dueAt }) => ({ seq, expectedBy: Date.parse(dueAt) + startsWithin }));
  const late = new Map([...unstarted, ...found].map(({ seq, expectedBy }) => [seq, expectedBy]));
  if (late.size === 0) return 0;
  store.write(() => {
    for (const [seq, expectedBy] of late) record(seq, expectedBy);
  });
  return late.size;
}
