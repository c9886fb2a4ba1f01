import { useQuery } from '@tanstack/react-query';
import type { Column } from '../../../../shared/kernel/columns.ts';
import { orpc } from '../../../data/client.ts';
import { formatBytes, formatCount } from '../../../ui/index.ts';
import type { Compared } from './ComparePage.tsx';
import { columnChanges, type Output, outputPairs, type Pair } from './compare-runs.ts';
import { changeTone, PairLine, PairTable, Section } from './Section.tsx';

/** What both published: rows, size, and the columns of datasets. */
export function OutputsSection({ before, after, changedOnly }: Compared) {
  const found = outputPairs(before, after);
  const differing = found.filter(({ change }) => change !== 'same');
  const listed = changedOnly ? differing : found;
  return (
    <Section title="Outputs" differences={differing.length}>
      {found.length === 0 ? (
        <p className="text-muted">Neither run published anything.</p>
      ) : (
        <PairTable>
          {listed.map((pair) => (
            <PairLine
              key={pair.name}
              name={pair.name}
              change={pair.change}
              before={pair.before && sizeText(pair.before)}
              after={pair.after && sizeText(pair.after)}
            />
          ))}
        </PairTable>
      )}
      {found.map((pair) => (
        <ColumnDiff key={pair.name} pair={pair} />
      ))}
    </Section>
  );
}

const sizeText = ({ rows, bytes }: Output): string => `${formatCount(rows)} rows, ${formatBytes(bytes)}`;

/** Columns of the two versions of one dataset; a file's columns are not written down. */
function ColumnDiff({ pair: { name, before, after } }: { pair: Pair<Output> }) {
  const [one, other] = [useColumns(before), useColumns(after)];
  if (before?.kind !== 'dataset' || after?.kind !== 'dataset') return null;
  if (!one || !other) return null;
  const changes = columnChanges(one, other);
  return (
    <p className="mt-2">
      <span className="text-muted">Columns of {name}: </span>
      {changes.length === 0
        ? `the same ${one.length}`
        : changes.map((change, index) => (
            <span key={change.name}>
              {index > 0 && ', '}
              <code className="font-mono text-data">{change.name}</code>{' '}
              <span className={changeTone[change.change]}>
                {change.change === 'changed' ? `${change.before} is now ${change.after}` : change.change}
              </span>
            </span>
          ))}
    </p>
  );
}

function useColumns(output: Output | undefined): readonly Column[] | undefined {
  const { data } = useQuery({
    ...orpc.datasets.get.queryOptions({ input: { id: output?.datasetId ?? '' } }),
    enabled: output?.datasetId !== null && output?.datasetId !== undefined,
    retry: false,
  });
  return data?.versions.find(({ id }) => id === output?.versionId)?.columns;
}
