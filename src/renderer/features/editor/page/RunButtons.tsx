import { ChevronDown, ExternalLink, History, Play, RotateCw, Square, Zap } from 'lucide-react';
import { Button, DropdownMenu, StatusBadge } from '../../../ui/index.ts';
import { isLive } from '../canvas/use-node-facts.ts';
import { useRunControl } from '../run/run-context.ts';
import { useDocument, useView } from '../state/editor-context.ts';
import { onlyNode } from '../state/view-store.ts';

/** Run, cancel, the other ways to run, and the way to the run's own page. */
export function RunButtons() {
  const runs = useRunControl();
  const run = useView((view) => view.run);
  const selected = useView(onlyNode);
  const empty = useDocument((document) => document.nodes.length === 0);
  const live = isLive(run);
  return (
    <>
      {run && (
        <a
          href={`#/runs/${run.summary.id}`}
          aria-label={`Open the run: ${run.summary.status}`}
          className="flex items-center gap-1 rounded-sm hover:underline"
        >
          <StatusBadge
            status={run.summary.status}
            label={
              live && run.summary.status === 'running'
                ? `Running ${Math.min(99, run.summary.percent)} %`
                : undefined
            }
          />
        </a>
      )}
      {live ? (
        <Button icon={Square} onClick={() => void runs.cancel()}>
          Cancel
        </Button>
      ) : (
        <span className="flex">
          <Button
            variant="primary"
            icon={Play}
            className="rounded-r-none"
            disabled={empty}
            title="Ctrl+Enter"
            onClick={() => void runs.start({ mode: 'inspect' })}
          >
            Run
          </Button>
          <DropdownMenu
            align="end"
            trigger={
              <button
                type="button"
                aria-label="More ways to run"
                disabled={empty}
                className="flex h-control w-6 items-center justify-center rounded-r-control border-l border-on-accent/30 bg-accent text-on-accent hover:bg-accent-hover disabled:opacity-50"
              >
                <ChevronDown size={14} aria-hidden />
              </button>
            }
            items={[
              {
                label: 'Run and keep every step’s rows',
                note: 'Only what changed is computed again',
                icon: Play,
                shortcut: 'mod+enter',
                onSelect: () => void runs.start({ mode: 'inspect' }),
              },
              {
                label: 'Fast run',
                note: 'As a schedule or a script runs it',
                icon: Zap,
                onSelect: () => void runs.start({ mode: 'fast' }),
              },
              selected !== undefined && {
                label: 'Run to the selected step',
                icon: Play,
                shortcut: 'mod+shift+enter',
                onSelect: () => runs.runTo(selected),
              },
              run && 'separator',
              run && {
                label: 'Run again',
                icon: RotateCw,
                onSelect: () => void runs.start({ mode: run.summary.mode }),
              },
              run && {
                label: 'Open the last run',
                icon: ExternalLink,
                onSelect: () => location.assign(`#/runs/${run.summary.id}`),
              },
              run && {
                label: 'History of its runs',
                icon: History,
                onSelect: () => location.assign(`#/runs/history/${run.summary.pipelineId}`),
              },
            ]}
          />
        </span>
      )}
    </>
  );
}
