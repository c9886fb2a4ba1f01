import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chromium, type Page } from '@playwright/test';
import { findChromium } from './kit/browser.ts';
import { root } from './kit/build.ts';

/**
 * `node scripts/screenshots.ts [name ...]`: photographs every screen of the real product, or those named, light and dark,
 * into docs/screenshots, and writes docs/screens.md around them. Build first (`npm run build`).
 */
const folder = join(root, 'docs', 'screenshots');
const cli = join(root, 'src', 'main', 'cli', 'main.ts');
/** Names of the screens to photograph; none is all. */
const wanted = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'sluice-screens-'));
const sluice = <Answer>(...words: string[]): Answer =>
  JSON.parse(execFileSync(process.execPath, [cli, ...words, '--home', home, '--json'], { encoding: 'utf8' }));

interface Screen {
  readonly name: string;
  readonly caption: string;
  readonly hash: string;
  /** What to do and wait for before the picture is taken. */
  readonly prepare: (page: Page) => Promise<unknown>;
  /** What is put right again for the pictures after it. */
  readonly after?: (page: Page) => Promise<unknown>;
}

interface Shown {
  readonly pipeline: string;
  readonly run: string;
  readonly failed: string;
  readonly before: string;
  readonly after: string;
  readonly dataset: string;
  readonly prices: string;
  readonly key: string;
  readonly source: string;
  readonly checked: string;
}

function screens(ids: Shown): Screen[] {
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
      name: 'runs',
      caption:
        'Runs: newest first, found by a sentence, saved searches, labels and pins; how busy the engine is.',
      hash: '/runs',
      prepare: (page) =>
        page
          .getByRole('row', { name: /price list/ })
          .first()
          .waitFor(),
    },
    {
      name: 'run',
      caption: 'A run: its cause and figures, when each step ran and what was reused, and the log.',
      hash: `/runs/${ids.run}?view=gantt`,
      prepare: (page) => page.getByRole('log').waitFor(),
    },
    {
      name: 'run-failed',
      caption:
        'A failed run opens on the step that failed: the cause, what did not run because of it, its log and its SQL.',
      hash: `/runs/${ids.failed}?view=graph`,
      prepare: async (page) => {
        await page.getByRole('alert').first().waitFor();
        await page.getByRole('textbox', { name: /^SQL of/ }).waitFor();
      },
    },
    {
      name: 'compare',
      caption: 'Two runs compared: what came out, what was changed in the graph, how long each step took.',
      hash: `/runs/compare?a=${ids.before}&b=${ids.after}`,
      prepare: (page) => page.getByRole('region', { name: 'Graph', exact: true }).waitFor(),
    },
    {
      name: 'history',
      caption: 'The history of a pipeline: each step of the last runs, how long they took, and the days.',
      hash: `/runs/history/${ids.prices}`,
      prepare: (page) => page.getByRole('gridcell').first().waitFor(),
    },
    {
      name: 'schedules',
      caption:
        'Schedules and other triggers: what starts which pipeline, when it fires next, what it did last.',
      hash: '/schedules',
      prepare: (page) => page.getByRole('row', { name: /Every night/ }).waitFor(),
    },
    {
      name: 'webhooks',
      caption: 'Webhooks: who is told of which events, signed; every delivery with its answer.',
      hash: '/webhooks',
      prepare: (page) => page.getByRole('row', { name: /Team dashboard/ }).waitFor(),
    },
    {
      name: 'dataset',
      caption: 'A dataset: rows at any size, columns, versions, export.',
      hash: `/datasets/${ids.dataset}`,
      prepare: (page) => page.getByRole('grid').waitFor(),
    },
    {
      name: 'sources',
      caption: 'Sources: databases, buckets, web addresses and folders that pipelines read and write.',
      hash: '/sources',
      prepare: (page) => page.getByRole('row', { name: /^Shop/ }).waitFor(),
    },
    {
      name: 'source',
      caption: 'A source: whether it connects, its tables and their columns, and who uses it.',
      hash: `/sources/${ids.source}`,
      prepare: async (page) => {
        await page.getByRole('row', { name: /^orders table/ }).click();
        await page.getByRole('row', { name: /ordered_at/ }).waitFor();
      },
    },
    {
      name: 'validate',
      caption:
        'Validate: rules for rows; those that break them leave by an output of their own, with the reasons.',
      hash: `/pipelines/${ids.checked}`,
      prepare: async (page) => {
        await node(page, 'checked').click();
        await page.getByRole('radio', { name: 'Output Rejected' }).click();
        await page.getByRole('grid').getByText('region').first().waitFor();
      },
    },
    {
      name: 'keys',
      caption: 'API keys: who uses them, what each may do, how much it is used; made here, shown once.',
      hash: '/keys',
      prepare: (page) =>
        page
          .getByRole('row', { name: /Nightly/ })
          .getByRole('img')
          .waitFor(),
    },
    {
      name: 'key-new',
      caption: 'A new key: its rights by API, environment, plan, pipelines and folders.',
      hash: '/keys?new=',
      prepare: (page) => page.getByRole('dialog').waitFor(),
    },
    {
      name: 'key',
      caption:
        'A key: requests, refusals and limits hit over time, what is left of its limits, how to call with it.',
      hash: `/keys/${ids.key}`,
      prepare: async (page) => {
        await page.getByRole('radio', { name: 'Hour' }).click();
        await page.getByRole('group', { name: /^Use over the last hour/ }).waitFor();
        await page.getByRole('textbox', { name: /^Example of/ }).waitFor();
      },
    },
    {
      name: 'requests',
      caption: 'Requests: the last calls of scripts as they come in, found by a sentence.',
      hash: '/requests',
      prepare: (page) => page.getByRole('row', { name: /401/ }).first().waitFor(),
    },
    {
      name: 'access',
      caption: 'API access of a pipeline: how scripts start it, and which keys reach it.',
      hash: '/pipelines',
      prepare: async (page) => {
        await page.getByRole('row', { name: /Orders by region/ }).click({ button: 'right' });
        await page.getByRole('menuitem', { name: 'API access' }).click();
        await page.getByRole('table', { name: 'Keys that reach it' }).waitFor();
      },
    },
    {
      name: 'consent',
      caption: 'An app asks for access by OAuth: the owner sees where the answer goes, narrows it, decides.',
      hash: '/keys?tab=apps',
      prepare: async (page) => {
        await askForAccess(new URL(page.url()).origin);
        await page.getByRole('link', { name: 'Look at it' }).click();
        await page.getByRole('button', { name: 'Approve' }).waitFor();
      },
      // Or every later picture would ask for the answer.
      after: async (page) => {
        await page.getByRole('button', { name: 'Deny' }).click();
        await page.getByRole('heading', { name: /^Denied/ }).waitFor();
      },
    },
    {
      name: 'settings',
      caption: 'Settings: theme, limits of runs, and where things lie.',
      hash: '/settings/general',
      prepare: (page) => page.getByLabel('Runs at the same time').waitFor(),
    },
    ...(['folders', 'storage', 'notices', 'backup', 'diagnostics'] as const).map((section) => ({
      name: `settings-${section}`,
      caption: `Settings, ${section}: ${settingsWords[section]}`,
      hash: `/settings/${section}`,
      prepare: (page: Page) => page.getByText(settingsReady[section]).first().waitFor(),
    })),
  ];
}

const settingsWords = {
  folders: 'which folders outside the home folder pipelines may read and write.',
  storage: 'what takes how much room, what is kept how long, and what may go now.',
  notices: 'who is told of failed, recovered and late runs.',
  backup: 'a whole, verified copy, made while everything goes on.',
  diagnostics: 'versions, states and figures to hand on.',
};
/** A word of each section that is there once it is loaded. */
const settingsReady = {
  folders: 'An absolute path on this machine.',
  storage: 'used by Sluice',
  notices: 'Through your own mail server.',
  backup: 'Folder for the backup',
  diagnostics: 'synchronous=2 (FULL)',
};

/** Something to show: runs that went well and badly, a mended pipeline, a schedule, a webhook, keys. */
async function fill(page: Page): Promise<Shown> {
  const pipelines = sluice<{ id: string; name: string }[]>('pipelines', 'list');
  const pipeline = pipelines.find(({ name }) => name === 'Orders by region and month')?.id ?? '';
  sluice('run', 'Customers to win back', '--wait');
  await show(page, `/pipelines/${pipeline}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const opened = page.getByRole('link', { name: /Open the run: succeeded/ });
  await opened.waitFor();
  const run = (await opened.getAttribute('href'))?.split('/').at(-1) ?? '';
  const prices = applyPrices(priceList('try_cast(unit_price as integer)'));
  const before = runAnyway(prices);
  runAnyway(prices);
  applyPrices(priceList('cast(product as integer)'));
  runAnyway(prices);
  applyPrices(priceList('round(unit_price)'));
  const after = runAnyway(prices);
  runAnyway(prices);
  applyPrices(priceList('cast(product as integer)'));
  const failed = runAnyway(prices);
  await annotate(page, run);
  await makeSchedule(page);
  await makeWebhook(page);
  const key = await makeKeysAndCall(new URL(page.url()).origin, prices);
  const source = await makeSources(page);
  const checked = checkOrders();
  await show(page, '/datasets');
  await page.getByRole('row', { name: /orders_by_region/ }).click();
  await page.getByRole('grid').waitFor();
  const dataset = new URL(page.url()).hash.split('/').at(-1) ?? '';
  return { pipeline, run, failed, before, after, dataset, prices, key, source, checked };
}

/** A database and a folder of files. Answers the id of the database. */
async function makeSources(page: Page): Promise<string> {
  const files = join(home, 'files', 'shop');
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, 'returns.csv'), 'id,reason\n1,broken\n2,late\n');
  const database = new DatabaseSync(join(files, 'shop.db'));
  database.exec(`CREATE TABLE orders (id INTEGER NOT NULL, region TEXT, amount REAL, ordered_at TEXT);
    INSERT INTO orders VALUES (1, 'EU', 120.5, '2026-11-02'), (2, NULL, 80, '2026-11-03'), (3, 'US', -4, '2026-11-03'),
      (4, 'EU', 99.9, '2026-11-04'), (5, 'US', 310, '2026-11-05');
    CREATE TABLE customers (id INTEGER NOT NULL, name TEXT, country TEXT);
    INSERT INTO customers VALUES (1, 'Ada', 'UK'), (2, 'Linus', 'FI');
    CREATE VIEW orders_by_region AS SELECT region, sum(amount) AS total FROM orders GROUP BY region;`);
  database.close();
  const make = async (type: string, field: string, path: string, name: string) => {
    await show(page, '/sources');
    await page.getByRole('button', { name: 'New source' }).first().click();
    await page.getByRole('combobox', { name: 'Type' }).click();
    await page.getByRole('option', { name: type, exact: true }).click();
    await page.getByRole('textbox', { name: field }).fill(path);
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('button', { name: 'Create source' }).click();
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText('Connects', { exact: true }).waitFor();
    return new URL(page.url()).hash.split('/').at(-1) ?? '';
  };
  await make('Folder', 'Folder', 'shop', 'Files of the shop');
  return make('SQLite', 'File', 'shop/shop.db', 'Shop');
}

/** A pipeline that puts rows aside. Answers its id. */
function checkOrders(): string {
  const save = (id: string, name: string) => ({
    id,
    kind: 'save-dataset',
    config: { name, mode: 'replace' },
  });
  const file = join(home, 'checked.json');
  const document = {
    name: 'Checked orders',
    nodes: [
      { id: 'orders', kind: 'source-table', title: 'Orders', config: { source: 'Shop', table: 'orders' } },
      {
        id: 'checked',
        kind: 'validate',
        config: {
          rules: [
            { column: 'region', required: true },
            { column: 'amount', type: 'number', min: 0 },
          ],
        },
      },
      save('good', 'checked_orders'),
      save('bad', 'orders_to_mend'),
    ],
    edges: [
      { from: 'orders', to: 'checked' },
      { from: 'checked.out', to: 'good' },
      { from: 'checked.rejected', to: 'bad' },
    ],
  };
  writeFileSync(file, JSON.stringify(document));
  const { id } = sluice<{ id: string }>('pipelines', 'apply', file);
  runAnyway(id);
  return id;
}

/** Keys with some use: answers, refusals, and a limit that was hit. Answers the id of the one that was used most. */
async function makeKeysAndCall(url: string, pipeline: string): Promise<string> {
  const make = (name: string, ...words: string[]) =>
    sluice<{ id: string; key: string }>('keys', 'create', '--name', name, ...words);
  const nightly = make('Nightly export', '--plan', 'starter', '--expires', '2160h');
  const feed = make('Sensor feed', '--scopes', 'dataflow:read,dataflow:write', '--plan', 'professional');
  make('Notebook', '--environment', 'sandbox', '--scopes', 'dataos:read,dataos:write', '--expires', '72h');
  const call = (path: string, key: string, body?: unknown) =>
    fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-api-key': key },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
  for (let at = 0; at < 70; at++) await call('/v1/datasets/monthly-report', nightly.key);
  for (let at = 0; at < 12; at++) await call('/v1/resources?type=workflow', nightly.key);
  await call(`/api/pub/v1/dataflows/${pipeline}/start?await=true`, nightly.key, {});
  for (const amount of [120.5, 80, 99.9])
    await call('/api/v2/ingest', feed.key, { source: 'sensors', data: { amount }, transformations: [] });
  await call('/v1/resources?type=workflow', 'slc_live_unknown');
  await call('/api/v2/jobs/unknown', feed.key);
  return nightly.id;
}

/** An app sends a browser to the question of its consent. */
async function askForAccess(url: string): Promise<void> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'Sales dashboard',
    redirect_uri: 'http://127.0.0.1:8765/callback',
  });
  await fetch(`${url}/api/v1/oauth/authorize?${query}`, { redirect: 'manual' });
}

async function annotate(page: Page, run: string): Promise<void> {
  await show(page, `/runs/${run}`);
  await page.getByRole('button', { name: 'Add label' }).click();
  await page.getByRole('textbox', { name: 'Label' }).fill('month end');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Pin: / }).click();
  await page.getByRole('button', { name: /^Unpin/ }).waitFor();
}

async function makeSchedule(page: Page): Promise<void> {
  await show(page, '/schedules');
  await page.getByRole('button', { name: /^New/ }).first().click();
  await page.getByRole('menuitem', { name: /^Schedule/ }).click();
  await page.getByRole('combobox', { name: 'Pipeline that it runs' }).click();
  await page.getByRole('option', { name: /Orders by region/ }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Every night');
  await page.getByRole('button', { name: 'Create' }).click();
}

/** Nobody listens there, so that its failed deliveries can be seen too. */
async function makeWebhook(page: Page): Promise<void> {
  await show(page, '/webhooks');
  await page.getByRole('button', { name: 'New webhook' }).first().click();
  await page.getByRole('textbox', { name: 'Address' }).fill('http://127.0.0.1:9/sluice');
  await page.getByRole('textbox', { name: 'Name' }).fill('Team dashboard');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
}

function applyPrices(document: object): string {
  const file = join(home, 'prices.json');
  writeFileSync(file, JSON.stringify(document));
  return sluice<{ id: string }>('pipelines', 'apply', file).id;
}

const priceList = (expression: string) => ({
  name: 'Import of the price list',
  nodes: [
    { id: 'prices', kind: 'csv-file', title: 'Price list', config: { path: 'samples/products.csv' } },
    {
      id: 'typed',
      kind: 'derive',
      title: 'Whole prices',
      config: { columns: [{ name: 'whole_price', expression }] },
    },
    { id: 'saved', kind: 'save-dataset', title: 'Save prices', config: { name: 'prices', mode: 'replace' } },
  ],
  edges: [
    { from: 'prices', to: 'typed' },
    { from: 'typed', to: 'saved' },
  ],
});

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
    for (const { name, hash, prepare, after } of all) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      await show(page, hash);
      await prepare(page);
      // Transitions and fonts settle.
      await page.waitForTimeout(700);
      await page.mouse.move(0, 0);
      await page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
      await after?.(page);
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
