/** `npm test`: everything that must hold, in the order of speed. The last line counts all of it. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './kit/browser.ts';
import { root } from './kit/build.ts';
import { ensureDatabases } from './kit/databases.ts';
import { findElectron, hasDisplay } from './kit/desktop.ts';
import { ensureFaketime } from './kit/faketime.ts';
import { needNode } from './kit/need-node.ts';
import { runStage } from './kit/stage.ts';
import { add, asOne, closingLine, nothing, playwrightTally, type Tally, vitestTally } from './kit/tally.ts';

needNode();
const reports = join(root, '.cache/test');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const stages: [string, () => Promise<Tally>][] = [
  ['Types, lint, generated files', async () => asOne((await runStage('node', ['scripts/check.ts'])).code)],
  ['Build', async () => asOne((await runStage('electron-vite', ['build', '--logLevel', 'warn'])).code)],
  ['Unit and integration tests', unitTests],
  ['Browser tests', browserTests],
];

let total = nothing;
for (const [title, run] of stages) {
  console.log(`\n== ${title}`);
  total = add(total, await run());
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${closingLine(total)}`);

async function unitTests(): Promise<Tally> {
  if (!ensureFaketime())
    console.log('SKIPPED: sleep and clock jumps, because libfaketime cannot be had here.');
  for (const missing of ensureDatabases())
    console.log(`SKIPPED: sources over a real ${missing}, because it cannot be had here.`);
  const file = join(reports, 'vitest.json');
  const { code } = await runStage('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  return vitestTally(file, code);
}

async function browserTests(): Promise<Tally> {
  if (!findElectron())
    console.log('SKIPPED: the desktop suite, because the desktop runtime is not installed.');
  else if (!hasDisplay()) console.log('SKIPPED: the desktop suite, because there is no screen.');
  const browser = ensureChromium();
  const file = join(reports, 'playwright.json');
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: file, ...(browser && { CHROME: browser }) };
  if (!browser) {
    const { code } = await runStage('playwright', ['test', '--list', '--reporter=json'], { env });
    const { passed, skipped } = playwrightTally(file, code);
    console.log(
      'SKIPPED: there is no Chromium here and none could be installed. Name one with CHROME=/path npm test',
    );
    return { ...nothing, skipped: passed + skipped };
  }
  const { code } = await runStage('playwright', ['test', '--reporter=list,json'], { env });
  return playwrightTally(file, code);
}
