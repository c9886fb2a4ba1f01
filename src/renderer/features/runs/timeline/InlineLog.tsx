import { useState } from 'react';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { Awaited } from '../../../ui/index.ts';
import { LogLines } from '../log/LogLines.tsx';
import { useLog } from '../log/use-log.ts';

interface InlineLogProps {
  readonly run: RunDetail;
  readonly attempt: number;
  readonly nodeId: string;
  /** Pixels; left out, it fills its place. */
  readonly height?: number;
  readonly live: boolean;
}

/** The log of one step, in its place under the step's line. */
export function InlineLog({ run, attempt, nodeId, height, live }: InlineLogProps) {
  const [follow, setFollow] = useState(true);
  const [current, setCurrent] = useState<number>();
  const { log, total, error, loadOlder, loadNewer, reload } = useLog({
    runId: run.id,
    level: 'debug',
    nodeId,
    attempt: run.attempts.length > 1 ? attempt : undefined,
    search: undefined,
  });
  return (
    <div
      style={height === undefined ? undefined : { height }}
      className={height === undefined ? 'flex min-h-0 flex-1 flex-col' : 'flex flex-col overflow-hidden'}
    >
      <Awaited
        pending={total === undefined}
        failure={error && log.entries.length === 0 ? error.message : undefined}
        where="The log of the step could not be read."
        onRetry={reload}
        lines={4}
      >
        {() =>
          log.entries.length === 0 ? (
            <p className="m-auto px-4 text-muted">
              {live ? 'This step has said nothing yet.' : 'This step said nothing of its own.'}
            </p>
          ) : (
            <LogLines
              log={log}
              follow={follow}
              setFollow={setFollow}
              wrap={height === undefined}
              raw={false}
              current={current}
              setCurrent={setCurrent}
              loadOlder={loadOlder}
              loadNewer={loadNewer}
              active={live}
            />
          )
        }
      </Awaited>
    </div>
  );
}
