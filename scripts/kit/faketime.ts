import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall } from './browser.ts';

const places = ['/usr/lib', '/usr/local/lib', '/usr/lib64'];

/** The library that lends a process another wall clock; undefined where it is not installed. */
export function findFaketime(): string | undefined {
  const folders = places.flatMap((place) => [
    join(place, 'faketime'),
    ...(existsSync(place) ? readdirSync(place) : [])
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => join(place, name, 'faketime')),
  ]);
  return folders.map((folder) => join(folder, 'libfaketimeMT.so.1')).find((path) => existsSync(path));
}

/** Finds it, or installs it as this system does. Undefined when it cannot be had. */
export function ensureFaketime(): string | undefined {
  const found = findFaketime();
  if (found || process.platform !== 'linux') return found;
  console.log('No libfaketime here: trying to install it for the tests of clocks.');
  for (const [program, ...args] of aptInstall('libfaketime')) {
    try {
      execFileSync(program, args, { stdio: 'inherit', timeout: 120_000 });
    } catch {
      break;
    }
  }
  return findFaketime();
}
