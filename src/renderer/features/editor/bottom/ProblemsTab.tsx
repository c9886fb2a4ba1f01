import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { nodeById, titleOf } from '../../../graph/ports.ts';
import { EmptyState, Spinner } from '../../../ui/index.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';

/** Everything that is wrong with the draft; a click leads to the step and the field. */
export function ProblemsTab() {
  const { actions } = useEditor();
  const document = useDocument((current) => current);
  const { problems, state } = useView((view) => view.checked);
  const sorted = useMemo(
    () => [...problems].sort((one, other) => rank(one.severity) - rank(other.severity)),
    [problems],
  );
  if (sorted.length === 0) {
    if (state === 'unknown') {
      return (
        <p className="flex items-center gap-2 p-4 text-muted">
          <Spinner size={14} /> Not checked yet
        </p>
      );
    }
    return (
      <EmptyState icon={CircleCheck} title="No problems" className="h-full py-4">
        Every step fits the columns it is given.
      </EmptyState>
    );
  }
  return (
    <ul aria-label="Problems" className="min-h-0 flex-1 overflow-y-auto py-1">
      {sorted.map((problem, index) => {
        const node = problem.nodeId ? nodeById(document, problem.nodeId) : undefined;
        const error = problem.severity === 'error';
        const Icon = error ? CircleX : TriangleAlert;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal problems may stand twice.
          <li key={index}>
            <button
              type="button"
              data-ring="inside"
              className="flex min-h-8 w-full items-start gap-2 px-3 py-1.5 text-left hover:bg-hover"
              onClick={() => (node ? actions.reveal(node.id, problem.path ?? []) : actions.select([]))}
            >
              <Icon
                size={14}
                aria-label={error ? 'Error' : 'Warning'}
                className={`mt-[3px] shrink-0 ${error ? 'text-status-failed' : 'text-status-warning'}`}
              />
              <span className="w-44 shrink-0 truncate font-medium" dir="auto">
                {node ? titleOf(node) : 'Pipeline'}
              </span>
              <span className="min-w-0 flex-1 wrap-anywhere">{problem.message}</span>
              {problem.path && problem.path.length > 0 && (
                <span className="shrink-0 font-mono text-data text-faint">{problem.path.join('.')}</span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const rank = (severity: 'error' | 'warning'): number => (severity === 'error' ? 0 : 1);
