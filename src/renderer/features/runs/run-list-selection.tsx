import { useCallback, useMemo, useState } from 'react';
import type { RunSummary } from '../../../shared/contract/domain.ts';
import type { BulkAction, RunSelection } from '../../../shared/contract/history.ts';
import type { RunFilter } from '../../../shared/contract/runs.ts';
import { hashAddress } from '../../data/hash-query.ts';
import { Button, DropdownMenu, formatCount } from '../../ui/index.ts';

/** Most runs that a call takes by name; the dialog tells how many there were. */
const mostNamed = 10_000;

export type ListSelectionOfRuns = ReturnType<typeof useRunSelection>;

/** Rows that were ticked, or everything that fits the filter, loaded or not. */
export function useRunSelection(runs: readonly RunSummary[], total: number, filter: RunFilter) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  /** The filter under which all was chosen: with another one it is nothing any more. */
  const [allOf, setAllOf] = useState<RunFilter>();
  const all = allOf === filter;
  const ids = useMemo(() => (all ? new Set(runs.map(({ id }) => id)) : ticked), [all, runs, ticked]);
  const choose = useCallback((next: ReadonlySet<string>) => {
    setAllOf(undefined);
    setTicked(next);
  }, []);
  return {
    ids,
    all,
    total,
    choose,
    chooseAll: () => setAllOf(filter),
    clear: () => choose(new Set()),
    asInput: (): RunSelection =>
      all
        ? { filter }
        : {
            ids: runs
              .filter(({ id }) => ids.has(id))
              .map(({ id }) => id)
              .slice(0, mostNamed),
          },
  };
}

export function selectedText({ all, total }: ListSelectionOfRuns): string | undefined {
  return all ? `All ${formatCount(total)} that fit are selected` : undefined;
}

/** The bar under the list while something is chosen. */
export function RunSelectionBar(props: {
  selection: ListSelectionOfRuns;
  chosen: readonly RunSummary[];
  onAction: (action: BulkAction) => void;
}) {
  const { selection, chosen, onAction } = props;
  const [a, b] = chosen;
  return (
    <>
      {!selection.all && selection.total > chosen.length && (
        <Button variant="ghost" onClick={selection.chooseAll}>
          Select all {formatCount(selection.total)} that fit
        </Button>
      )}
      {!selection.all && chosen.length === 2 && a && b && (
        <Button
          onClick={() => {
            // The older one is what the newer is compared with.
            const [older, newer] = a.queuedAt < b.queuedAt ? [a, b] : [b, a];
            location.hash = hashAddress('#/runs/compare', { a: older.id, b: newer.id });
          }}
        >
          Compare
        </Button>
      )}
      <Button onClick={() => onAction('again')}>Run again</Button>
      <Button onClick={() => onAction('retry')}>Retry failed</Button>
      <Button onClick={() => onAction('cancel')}>Cancel</Button>
      <DropdownMenu
        trigger={<Button>Label</Button>}
        items={[
          { label: 'Add a label…', onSelect: () => onAction('label') },
          { label: 'Remove a label…', onSelect: () => onAction('unlabel') },
        ]}
      />
      <Button variant="danger" onClick={() => onAction('remove')}>
        Delete
      </Button>
    </>
  );
}
