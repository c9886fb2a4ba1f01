import { Search } from 'lucide-react';
import { Popover as Radix } from 'radix-ui';
import { useId, useMemo, useRef, useState } from 'react';
import type { NodeDefinition } from '../../../../nodes/_kit/define-node.ts';
import { KindIcon } from '../../../graph/KindIcon.tsx';
import { allKinds, definitionOf, groupTitles, searchKinds } from '../../../graph/kinds.ts';
import { nodeById } from '../../../graph/ports.ts';
import { cx } from '../../../ui/index.ts';
import { rememberUse, usedOften } from '../palette/often-used.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import type { AddTarget, QuickAdd as Request } from '../state/view-store.ts';

/** The picker at the pointer: what to add here, filtered to what fits the wire or the place. */
export function QuickAdd() {
  const { view, canvas } = useEditor();
  const request = useView((state) => state.quickAdd);
  const close = () => {
    view.setState({ quickAdd: undefined });
    requestAnimationFrame(() => canvas.current?.focus());
  };
  if (!request) return null;
  return (
    <Radix.Root open onOpenChange={(open) => !open && close()}>
      <Radix.Anchor asChild>
        <span aria-hidden style={{ position: 'fixed', left: request.screen.x, top: request.screen.y }} />
      </Radix.Anchor>
      <Radix.Portal>
        <Radix.Content
          align="start"
          side="bottom"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Add a step"
          className="z-50 w-[300px] animate-float-in overflow-hidden rounded-lg border border-line-strong bg-raised text-ink shadow-float outline-none"
        >
          <Picker request={request} onDone={close} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Picker({ request, onDone }: { request: Request; onDone: () => void }) {
  const { actions } = useEditor();
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const fits = useFitting(request.target);
  const sections = useMemo(() => sectionsOf(fits, search), [fits, search]);
  const flat = sections.flatMap((section) => section.kinds);
  const choose = (kind: NodeDefinition | undefined) => {
    if (!kind) return;
    rememberUse(kind.kind);
    actions.add(kind.kind, request.target, request.at);
    onDone();
  };
  const move = (step: number) => {
    const next = flat.length === 0 ? 0 : (active + step + flat.length) % flat.length;
    setActive(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Search size={14} aria-hidden className="text-faint" />
        <input
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={flat.length > 0 ? `${listId}-${active}` : undefined}
          aria-label="Search steps"
          placeholder={placeholders[request.target.kind]}
          autoComplete="off"
          spellCheck={false}
          value={search}
          className="h-9 w-full bg-transparent outline-none"
          onChange={(event) => {
            setSearch(event.target.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault();
              move(event.key === 'ArrowDown' ? 1 : -1);
            } else if (event.key === 'Enter') {
              event.preventDefault();
              choose(flat[active]);
            }
          }}
        />
      </div>
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label="Steps"
        className="max-h-[min(340px,46vh)] overflow-y-auto p-1"
      >
        {flat.length === 0 && <p className="px-2 py-4 text-center text-muted">No step matches.</p>}
        {sections.map((section) => (
          // biome-ignore lint/a11y/useSemanticElements: a listbox may hold groups, not fieldsets.
          <div key={section.title} role="group" aria-label={section.title}>
            <div aria-hidden className="px-2 pt-1.5 pb-1 text-meta font-medium text-muted">
              {section.title}
            </div>
            {section.kinds.map((kind) => {
              const index = flat.indexOf(kind);
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search field's, which keeps the focus.
                <div
                  key={kind.kind}
                  id={`${listId}-${index}`}
                  data-index={index}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === active}
                  className={cx(
                    'flex items-center gap-2.5 rounded-sm px-2 py-1',
                    index === active && 'bg-hover',
                  )}
                  onMouseMove={() => setActive(index)}
                  onClick={() => choose(kind)}
                >
                  <KindIcon kind={kind.kind} size={24} />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate leading-[18px]">{kind.title}</span>
                    <span className="block truncate text-micro leading-[14px] text-muted">
                      {kind.description}
                    </span>
                  </span>
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </>
  );
}

const placeholders: Record<AddTarget['kind'], string> = {
  place: 'Add a step',
  after: 'Add the next step',
  'wire-end': 'Connect to a new step',
  wire: 'Insert a step',
  replace: 'Replace with',
};

function useFitting(target: AddTarget): readonly NodeDefinition[] {
  const replaced = useDocument((document) =>
    target.kind === 'replace' ? nodeById(document, target.node)?.kind : undefined,
  );
  const empty = useDocument((document) => document.nodes.length === 0);
  return useMemo(() => {
    const old = replaced === undefined ? undefined : definitionOf(replaced);
    return allKinds.filter((kind) => fits(kind, target, old, empty));
  }, [empty, replaced, target]);
}

function fits(
  kind: NodeDefinition,
  target: AddTarget,
  old: NodeDefinition | undefined,
  empty: boolean,
): boolean {
  const takes = kind.inputs.length > 0;
  const gives = kind.outputs.length > 0;
  switch (target.kind) {
    case 'after':
      return takes;
    case 'wire-end':
      return target.side === 'source' ? takes : gives;
    case 'wire':
      return takes && gives;
    case 'replace':
      return kind.kind !== old?.kind && (!old || takes === old.inputs.length > 0);
    case 'place':
      return !empty || !takes;
  }
}

interface Section {
  readonly title: string;
  readonly kinds: readonly NodeDefinition[];
}

/** While searching one list, best first; else the few that are used most, then the groups. */
function sectionsOf(kinds: readonly NodeDefinition[], search: string): Section[] {
  if (search.trim() !== '') {
    const found = searchKinds(kinds, search);
    return found.length > 0 ? [{ title: 'Found', kinds: found }] : [];
  }
  const often = kinds.length > 6 ? usedOften(kinds, 3) : [];
  const rest = kinds.filter((kind) => !often.includes(kind));
  const groups = [...new Set(rest.map((kind) => kind.group))];
  return [
    ...(often.length > 0 ? [{ title: 'Used often', kinds: often }] : []),
    ...(Object.keys(groupTitles) as (keyof typeof groupTitles)[])
      .filter((group) => groups.includes(group))
      .map((group) => ({ title: groupTitles[group], kinds: rest.filter((kind) => kind.group === group) })),
  ];
}
