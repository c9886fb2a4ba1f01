import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SnippetLanguage, type SnippetPlaces, snippets } from '../src/renderer/access/snippets.ts';
import { type DoorName, doorNames } from '../src/shared/contract/domain.ts';

/** The examples that the window shows with a key, run by the very programs they are written for. */
const cli = join(import.meta.dirname, '..', 'src', 'main', 'cli', 'main.ts');
const home = mkdtempSync(join(tmpdir(), 'sluice-snippets-'));
const run = promisify(execFile);
let server: ChildProcess;
let places: SnippetPlaces;

const sluice = <Answer>(...words: string[]): Answer =>
  JSON.parse(execFileSync(process.execPath, [cli, ...words, '--home', home, '--json'], { encoding: 'utf8' }));

beforeAll(async () => {
  server = spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0', '--json']);
  const url = await new Promise<string>((resolve) => {
    server.stdout?.once('data', (line) => resolve(JSON.parse(String(line)).url));
  });
  const { key } = sluice<{ key: string }>('keys', 'create', '--name', 'snippets', '--plan', 'unlimited');
  const pipelines = sluice<{ id: string; name: string }[]>('pipelines', 'list');
  const pipeline = pipelines.find(({ name }) => name === 'Orders by region and month');
  // Its dataset is there before a door is asked for it.
  sluice('run', pipeline?.id ?? '', '--wait');
  const { data } = sluice<{ data: { datasetId: string } }>(
    ...['events', '--types', 'dataset.published', '--after', '0', '--limit', '1'],
  );
  places = { url, key, pipelineId: pipeline?.id ?? '', datasetId: data.datasetId };
}, 60_000);

afterAll(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  rmSync(home, { recursive: true, force: true });
});

const programs: Record<SnippetLanguage, { program: string; words: string[]; needs: string[] }> = {
  curl: { program: 'sh', words: ['-c'], needs: ['curl', '--version'] },
  python: { program: 'python3', words: ['-c'], needs: ['python3', '-c', 'import requests'] },
  javascript: {
    program: process.execPath,
    words: ['--input-type=module', '--eval'],
    needs: [process.execPath, '--version'],
  },
};

/** What each door's answer to its example holds. */
const answers: Record<DoorName, RegExp> = {
  dataflow: /job_id.*queued/s,
  cloudflow: /[0-9a-f]{8}-[0-9a-f-]{27}/,
  execution: /runId.*Succeeded/s,
  dataos: /data.*meta/s,
  datapulse: /row_count/,
};

function isHere([program = '', ...words]: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

for (const [language, { program, words, needs }] of Object.entries(programs)) {
  describe.skipIf(!isHere(needs))(`the ${language} example`, () => {
    test.each(doorNames)('of %s works as it stands', async (door) => {
      const example = snippets(places, ['all']).find((each) => each.door === door);
      const text = example?.text(language as SnippetLanguage) ?? '';
      const { stdout } = await run(program, [...words, text]);
      expect(stdout).toMatch(answers[door]);
    });
  });
}

test('examples of a key that only reads work too', async () => {
  const scopes = ['dataflow:read', 'cloudflow:read', 'dataos:read', 'datapulse:read'];
  const words = ['--name', 'reader', '--plan', 'unlimited', '--scopes', scopes.join(',')];
  const { key } = sluice<{ key: string }>('keys', 'create', ...words);
  for (const example of snippets({ ...places, key }, scopes)) {
    const { stdout } = await run('sh', ['-c', `${example.text('curl')} --fail --silent`]);
    expect(stdout, example.title).toMatch(/^[[{]/);
  }
});
