import { rmSync } from 'node:fs';
import type { ServiceContext } from './service-context.ts';

export interface FileReaper {
  /** Inside the transaction that removes a file's row: the file is deleted once nobody can be reading it. */
  doom(path: string): void;
  /** The path is in use again (a kept output computed anew). */
  spare(path: string): void;
  runEnded(runId: string): void;
  /** Deletes what an earlier process doomed and did not get to. Only while nothing runs. */
  sweepAll(): void;
  /** Nothing is deleted until what this answers is called: a backup is copying files. */
  hold(): () => void;
}

/**
 * Deletes the files of removed versions and evicted kept outputs. A run that started before the removal may still
 * open them, so each file waits for the runs of that moment; the table of doomed files makes sure that a kill in
 * between leaks nothing.
 */
export function createFileReaper(context: ServiceContext, runningIds: () => readonly string[]): FileReaper {
  const { store } = context;
  const waitingFor = new Map<string, Set<string>>();
  const postponed = new Set<string>();
  let holders = 0;

  function reap(path: string): void {
    waitingFor.delete(path);
    if (holders > 0) {
      postponed.add(path);
      return;
    }
    try {
      rmSync(path, { force: true });
    } catch {
      // Still open elsewhere (Windows): it stays doomed, and the next start tries again.
      return;
    }
    store.write(() => store.doomed.forget(path));
  }

  return {
    doom(path) {
      store.doomed.add(path, context.now());
      const readers = new Set(runningIds());
      store.afterCommit(() => {
        if (readers.size === 0) reap(path);
        else waitingFor.set(path, readers);
      });
    },
    spare(path) {
      store.doomed.forget(path);
      store.afterCommit(() => {
        waitingFor.delete(path);
        postponed.delete(path);
      });
    },
    runEnded(runId) {
      for (const [path, readers] of waitingFor) {
        readers.delete(runId);
        if (readers.size === 0) reap(path);
      }
    },
    sweepAll() {
      for (const path of store.doomed.all()) reap(path);
    },
    hold() {
      holders += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holders -= 1;
        if (holders > 0) return;
        for (const path of postponed) reap(path);
        postponed.clear();
      };
    },
  };
}
