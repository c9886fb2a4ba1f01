import {
  ChevronDown,
  CircleStop,
  GitCompareArrows,
  Pin,
  PinOff,
  RotateCw,
  StepForward,
  Undo2,
} from 'lucide-react';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { Badge, Button, DropdownMenu, IconButton, StatusBadge, Tooltip, TopBar } from '../../../ui/index.ts';
import { runState } from '../run-state.ts';
import { CompareWith } from './CompareWith.tsx';
import { RunFrom } from './RunFrom.tsx';
import { useAnnotate } from './use-annotate.ts';
import type { RunVerbs } from './use-run-verbs.ts';
import { againWords, cancelWords, newestWords, retryWords } from './verb-words.ts';

interface RunTopBarProps {
  readonly run: RunDetail;
  readonly verbs: RunVerbs;
  readonly focus: string | undefined;
}

/** The run's state and the ways to stop it, to start it again and to set it beside another. */
export function RunTopBar({ run, verbs, focus }: RunTopBarProps) {
  const state = runState(run, verbs.cancelling);
  const annotate = useAnnotate(run);
  return (
    <TopBar
      crumbs={[{ label: 'Runs', href: '#/runs' }, { label: run.pipelineName }]}
      aside={
        <>
          <StatusBadge status={state.status} label={state.word} />
          {state.note && (
            <span className="max-w-80 shrink-0 truncate text-meta text-muted nums" title={state.note}>
              {state.note}
            </span>
          )}
          {run.environment === 'sandbox' && <Badge tone="violet">sandbox</Badge>}
        </>
      }
    >
      <IconButton
        label={run.pinned ? 'Unpin: retention may remove it again' : 'Pin: retention never removes it'}
        icon={run.pinned ? PinOff : Pin}
        pressed={run.pinned}
        onClick={() => annotate.mutate({ pinned: !run.pinned })}
      />
      <CompareWith
        run={run}
        trigger={
          <Button variant="ghost" icon={GitCompareArrows} aria-label="Compare with another run">
            Compare with…
          </Button>
        }
      />
      {verbs.active ? (
        <Tooltip content={cancelWords}>
          <Button icon={CircleStop} loading={verbs.cancelling} onClick={verbs.cancel}>
            {verbs.cancelling ? 'Cancelling' : 'Cancel'}
          </Button>
        </Tooltip>
      ) : (
        <Restart run={run} verbs={verbs} focus={focus} />
      )}
    </TopBar>
  );
}

function Restart({ run, verbs, focus }: RunTopBarProps) {
  const main = verbs.canRetry ? 'secondary' : 'primary';
  return (
    <>
      <RunFrom
        run={run}
        verbs={verbs}
        focus={focus}
        trigger={
          <Button icon={StepForward} disabled={verbs.busy || run.document.nodes.length === 0}>
            Run from…
          </Button>
        }
      />
      <span className="flex">
        <Tooltip content={againWords(run)}>
          <Button
            variant={main}
            icon={RotateCw}
            className="rounded-r-none"
            disabled={verbs.busy}
            onClick={() => verbs.again('same')}
          >
            Run again
          </Button>
        </Tooltip>
        <DropdownMenu
          align="end"
          trigger={
            <Button
              variant={main}
              aria-label="Which revision to run again"
              disabled={verbs.busy}
              className={
                main === 'primary'
                  ? 'rounded-l-none border-l border-on-accent/30 px-1'
                  : 'rounded-l-none border-l-0 px-1'
              }
            >
              <ChevronDown aria-hidden className="size-3.5" />
            </Button>
          }
          items={[
            {
              label: `Run revision ${run.revision} again`,
              note: 'Exactly as it ran',
              icon: RotateCw,
              onSelect: () => verbs.again('same'),
            },
            {
              label: 'Run the newest revision',
              note: newestWords,
              icon: RotateCw,
              onSelect: () => verbs.again('newest'),
            },
          ]}
        />
      </span>
      {verbs.canRetry && (
        <Tooltip content={retryWords(run)} align="end">
          <Button variant="primary" icon={Undo2} disabled={verbs.busy} onClick={verbs.retryFailed}>
            Retry failed
          </Button>
        </Tooltip>
      )}
    </>
  );
}
