import { useQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { LogEntry } from '../../../../shared/contract/domain.ts';
import { orpc } from '../../../data/client.ts';
import { useAppEvent } from '../../../data/events.ts';
import { nodeById, titleOf } from '../../../graph/ports.ts';
import { cx, EmptyState, formatClock, formatCount } from '../../../ui/index.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';

const tones: Record<LogEntry['level'], string> = {
  debug: 'text-faint',
  info: 'text-muted',
  warn: 'text-status-warning',
  error: 'text-status-failed',
};

const shownLines = 500;

/** The newest lines of the last run's log; it follows while one is at its end. */
export function LogTab() {
  const { actions } = useEditor();
  const runId = useView((view) => view.run?.summary.id);
  const document = useDocument((current) => current);
  const [live, setLive] = useState<readonly LogEntry[]>([]);
  const end = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const { data } = useQuery({
    ...orpc.runs.logs.queryOptions({ input: { runId: runId ?? '', limit: shownLines } }),
    enabled: runId !== undefined,
    staleTime: 0,
  });
  useAppEvent('run.logged', (event) => {
    if (event.runId === runId) setLive((before) => [...before, ...event.entries].slice(-shownLines));
  });
  // Another run: what was heard of the old one is dropped.
  const [heardOf, setHeardOf] = useState(runId);
  if (heardOf !== runId) {
    setHeardOf(runId);
    setLive([]);
  }
  const entries = useMemo(() => {
    const byId = new Map([...(data?.entries ?? []), ...live].map((entry) => [entry.id, entry]));
    return [...byId.values()].sort((one, other) => one.id - other.id).slice(-shownLines);
  }, [data, live]);
  useEffect(() => {
    const area = box.current;
    if (entries.length > 0 && area && area.scrollHeight - area.scrollTop - area.clientHeight < 80)
      end.current?.scrollIntoView({ block: 'end' });
  }, [entries]);
  if (!runId || (data && entries.length === 0)) {
    return (
      <EmptyState icon={ScrollText} title={runId ? 'No lines' : 'No run yet'} className="h-full py-4">
        {runId
          ? 'The last run wrote nothing to its log.'
          : 'Run the pipeline to see what happens, line by line.'}
      </EmptyState>
    );
  }
  const more = (data?.total ?? 0) - entries.length;
  return (
    <div
      ref={box}
      role="log"
      aria-label="Log of the last run"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reachable by keyboard.
      tabIndex={0}
      data-ring="inside"
      className="min-h-0 flex-1 overflow-auto py-1 font-mono text-data"
    >
      {more > 0 && (
        <a href={`#/runs/${runId}`} className="block px-3 py-0.5 text-accent-text hover:underline">
          {formatCount(more)} earlier lines are on the run’s page
        </a>
      )}
      {entries.map((entry) => {
        const node = entry.nodeId ? nodeById(document, entry.nodeId) : undefined;
        return (
          <div key={entry.id} className="flex items-baseline gap-3 px-3 hover:bg-hover">
            <span className="shrink-0 text-faint nums">{formatClock(entry.time)}</span>
            <span className={cx('w-10 shrink-0', tones[entry.level])}>{entry.level}</span>
            {node ? (
              <button
                type="button"
                className="w-36 shrink-0 truncate text-left text-accent-text hover:underline"
                onClick={() => actions.reveal(node.id)}
              >
                {titleOf(node)}
              </button>
            ) : (
              <span className="w-36 shrink-0 truncate text-faint">{entry.nodeId ?? ''}</span>
            )}
            <span className="min-w-0 flex-1 wrap-anywhere">{entry.message}</span>
          </div>
        );
      })}
      <div ref={end} />
    </div>
  );
}
