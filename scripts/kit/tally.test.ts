import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { add, asOne, closingLine, playwrightTally, vitestTally } from './tally.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-tally-'));

function report(content: unknown): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const vitest = { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults: [] };
const playwright = { stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 }, errors: [] };

test('the closing line sums every stage', () => {
  const total = [
    asOne(0),
    asOne(1),
    vitestTally(report(vitest), 1),
    playwrightTally(report(playwright), 1),
  ].reduce(add);
  expect(closingLine(total)).toBe('11 passed, 4 failed, 5 skipped');
});

test('a file that could not be loaded is a failure', () => {
  const unloaded = {
    ...vitest,
    numFailedTests: 0,
    testResults: [{ status: 'failed', assertionResults: [] }],
  };
  expect(vitestTally(report(unloaded), 1).failed).toBe(1);
});

test('a runner that failed without a failed test, or left no report, is a failure', () => {
  expect(vitestTally(report({ ...vitest, numFailedTests: 0 }), 1).failed).toBe(1);
  expect(vitestTally(join(folder, 'none.json'), 0).failed).toBe(1);
  expect(playwrightTally(join(folder, 'none.json'), 0).failed).toBe(1);
  const clean = { stats: { ...playwright.stats, unexpected: 0, flaky: 0 }, errors: [] };
  expect(playwrightTally(report(clean), 1).failed).toBe(1);
  expect(playwrightTally(report(clean), 0).failed).toBe(0);
});
