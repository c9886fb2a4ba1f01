import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A Chromium for the browser tests: the one named by CHROME, one of the system, or Playwright's own. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return [env.CHROME, ...places, chromium.executablePath()].find((path) => path && existsSync(path));
}

/** Finds a browser, or installs one as this system does. Undefined when none can be had. */
export function ensureChromium(): string | undefined {
  const found = findChromium();
  if (found) return found;
  console.log('No Chromium here: trying to install one for the browser tests.');
  for (const [program, ...args] of installers()) {
    try {
      execFileSync(program, args, { stdio: 'inherit', timeout: 300_000 });
    } catch {
      continue;
    }
    const installed = findChromium();
    if (installed) return installed;
  }
  return undefined;
}

function installers(): [string, ...string[]][] {
  return [...aptInstall('chromium'), ['npx', 'playwright', 'install', 'chromium']];
}

/** The commands that install a package on a system with apt, in order; none elsewhere. */
export function aptInstall(name: string): [string, ...string[]][] {
  if (!existsSync('/usr/bin/apt-get')) return [];
  const isRoot = process.getuid?.() === 0;
  const apt = (...args: string[]): [string, ...string[]] =>
    isRoot ? ['apt-get', ...args] : ['sudo', '-n', 'apt-get', ...args];
  return [apt('update', '-qq'), apt('install', '-y', '-qq', '--no-install-recommends', name)];
}
