import { ChevronRight } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import type { NodeDefinition, NodeGroup } from '../../../../nodes/_kit/define-node.ts';
import { KindIcon } from '../../../graph/KindIcon.tsx';
import { allKinds, groupTitles, searchKinds } from '../../../graph/kinds.ts';
import { cx, SearchInput, Tooltip } from '../../../ui/index.ts';
import { dragType } from '../canvas/use-canvas-drops.ts';
import { useEditor } from '../state/editor-context.ts';
import { rememberUse } from './often-used.ts';

/** The steps one can add: drag them, click them, or search and press Enter. */
export const Palette = memo(function Palette() {
  const { actions } = useEditor();
  const [search, setSearch] = useState('');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const found = useMemo(() => searchKinds(allKinds, search), [search]);
  const searching = search.trim() !== '';
  const add = (kind: NodeDefinition | undefined) => {
    if (!kind) return;
    rememberUse(kind.kind);
    actions.addNext(kind.kind);
  };
  return (
    <nav aria-label="Steps" className="flex h-full min-h-0 flex-col bg-panel">
      <div className="p-2">
        <SearchInput
          value={search}
          onChange={setSearch}
          label="Search steps"
          slash
          className="w-full"
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            add(found[0]);
            setSearch('');
          }}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
        {searching && found.length === 0 && (
          <p className="px-1.5 py-4 text-muted">
            No step matches “{search}”. An SQL step can do what no other does.
          </p>
        )}
        {searching
          ? found.map((kind, index) => <Entry key={kind.kind} kind={kind} first={index === 0} onAdd={add} />)
          : (Object.keys(groupTitles) as NodeGroup[]).map((group) => {
              const kinds = found.filter((kind) => kind.group === group);
              if (kinds.length === 0) return null;
              const open = !closed.has(group);
              return (
                <section key={group} aria-label={groupTitles[group]}>
                  <button
                    type="button"
                    aria-expanded={open}
                    className="mt-1 flex h-6 w-full items-center gap-1 rounded-sm px-1 text-meta font-medium text-muted hover:text-ink"
                    onClick={() => {
                      const next = new Set(closed);
                      if (open) next.add(group);
                      else next.delete(group);
                      setClosed(next);
                    }}
                  >
                    <ChevronRight
                      size={12}
                      aria-hidden
                      className={cx('transition-transform', open && 'rotate-90')}
                    />
                    {groupTitles[group]}
                  </button>
                  {open && kinds.map((kind) => <Entry key={kind.kind} kind={kind} onAdd={add} />)}
                </section>
              );
            })}
      </div>
    </nav>
  );
});

function Entry({
  kind,
  first,
  onAdd,
}: {
  kind: NodeDefinition;
  first?: boolean;
  onAdd: (kind: NodeDefinition) => void;
}) {
  return (
    <Tooltip content={kind.description} side="right">
      <button
        type="button"
        draggable
        data-ring="inside"
        data-kind={kind.kind}
        className={cx(
          'flex h-8 w-full items-center gap-2 rounded-md px-1 text-left hover:bg-hover active:bg-press',
          first && 'bg-hover',
        )}
        onClick={() => onAdd(kind)}
        onDragStart={(event) => {
          event.dataTransfer.setData(dragType, kind.kind);
          event.dataTransfer.effectAllowed = 'copy';
        }}
      >
        <KindIcon kind={kind.kind} size={24} />
        <span className="min-w-0 flex-1 truncate">{kind.title}</span>
      </button>
    </Tooltip>
  );
}
