import { MousePointerClick } from 'lucide-react';
import { useMemo, useState } from 'react';
import { nodeById, titleOf } from '../../../graph/ports.ts';
import { EmptyState, SegmentedControl, Select } from '../../../ui/index.ts';
import { useDocument, useView } from '../state/editor-context.ts';
import { onlyNode } from '../state/view-store.ts';
import { dataSides } from './data-side.ts';
import { KeptRows } from './KeptRows.tsx';
import { PreviewRows } from './PreviewRows.tsx';
import { useKeptStep } from './use-kept-step.ts';

/** How many source rows a live preview reads. Undefined reads all. */
const scans = [
  { value: '10000', label: '10,000 source rows' },
  { value: '100000', label: '100,000 source rows' },
  { value: '1000000', label: '1,000,000 source rows' },
  { value: 'all', label: 'all source rows' },
];

/** The rows at the selected step: live while editing, the kept ones after a run. */
export function DataTab() {
  const selected = useView(onlyNode);
  const document = useDocument((current) => current);
  const sides = useMemo(() => (selected ? dataSides(document, selected) : []), [document, selected]);
  const [wanted, setWanted] = useState('');
  const [scan, setScan] = useState('all');
  const side =
    sides.find((candidate) => candidate.key === wanted) ??
    sides.find((candidate) => candidate.key.startsWith(wanted.slice(0, 2))) ??
    sides[0];
  const kept = useKeptStep(side?.ref);
  if (!selected || !side) {
    return (
      <EmptyState icon={MousePointerClick} title="Select a step" className="h-full py-4">
        Its rows appear here while you change it. Nothing is written before you run.
      </EmptyState>
    );
  }
  const node = nodeById(document, side.ref.node);
  const label = `Rows of ${node ? titleOf(node) : side.ref.node}`;
  const inputs = sides.filter((candidate) => candidate.key.startsWith('in'));
  const bar = (
    <>
      {sides.length > 1 && sides.length <= 3 && (
        <SegmentedControl
          label="Which rows"
          value={side.key}
          onChange={setWanted}
          options={sides.map(({ key, label: text }) => ({ value: key, label: text }))}
        />
      )}
      {sides.length > 3 && (
        <Select
          value={side.key}
          onChange={setWanted}
          aria-label="Which rows"
          options={sides.map(({ key, label: text }) => ({ value: key, label: text }))}
        />
      )}
      {inputs.length === 0 && sides.length === 1 && (
        <span className="text-meta font-medium text-muted">{side.label}</span>
      )}
    </>
  );
  if (kept)
    return (
      <KeptRows
        key={`${kept.runId} ${side.ref.node}`}
        run={kept}
        nodeId={side.ref.node}
        label={label}
        bar={bar}
      />
    );
  return (
    <PreviewRows
      target={side.ref}
      sink={side.key === 'own'}
      label={label}
      scanLimit={scan === 'all' ? undefined : Number(scan)}
      bar={
        <>
          {bar}
          <span className="flex items-center gap-0.5 text-meta text-muted">
            from{' '}
            <Select
              variant="inline"
              value={scan}
              options={scans}
              onChange={setScan}
              aria-label="Source rows that the preview reads"
            />
          </span>
        </>
      }
    />
  );
}
