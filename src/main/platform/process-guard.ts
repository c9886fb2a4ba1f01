import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Clock, Timer } from './clock.ts';

const run = promisify(execFile);

/** Room for thread stacks and the allocator's own needs, which count against the limit without holding rows. */
const slackBytes = 256 * 1024 * 1024;
const watchMilliseconds = 200;
const openFiles = 1024;

/**
 * Keeps a process within its memory. DuckDB's own limit does not bound everything (a vector of `range(500000000)`
 * took 5.9 GB under `memory_limit='256MB'`), so the operating system has to.
 */
export interface Guard {
  /** `limit`: the kernel refuses memory, and the query fails cleanly. `watch`: we look and kill. */
  readonly kind: 'limit' | 'watch';
  stop(): void;
}

export interface GuardOptions {
  readonly pid: number;
  /** Bytes beyond what the process holds now. */
  readonly memoryBytes: number;
  readonly clock: Clock;
  /** False watches even where the kernel could be told. */
  readonly kernel?: boolean;
  onOverMemory(): void;
}

const prlimitPath = ['/usr/bin/prlimit', '/bin/prlimit', '/usr/sbin/prlimit'].find((path) =>
  existsSync(path),
);

/** Whether the kernel can be told a limit of a running process. */
export const hasKernelLimit = process.platform === 'linux' && prlimitPath !== undefined;

export async function guardProcess(options: GuardOptions): Promise<Guard> {
  if (hasKernelLimit && options.kernel !== false && (await setKernelLimit(options)))
    return { kind: 'limit', stop() {} };
  return watchMemory(options);
}

/** False when the limit could not be set. */
async function setKernelLimit({ pid, memoryBytes }: GuardOptions): Promise<boolean> {
  if (!prlimitPath) return false;
  try {
    // What the process holds by being ready differs by machine (reserved heaps, a stack a thread), so it is measured.
    const data = (await statusBytes(pid, 'VmData')) + memoryBytes + slackBytes;
    await run(prlimitPath, ['--pid', String(pid), `--data=${data}`, '--core=0', `--nofile=${openFiles}`]);
    return true;
  } catch {
    return false;
  }
}

async function watchMemory({ pid, memoryBytes, clock, onOverMemory }: GuardOptions): Promise<Guard> {
  const start = await residentBytes(pid);
  const limit = start + memoryBytes + slackBytes;
  let looking = false;
  const timer: Timer = clock.every(watchMilliseconds, () => {
    if (looking) return;
    looking = true;
    void residentBytes(pid).then((bytes) => {
      looking = false;
      if (bytes > limit) onOverMemory();
    });
  });
  return { kind: 'watch', stop: () => timer.cancel() };
}

/** 0 where it cannot be known: a process that has ended needs no guard. */
async function residentBytes(pid: number): Promise<number> {
  try {
    if (process.platform === 'linux') return await statusBytes(pid, 'VmRSS');
    if (process.platform === 'win32') return await windowsBytes(pid);
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
    return Number(stdout.trim()) * 1024;
  } catch {
    return 0;
  }
}

async function windowsBytes(pid: number): Promise<number> {
  const { stdout } = await run('tasklist', ['/fi', `PID eq ${pid}`, '/fo', 'csv', '/nh']);
  // "node.exe","123","Console","1","95,312 K": the digits of the last field, whatever the grouping sign.
  return Number(/"([^"]*)"\s*$/.exec(stdout)?.[1]?.replace(/\D/g, '') ?? 0) * 1024;
}

/**
 * How many processes the kernel has killed for want of memory since it started; 0 where that cannot be known. When
 * it has grown, a SIGKILL that was not ours most likely came from there.
 */
export function systemMemoryKills(): number {
  if (process.platform !== 'linux') return 0;
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function statusBytes(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`/proc/${pid}/status has no ${field}`);
  return Number(kilobytes) * 1024;
}
