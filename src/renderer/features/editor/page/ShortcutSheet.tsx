import { useState } from 'react';
import { Dialog, Kbd, SearchInput } from '../../../ui/index.ts';
import type { Shortcut } from './shortcuts.ts';

interface ShortcutSheetProps {
  shortcuts: readonly Shortcut[];
  open: boolean;
  onClose: () => void;
}

const groups = ['Add and connect', 'Select and move', 'Edit', 'Run and save', 'View'] as const;

/** Every key of the editor, searchable. */
export function ShortcutSheet({ shortcuts, open, onClose }: ShortcutSheetProps) {
  const [search, setSearch] = useState('');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = merged(shortcuts).filter(({ title, keys }) => {
    const text = `${title} ${keys.join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title="Keyboard shortcuts" width="lg">
      <SearchInput
        value={search}
        onChange={setSearch}
        label="Search shortcuts"
        className="w-full"
        autoFocus
      />
      <div className="mt-3 columns-2 gap-8">
        {groups.map((group) => {
          const members = found.filter((shortcut) => shortcut.group === group);
          if (members.length === 0) return null;
          return (
            <section key={group} aria-label={group} className="mb-4">
              <h3 className="mb-1 text-meta font-medium text-muted">{group}</h3>
              <dl>
                {members.map(({ title, keys }) => (
                  <div
                    key={title}
                    className="flex min-h-7 break-inside-avoid items-center justify-between gap-3 border-b border-line py-0.5"
                  >
                    <dt className="min-w-0">{title}</dt>
                    <dd className="flex shrink-0 gap-1">
                      {keys.map((key) => (
                        <Kbd key={key} keys={spell(key)} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
      {found.length === 0 && <p className="py-6 text-center text-muted">No shortcut matches “{search}”.</p>}
    </Dialog>
  );
}

/** Keys that do the same in several directions stand in one line. */
function merged(shortcuts: readonly Shortcut[]): Shortcut[] {
  const byTitle = new Map<string, Shortcut>();
  for (const shortcut of shortcuts) {
    const before = byTitle.get(shortcut.title);
    byTitle.set(shortcut.title, before ? { ...before, keys: [...before.keys, ...shortcut.keys] } : shortcut);
  }
  return [...byTitle.values()];
}

const spelled: Record<string, string> = {
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  delete: 'del',
  backspace: '⌫',
  escape: 'esc',
  ' ': 'Space',
  space: 'Space',
  wheel: 'wheel',
  f2: 'F2',
};

function spell(keys: string): string {
  return keys
    .split('+')
    .map((key) => spelled[key] ?? key)
    .join('+');
}
