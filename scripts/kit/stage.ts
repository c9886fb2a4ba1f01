import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './build.ts';

export interface StageResult {
  readonly code: number;
  readonly output: string;
}

export interface StageOptions {
  /** Keeps the output instead of showing it as it comes. */
  readonly quiet?: boolean;
  readonly env?: Record<string, string>;
}

/** Runs a program of the project in its folder, with the project's own Node first in the path. */
export function runStage(
  program: string,
  args: readonly string[],
  options: StageOptions = {},
): Promise<StageResult> {
  const bin = join(root, 'node_modules/.bin');
  const env = { ...process.env, ...options.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(locate(program, bin), args, {
    cwd: root,
    env,
    stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function locate(program: string, bin: string): string {
  if (program === 'node') return process.execPath;
  const local = join(bin, process.platform === 'win32' ? `${program}.cmd` : program);
  return existsSync(local) ? local : program;
}
