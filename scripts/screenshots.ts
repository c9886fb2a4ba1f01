import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { findChromium } from './kit/browser.ts';
import { root } from './kit/build.ts';

/**
 * `node scripts/screenshots.ts`: photographs every screen of the real product, light and dark, into docs/screenshots,
 * and writes docs/screens.md around them. Build first (`npm run build`).
 */
const folder = join(root, 'docs', 'screenshots');
const cli = join(root, 'src', 'main', 'cli', 'main.ts');
const home = mkdtempSync(join(tmpdir(), 'sluice-screens-'));
const sluice = <Answer>(...words: string[]): Answer =>
  JSON.parse(execFileSync(process.execPath, [cli, ...words, '--home', home, '--json'], { encoding: 'utf8' }));

interface Screen {
  readonly name: string;
  readonly caption: string;
  readonly hash: string;
  /** What to do and wait for before the picture is taken. */
  readonly prepare: (page: Page) => Promise<unknown>;
}

function screens(ids: { pipeline: string; run: string; failed: string; dataset: string }): Screen[] {
  const node = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
  return [
    {
      name: 'pipelines',
      caption: 'Pipelines: every pipeline with its last run; import, search, duplicate, delete with undo.',
      hash: '/pipelines',
      prepare: (page) => page.getByRole('row', { name: /Orders by region/ }).waitFor(),
    },
    {
      name: 'editor',
      caption:
        'The editor: palette, canvas with the states and rows of the last run, settings, live rows of the selected step.',
      hash: `/pipelines/${ids.pipeline}`,
      prepare: async (page) => {
        await node(page, 'since_date').click();
        await page.getByRole('grid').getByText('SO-').first().waitFor();
      },
    },
    {
      name: 'run',
      caption: 'A run: its cause and figures, steps with when each ran, and the log.',
      hash: `/runs/${ids.run}`,
      prepare: (page) => page.getByRole('log').waitFor(),
    },
    {
      name: 'run-failed',
      caption: 'A failed run opens on the step that failed, with what to do about it.',
      hash: `/runs/${ids.failed}`,
      prepare: (page) => page.getByRole('alert').waitFor(),
    },
    {
      name: 'runs',
      caption: 'Runs: newest first, filtered by a sentence, moving live.',
      hash: '/runs',
      prepare: (page) => page.getByRole('row').nth(1).waitFor(),
    },
    {
      name: 'dataset',
      caption: 'A dataset: rows at any size, columns, versions, export.',
      hash: `/datasets/${ids.dataset}`,
      prepare: (page) => page.getByRole('grid').waitFor(),
    },
    {
      name: 'keys',
      caption: 'API keys: made here, shown once, revoked at once.',
      hash: '/keys',
      prepare: (page) => page.getByRole('row', { name: /Nightly/ }).waitFor(),
    },
    {
      name: 'settings',
      caption: 'Settings: theme, limits of runs, folders, and where things lie.',
      hash: '/settings',
      prepare: (page) => page.getByLabel('Runs at the same time').waitFor(),
    },
  ];
}

/** Runs that show something: the sample twice, a pipeline that fails, a key. */
async function fill(page: Page): Promise<{ pipeline: string; run: string; failed: string; dataset: string }> {
  const pipelines = sluice<{ id: string; name: string }[]>('pipelines', 'list');
  const pipeline = pipelines.find(({ name }) => name === 'Orders by region and month')?.id ?? '';
  sluice('run', 'Customers to win back', '--wait');
  await show(page, `/pipelines/${pipeline}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const opened = page.getByRole('link', { name: /Open the run: succeeded/ });
  await opened.waitFor();
  const run = (await opened.getAttribute('href'))?.split('/').at(-1) ?? '';
  const file = join(home, 'failing.json');
  writeFileSync(file, JSON.stringify(failing));
  const { id } = sluice<{ id: string }>('pipelines', 'apply', file);
  const failed = runAnyway(id);
  sluice('keys', 'create', '--name', 'Nightly export', '--expires', '2160h');
  sluice('keys', 'create', '--name', 'Notebook', '--environment', 'sandbox');
  await show(page, '/datasets');
  await page.getByRole('row', { name: /orders_by_region/ }).click();
  await page.getByRole('grid').waitFor();
  return { pipeline, run, failed, dataset: new URL(page.url()).hash.split('/').at(-1) ?? '' };
}

const failing = {
  name: 'Import of the price list',
  nodes: [
    { id: 'prices', kind: 'csv-file', title: 'Price list', config: { path: 'samples/products.csv' } },
    {
      id: 'typed',
      kind: 'derive',
      title: 'Codes as numbers',
      config: { columns: [{ name: 'code', expression: 'cast(product as integer)' }] },
    },
    { id: 'saved', kind: 'save-dataset', title: 'Save prices', config: { name: 'prices', mode: 'replace' } },
  ],
  edges: [
    { from: 'prices', to: 'typed' },
    { from: 'typed', to: 'saved' },
  ],
};

/** The id of a run that fails: the command says so by its exit code, and prints the run all the same. */
function runAnyway(id: string): string {
  try {
    return sluice<{ id: string }>('run', id, '--wait').id;
  } catch (error) {
    return (JSON.parse((error as { stdout: string }).stdout) as { id: string }).id;
  }
}

async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
}

function started(server: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => server.stdout?.once('data', resolve));
}

const server = spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0', '--json']);
await started(server);
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});
try {
  mkdirSync(folder, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(sluice<{ url: string }>('sign-in').url);
  const all = screens(await fill(page));
  for (const theme of ['light', 'dark']) {
    await page.evaluate((choice) => localStorage.setItem('theme', choice), theme);
    await page.reload();
    for (const { name, hash, prepare } of all) {
      await show(page, hash);
      await prepare(page);
      // Transitions and fonts settle.
      await page.waitForTimeout(700);
      await page.mouse.move(0, 0);
      await page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
    }
  }
  const pictures = all.map(
    ({ name, caption }) =>
      `## ${caption}\n\n![Light](screenshots/${name}-light.png)\n\n![Dark](screenshots/${name}-dark.png)\n`,
  );
  writeFileSync(join(root, 'docs', 'screens.md'), `# Every screen\n\n${pictures.join('\n')}`);
} finally {
  await browser.close();
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  rmSync(home, { recursive: true, force: true });
}
