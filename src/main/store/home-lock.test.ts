import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { lockHome } from './home-lock.ts';
import type { HomePaths } from './home-paths.ts';
import { tempHome } from './testing/temp-home.ts';

const script = `
  import { lockHome } from ${JSON.stringify(new URL('./home-lock.ts', import.meta.url).href)};
  import { homePaths } from ${JSON.stringify(new URL('./home-paths.ts', import.meta.url).href)};
  try {
    lockHome(homePaths(process.argv[1]));
    console.log('locked');
    setInterval(() => {}, 1000);
  } catch (error) {
    console.log(error.code);
  }
`;

/** Another process that asks for the home; answers with what it said. */
async function ask(home: HomePaths): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, home.root]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [chunk] = await once(child.stdout, 'data');
  return { child, said: String(chunk).trim() };
}

test('one process owns a home, and a kill -9 frees it', async () => {
  const home = tempHome();
  for (let round = 0; round < 3; round += 1) {
    const owner = await ask(home);
    expect(owner.said).toBe('locked');
    expect((await ask(home)).said).toBe('home_in_use');
    expect(() => lockHome(home)).toThrow(expect.objectContaining({ code: 'home_in_use' }));
    owner.child.kill('SIGKILL');
    await once(owner.child, 'exit');
  }
  lockHome(home).release();
  lockHome(home).release();
});

test('the refusal says which folder and what to do', () => {
  const home = tempHome();
  const lock = lockHome(home);
  onTestFinished(() => lock.release());
  expect(() => lockHome(home)).toThrow(`Another Sluice already uses the folder ${home.root}. Close it`);
});
