import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const root = resolve(import.meta.dirname, '../..');
export const program = resolve(root, 'src/main/cli/main.ts');

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartOptions {
  readonly home: string;
  /** A program and its arguments that is to start the product, e.g. strace. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One life of the real product, headless, as a process of its own. */
export class Product {
  readonly home: string;
  readonly child: ChildProcess;
  /** Resolves with its address once it takes requests; rejects when it ends before. */
  readonly ready: Promise<string>;
  readonly exited: Promise<Exit>;
  /** The process that serves; another than the child's where that one is a wrapper. */
  pid: number;
  #errors = '';

  constructor({ home, under = [], env = {} }: StartOptions) {
    this.home = home;
    const [file = '', ...args] = [
      ...under,
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      program,
      ...['serve', '--home', home, '--port', '0', '--json'],
    ];
    this.child = spawn(file, args, {
      env: { PATH: process.env.PATH ?? '', HOME: home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.pid = this.child.pid ?? 0;
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4_000);
    });
    this.exited = new Promise((done) => {
      this.child.once('exit', (code, signal) => done({ code, signal }));
      this.child.once('error', () => done({ code: 127, signal: null }));
    });
    this.ready = this.#untilReady();
    // Whoever does not wait for it (a kill while it starts) must not be told of it as a fault.
    this.ready.catch(() => undefined);
  }

  /** The last of what it wrote to its error output. */
  get errors(): string {
    return this.#errors;
  }

  kill(): Promise<Exit> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<Exit> {
    return this.#end('SIGTERM');
  }

  #end(signal: NodeJS.Signals): Promise<Exit> {
    try {
      process.kill(this.pid, signal);
    } catch {
      // It has ended by itself.
    }
    return this.exited;
  }

  async #untilReady(): Promise<string> {
    const { stdout } = this.child;
    if (!stdout) throw new Error('the product has no output');
    const address = new Promise<string>((found) => {
      createInterface({ input: stdout }).on('line', (line) => {
        if (!line.startsWith('{')) return;
        const { url, pid } = JSON.parse(line) as { url: string; pid: number };
        this.pid = pid;
        found(url);
      });
    });
    const ended = this.exited.then(({ code, signal }): never => {
      throw new Error(`the product ended before it was ready (${signal ?? code}): ${this.#errors}`);
    });
    return Promise.race([address, ended]);
  }
}

/** One command of the command line; answers what it printed and left with. */
export async function sluice(
  args: readonly string[],
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, out, err };
}
