import { execFileSync } from 'node:child_process';
import { findProgram } from '../../src/main/connectors/testing/server-process.ts';
import { aptInstall } from './browser.ts';

interface Wanted {
  readonly name: string;
  /** Any of these is enough. */
  readonly programs: readonly string[];
  readonly packageName: string;
}

const wanted: readonly Wanted[] = [
  { name: 'PostgreSQL', programs: ['postgres'], packageName: 'postgresql' },
  { name: 'MariaDB', programs: ['mariadbd', 'mysqld'], packageName: 'mariadb-server' },
];

/** Finds the databases that tests start for themselves, or installs them as this system does. Answers what is missing. */
export function ensureDatabases(): string[] {
  return wanted
    .filter((each) => !isThere(each) && !isThere(install(each)))
    .map(({ name, packageName }) => `${name} (${packageName})`);
}

const isThere = ({ programs }: Wanted): boolean => findProgram(...programs) !== undefined;

function install(one: Wanted): Wanted {
  console.log(`No ${one.name} here: trying to install it for the tests of sources.`);
  for (const [program, ...args] of aptInstall(one.packageName)) {
    try {
      execFileSync(program, args, {
        stdio: 'inherit',
        timeout: 300_000,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    } catch {
      break;
    }
  }
  return one;
}
