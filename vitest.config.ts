import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    // Real processes, files and DuckDB: slow machines need room; nothing here asserts time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // better-sqlite3 and DuckDB are native: a process a file, not a thread.
    pool: 'forks',
    // Most files wait for processes and files more than they compute: one more than there are cores.
    maxWorkers: availableParallelism() + 1,
    restoreMocks: true,
  },
});
