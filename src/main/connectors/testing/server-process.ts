import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Databases that a test starts for itself, from the programs of this system's packages. */

const places = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...versions('/usr/lib/postgresql'),
  '/usr/sbin',
  '/usr/libexec',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
];

function versions(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort((left, right) => Number(right) - Number(left))
    .map((version) => join(folder, version, 'bin'));
}

/** The first of these programs that is installed. */
export function findProgram(...names: string[]): string | undefined {
  return names
    .flatMap((name) => places.map((place) => join(place, name)))
    .find((path) => path !== '' && existsSync(path));
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Neither of the two servers runs as root: whom root starts them as. */
const person = ((): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'mysql', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // Another one will do.
    }
  }
  return undefined;
})();

/** A folder that the server's person owns. */
export function dataFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sluice-${name}-`));
  if (person) chownSync(folder, person.uid, person.gid);
  chmodSync(folder, 0o700);
  return folder;
}

export function runAsPerson(program: string, args: readonly string[], cwd: string, input?: string): void {
  execFileSync(program, args, {
    cwd,
    ...person,
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: 120_000,
    ...(input === undefined ? {} : { input }),
  });
}

/** A certificate that no authority has signed; undefined where none can be made here. */
export function ownCertificate(folder: string): { readonly cert: string; readonly key: string } | undefined {
  const openssl = findProgram('openssl');
  if (!openssl) return undefined;
  const [cert, key] = [join(folder, 'own.crt'), join(folder, 'own.key')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', cert];
  runAsPerson(
    openssl,
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...subject, ...files],
    folder,
  );
  return { cert, key };
}

export interface ServerProcess {
  /** The end of what it has said. */
  words(): string;
  readonly gone: Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server and waits until `isReady` does not throw. It ends with the test, whatever happens. */
export async function startServer(
  program: string,
  args: readonly string[],
  folder: string,
  isReady: () => Promise<void>,
): Promise<ServerProcess> {
  const child: ChildProcess = spawn(program, args, {
    cwd: folder,
    ...person,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  const listen = (piece: Buffer): void => {
    words = (words + piece.toString()).slice(-4000);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  const stop = async (): Promise<void> => {
    process.off('exit', onExit);
    // There is nothing in it that has to be saved.
    child.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  let last: unknown;
  for (const until = Date.now() + 50_000; Date.now() < until; ) {
    if (child.exitCode !== null) break;
    try {
      await isReady();
      return { words: () => words, gone, stop };
    } catch (error) {
      last = error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await stop();
  throw new Error(`${program} did not start: ${words}`, { cause: last });
}
