import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SnippetLanguage, snippet } from '../src/renderer/features/keys/key-words.ts';

/** The examples that the window shows with a new key, run by the very programs they are written for. */
const cli = join(import.meta.dirname, '..', 'src', 'main', 'cli', 'main.ts');
const home = mkdtempSync(join(tmpdir(), 'sluice-snippets-'));
const run = promisify(execFile);
let server: ChildProcess;
let url = '';
let key = '';
let pipelineId = '';

const sluice = <Answer>(...words: string[]): Answer =>
  JSON.parse(execFileSync(process.execPath, [cli, ...words, '--home', home, '--json'], { encoding: 'utf8' }));

beforeAll(async () => {
  server = spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0', '--json']);
  url = await new Promise<string>((resolve) => {
    server.stdout?.once('data', (line) => resolve(JSON.parse(String(line)).url));
  });
  key = sluice<{ key: string }>('keys', 'create', '--name', 'snippets').key;
  pipelineId = sluice<{ id: string }[]>('pipelines', 'list')[0]?.id ?? '';
});

afterAll(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  rmSync(home, { recursive: true, force: true });
});

const programs: Record<SnippetLanguage, [string, string[]]> = {
  curl: ['sh', ['-c']],
  python: ['python3', ['-c']],
  javascript: [process.execPath, ['--input-type=module', '--eval']],
};

const needs: Record<SnippetLanguage, string> = {
  curl: 'curl',
  python: 'python3',
  javascript: process.execPath,
};

function isHere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

for (const language of ['curl', 'python', 'javascript'] as const) {
  test.skipIf(!isHere(needs[language]))(
    `the ${language} example starts a pipeline and prints how it ended`,
    async () => {
      const text = snippet(language, url, key).replace('PIPELINE_ID', pipelineId);
      const [program, words] = programs[language];
      const { stdout } = await run(program, [...words, text]);
      expect(stdout).toContain('Succeeded');
      expect(stdout).toContain('runId');
    },
  );
}
