import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { Badge, CopyButton, StatusBadge, TimeText } from '../../../ui/index.ts';
import { causeOf } from '../head/cause.ts';
import { runState } from '../run-state.ts';
import type { Compared } from './ComparePage.tsx';

/** Which two runs: A at the left, B at the right, as in every line below. */
export function CompareHead({ before, after }: Compared) {
  return (
    <div className="grid shrink-0 grid-cols-2 divide-x divide-line border-b border-line">
      <Side letter="A" run={before} />
      <Side letter="B" run={after} />
    </div>
  );
}

function Side({ letter, run }: { letter: string; run: RunDetail }) {
  const state = runState(run);
  return (
    <div className="flex min-w-0 items-center gap-3 px-4 py-2">
      <Badge tone="accent">{letter}</Badge>
      <div className="min-w-0">
        <a
          href={`#/runs/${run.id}`}
          className="block truncate rounded-sm font-semibold text-accent-text hover:underline"
          title={run.pipelineName}
          dir="auto"
        >
          {run.pipelineName}
        </a>
        <p className="flex min-w-0 items-center gap-2 text-meta text-muted">
          <span className="shrink-0">
            revision {run.revision}, <TimeText at={run.queuedAt} style="time" />
          </span>
          <span className="truncate">{causeOf(run).text}</span>
        </p>
      </div>
      <span className="ml-auto flex shrink-0 items-center gap-2">
        <StatusBadge status={state.status} label={state.word} />
        <span className="flex items-center gap-1 font-mono text-data text-muted" title={run.id}>
          …{run.id.slice(-6)}
          <CopyButton label={`Copy the id of run ${letter}`} text={run.id} />
        </span>
      </span>
    </div>
  );
}
