/**
 * `npm start`: the window where its runtime is present, the browser otherwise. `npm run desktop` insists on the
 * window. Both take `-- --home DIR --port N`.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { buildShell, buildWindow, isShellStale, isWindowStale, root } from './kit/build.ts';
import { findElectron, hasDisplay, obtainElectron } from './kit/desktop.ts';
import { needNode } from './kit/need-node.ts';

needNode();
const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    port: { type: 'string' },
    desktop: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
  },
});
process.umask(0o077);

if (values.desktop) await openDesktop(insistOnElectron());
else await start();

async function start(): Promise<void> {
  const electron = findElectron();
  if (electron && hasDisplay()) return openDesktop(electron);
  console.log(
    electron
      ? 'There is no screen for the window here: Sluice opens in the browser.'
      : 'The desktop runtime is not installed: Sluice opens in the browser (npm run desktop fetches it).',
  );
  if (isWindowStale()) {
    console.log('Building the window (once) ...');
    await buildWindow();
  }
  const { parsePort } = await import('../src/main/cli/options.ts');
  const { serve } = await import('../src/main/cli/serve.ts');
  const { describeFailure } = await import('../src/main/cli/failures.ts');
  try {
    const port = values.port === undefined ? undefined : parsePort(values.port);
    await serve({ home: values.home, port, open: !values['no-open'] });
  } catch (error) {
    const { sentence, exitCode } = describeFailure(error);
    console.error(sentence || (error as Error).message);
    process.exit(exitCode);
  }
}

function insistOnElectron(): string {
  try {
    return obtainElectron();
  } catch {
    console.error(
      'The desktop runtime could not be downloaded: this machine reaches no download server. Try again with a network, or use the browser: npm start',
    );
    process.exit(1);
  }
}

async function openDesktop(electron: string): Promise<void> {
  if (!hasDisplay()) {
    console.error('There is no screen for the window here. Use the browser: npm start');
    process.exit(1);
  }
  if (isShellStale()) {
    console.log('Building the desktop shell (once) ...');
    await buildShell();
  }
  const isLinuxRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const args = [
    root,
    // Chromium refuses its sandbox to root.
    ...(isLinuxRoot ? ['--no-sandbox'] : []),
    ...(values.home ? [`--home=${values.home}`] : []),
    ...(values.port ? [`--port=${values.port}`] : []),
  ];
  const child = spawn(electron, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => process.exit(code ?? 1));
}
