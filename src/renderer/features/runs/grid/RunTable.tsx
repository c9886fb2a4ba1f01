import { formatCount, formatDuration, StatusBadge, TimeText } from '../../../ui/index.ts';
import { type HistoryGrid, spans } from './history-figures.ts';

/** The same runs in words and figures: for whoever reads with the ears, copies, or wants to know exactly. */
export function RunTable({ grid }: { grid: HistoryGrid }) {
  return (
    <section aria-label="Last runs" className="max-h-[480px] shrink-0 overflow-auto border-b border-line">
      <table className="w-full border-collapse">
        <thead className="sticky top-0 bg-panel text-meta text-muted">
          <tr className="h-8 border-b border-line text-left [&_th]:px-4 [&_th]:font-medium">
            <th scope="col">When</th>
            <th scope="col">State</th>
            <th scope="col">Failed at</th>
            <th scope="col" className="text-right">
              Revision
            </th>
            <th scope="col" className="text-right">
              Attempt
            </th>
            <th scope="col" className="text-right">
              Waited
            </th>
            <th scope="col" className="text-right">
              Ran
            </th>
            <th scope="col" className="text-right">
              Rows written
            </th>
          </tr>
        </thead>
        <tbody>
          {grid.runs.map((run) => {
            const { waited, ran } = spans(run);
            const failed = run.cells.find(({ status }) => status === 'failed');
            const step = grid.nodes.find(({ nodeId }) => nodeId === failed?.nodeId);
            return (
              <tr key={run.id} className="h-8 border-b border-line hover:bg-hover [&_td]:px-4">
                <td>
                  <a href={`#/runs/${run.id}`} className="text-accent-text hover:underline">
                    <TimeText at={run.queuedAt} />
                  </a>
                </td>
                <td>
                  <StatusBadge status={run.status} variant="plain" />
                </td>
                <td className="max-w-60 truncate" dir="auto">
                  {step?.title ?? ''}
                </td>
                <td className="text-right nums">{run.revision}</td>
                <td className="text-right nums">{run.attempt}</td>
                <td className="text-right text-muted nums">
                  {waited === null ? '–' : formatDuration(waited)}
                </td>
                <td className="text-right nums">{ran === null ? '–' : formatDuration(ran)}</td>
                <td className="text-right nums">
                  {run.rowsWritten === null ? '–' : formatCount(run.rowsWritten)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
