import { useMemo, useState } from 'react';
import { titleOf } from '../../../graph/ports.ts';
import { Badge, Button, cx } from '../../../ui/index.ts';
import { RunGraph } from '../graph/RunGraph.tsx';
import type { CardChange } from '../graph/run-flow.ts';
import type { Compared } from './ComparePage.tsx';
import { mergedDocument, type NodeChange, nodeChanges, wireChanges } from './compare-runs.ts';
import { changeTone, Section } from './Section.tsx';
import { type DiffLine, lineDiff, type ValueChange, valueText } from './value-diff.ts';

const noMenu = () => [];

/** Both graphs drawn as one, and what differs in each node as a person reads it. */
export function GraphSection({ before, after }: Compared) {
  const [focus, setFocus] = useState<string>();
  const { nodes, wires, document, marks } = useMemo(() => {
    const found = nodeChanges(before.document, after.document).filter(({ change }) => change !== 'same');
    return {
      nodes: found,
      wires: wireChanges(before.document, after.document),
      document: mergedDocument(before.document, after.document),
      marks: new Map(found.map(({ id, change }) => [id, change as CardChange])),
    };
  }, [before.document, after.document]);
  const listed = focus === undefined ? nodes : nodes.filter(({ id }) => id === focus);
  return (
    <Section title="Graph" differences={nodes.length + wires.length}>
      <div className="h-72 overflow-hidden rounded-md border border-line">
        <RunGraph
          label="Both graphs as one"
          document={document}
          steps={after.steps}
          focus={focus}
          setFocus={setFocus}
          menu={noMenu}
          changes={marks}
          inPage
        />
      </div>
      {nodes.length + wires.length === 0 && (
        <p className="mt-2 text-muted">Both ran the same graph with the same settings of every step.</p>
      )}
      {focus !== undefined && (
        <p className="mt-2 flex items-center gap-2 text-muted">
          {listed.length === 0 ? 'This step is the same in both.' : 'Only the chosen step.'}
          <Button size="sm" onClick={() => setFocus(undefined)}>
            Show all
          </Button>
        </p>
      )}
      <ul className="mt-2 flex flex-col gap-2">
        {listed.map((node) => (
          <li key={node.id}>
            <NodeDiff node={node} />
          </li>
        ))}
      </ul>
      {wires.length > 0 && (
        <p className="mt-2">
          Wires:{' '}
          {wires.map(({ name, change }, index) => (
            <span key={name}>
              {index > 0 && ', '}
              <code className="font-mono text-data">{name}</code>{' '}
              <span className={changeTone[change]}>{change}</span>
            </span>
          ))}
        </p>
      )}
    </Section>
  );
}

function NodeDiff({ node }: { node: NodeChange }) {
  const shown = node.after ?? node.before;
  if (!shown) return null;
  return (
    <article className="rounded-md border border-line">
      <h3 className="flex h-8 items-center gap-2 px-3">
        <span className="truncate font-medium" dir="auto">
          {titleOf(shown)}
        </span>
        <code className="truncate font-mono text-data text-muted">{node.id}</code>
        <Badge tone={node.change === 'added' ? 'success' : node.change === 'removed' ? 'danger' : 'warning'}>
          {node.change}
        </Badge>
      </h3>
      {node.changes.length > 0 && (
        <dl className="border-t border-line px-3 py-2">
          {node.changes.map((change) => (
            <ChangeLines key={change.path} change={change} />
          ))}
        </dl>
      )}
    </article>
  );
}

function ChangeLines({ change }: { change: ValueChange }) {
  return (
    <div className="grid grid-cols-[minmax(120px,220px)_minmax(0,1fr)] gap-x-4 py-0.5">
      <dt className="truncate font-mono text-data text-muted" title={change.path}>
        {change.path}
      </dt>
      <dd className="min-w-0 overflow-x-auto font-mono text-data">
        {linesOf(change).map((line, index) => (
          // Lines of a text have no name of their own and are never reordered.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Line key={index} line={line} />
        ))}
      </dd>
    </div>
  );
}

function linesOf({ before, after }: ValueChange): DiffLine[] {
  if (before === undefined) return [{ side: 'after', text: valueText(after) }];
  if (after === undefined) return [{ side: 'before', text: valueText(before) }];
  return lineDiff(valueText(before), valueText(after));
}

const lineLook = {
  both: { sign: ' ', word: '', look: 'text-muted' },
  before: { sign: '−', word: 'removed: ', look: 'bg-status-failed/10 text-status-failed' },
  after: { sign: '+', word: 'added: ', look: 'bg-status-succeeded/10 text-status-succeeded' },
};

function Line({ line }: { line: DiffLine }) {
  const { sign, word, look } = lineLook[line.side];
  return (
    <div className={cx('min-w-fit px-1.5 whitespace-pre', look)}>
      <span aria-hidden className="mr-2 select-none">
        {sign}
      </span>
      <span className="sr-only">{word}</span>
      {line.text}
    </div>
  );
}
