import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Workflow } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect } from 'react';
import { orpc } from '../data/client.ts';
import { type Command as AppCommand, useCommandStore } from '../stores/commands.ts';
import { Kbd } from '../ui/index.ts';

/** Ctrl+K: everything that can be done or opened from here, by typing a few letters of it. */
export function CommandPalette() {
  const { open, setOpen, sets } = useCommandStore();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      setOpen(!useCommandStore.getState().open);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [setOpen]);

  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Portal>
        {/* Radix's own overlay injects a style sheet to lock scrolling, which the content policy refuses. */}
        <div aria-hidden className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed left-1/2 top-[14vh] z-40 w-[min(640px,92vw)] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-raised shadow-dialog"
        >
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Command label="Search and commands" loop>
            <Command.Input
              autoFocus
              placeholder="Type a command or a pipeline's name"
              className="h-11 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-faint"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-2">
              <Command.Empty className="px-3 py-6 text-center text-muted">Nothing matches.</Command.Empty>
              {groupsOf([...sets.values()].flat()).map(([group, commands]) => (
                <PaletteGroup key={group} heading={group}>
                  {commands.map((command) => (
                    <PaletteItem key={command.id} command={command} close={() => setOpen(false)} />
                  ))}
                </PaletteGroup>
              ))}
              {open && <PipelineItems close={() => setOpen(false)} />}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function groupsOf(commands: readonly AppCommand[]): [string, AppCommand[]][] {
  const groups = new Map<string, AppCommand[]>();
  for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return [...groups];
}

function PaletteGroup({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

const itemClass =
  'flex h-8 cursor-pointer items-center gap-2 rounded-sm px-2 data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent-text';

function PaletteItem({ command, close }: { command: AppCommand; close: () => void }) {
  return (
    <Command.Item
      value={`${command.title} ${command.id}`}
      keywords={[...(command.keywords ?? [])]}
      onSelect={() => {
        close();
        command.run();
      }}
      className={itemClass}
    >
      <span className="truncate">{command.title}</span>
      {command.shortcut && (
        <span className="ml-auto">
          <Kbd keys={command.shortcut} />
        </span>
      )}
    </Command.Item>
  );
}

function PipelineItems({ close }: { close: () => void }) {
  const { data = [] } = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  return (
    <PaletteGroup heading="Pipelines">
      {data.map(({ id, name }) => (
        <Command.Item
          key={id}
          value={`${name} ${id}`}
          onSelect={() => {
            close();
            window.location.hash = `/pipelines/${id}`;
          }}
          className={itemClass}
        >
          <Workflow aria-hidden className="size-4 text-muted" />
          <span className="truncate">{name}</span>
        </Command.Item>
      ))}
    </PaletteGroup>
  );
}
