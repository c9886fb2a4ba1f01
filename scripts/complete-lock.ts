import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './kit/build.ts';

/**
 * `node scripts/complete-lock.ts` after every `npm install`, `--check` to only look.
 *
 * npm leaves an optional package out of the lock when the registry at hand does not carry it, as partial mirrors do
 * with the binaries of other platforms; `npm ci` then refuses the lock on every machine. Each such package is named
 * exactly by the one that wants it, and its name says its platform: that is all an entry needs.
 */
interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> };
const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
  Object.entries(optionalDependencies)
    .filter(
      ([name]) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
    )
    .map(([name, version]): [string, Entry] => [`node_modules/${name}`, entryOf(name, version, dev)]),
);

if (missing.length === 0) console.log('The lock names the packages of every platform.');
else if (process.argv.includes('--check')) {
  console.error(
    `The lock lacks ${missing.map(([path]) => path).join(', ')}. Run: node scripts/complete-lock.ts`,
  );
  process.exitCode = 1;
} else {
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
  lock.packages = Object.fromEntries(packages.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Added ${missing.length} packages of other platforms to the lock.`);
}

function entryOf(name: string, version: string, dev: boolean | undefined): Entry {
  const platform = name.split('/').at(-1) ?? name;
  const os = ['darwin', 'win32', 'linux', 'android', 'freebsd'].find((known) => platform.includes(known));
  const cpu = ['wasm32', 'arm64', 'x64', 'ia32', 'arm'].find((known) => platform.includes(known));
  if (!/^\d/.test(version) || !cpu)
    throw new Error(`${name} ${version} does not say its platform; add it by hand.`);
  const libc = platform.includes('musl') ? ['musl'] : platform.includes('-gnu') ? ['glibc'] : undefined;
  return {
    version,
    cpu: [cpu],
    ...(dev && { dev }),
    ...(libc && { libc }),
    optional: true,
    ...(os && { os: [os] }),
  };
}
