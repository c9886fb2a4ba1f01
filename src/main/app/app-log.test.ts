import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openLog } from './app-log.ts';

const full = '/dev/full';

test.runIf(existsSync(full))('a disk that takes no line of the log ends nothing', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sluice-log-'));
  symlinkSync(full, join(home, 'sluice.log'));
  const { log, close } = openLog(home, 'info');
  try {
    for (let line = 0; line < 100; line += 1) {
      expect(() => log.error({ line }, 'x'.repeat(50_000))).not.toThrow();
      await turn();
    }
  } finally {
    close();
    await turn();
    rmSync(home, { recursive: true, force: true });
  }
});
