import { documentSchema } from '../../../shared/pipeline/document.ts';
import { homePaths, prepareHome } from '../home-paths.ts';
import { openStore } from '../open-store.ts';
import { seedHistory } from './seed-history.ts';

/**
 * `node seed-home.ts HOME RUNS LINES`: gives a home folder that no server runs on a long past, and prints what is in it.
 * A process of its own, because the tests' runner is not the Node that the store's library was built for.
 */
const [folder = '', runs = '100000', lines = '1000000'] = process.argv.slice(2);
const home = homePaths(folder);
prepareHome(home);
openStore(home, { ballastBytes: 0 }).close();

const document = documentSchema.parse({
  name: 'Pipeline',
  nodes: [
    { id: 'src', kind: 'rows', title: 'Orders of the day', config: { rows: [{ a: 1 }] } },
    { id: 'clean', kind: 'filter', title: 'Without returns', config: { rule: { expression: 'a > 0' } } },
    { id: 'sum', kind: 'sort', title: 'By region', config: {} },
    { id: 'out', kind: 'save-dataset', title: 'Save orders', config: { name: 'orders' } },
  ],
  edges: [
    { from: 'src', to: 'clean' },
    { from: 'clean', to: 'sum' },
    { from: 'sum', to: 'out' },
  ],
});
const seeded = seedHistory(home, document, { runs: Number(runs), lines: Number(lines), pipelines: 20 });
process.stdout.write(`${JSON.stringify(seeded)}\n`);
