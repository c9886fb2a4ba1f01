import { useEffect } from 'react';
import { create } from 'zustand';

/** Something a person can do from the command palette. Screens contribute theirs while they are shown. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** A chord, e.g. "mod+enter". */
  readonly shortcut?: string;
  readonly keywords?: readonly string[];
  readonly run: () => void;
}

interface CommandStore {
  readonly open: boolean;
  readonly sets: ReadonlyMap<string, readonly Command[]>;
  setOpen(open: boolean): void;
  contribute(owner: string, commands: readonly Command[]): void;
  withdraw(owner: string): void;
}

export const useCommandStore = create<CommandStore>()((set) => ({
  open: false,
  sets: new Map(),
  setOpen: (open) => set({ open }),
  contribute: (owner, commands) => set(({ sets }) => ({ sets: new Map(sets).set(owner, commands) })),
  withdraw: (owner) =>
    set(({ sets }) => {
      const rest = new Map(sets);
      rest.delete(owner);
      return { sets: rest };
    }),
}));

/** Offers commands in the palette while the component is mounted. Memoise the list. */
export function useCommands(owner: string, commands: readonly Command[]): void {
  useEffect(() => {
    useCommandStore.getState().contribute(owner, commands);
    return () => useCommandStore.getState().withdraw(owner);
  }, [owner, commands]);
}
