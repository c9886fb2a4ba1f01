import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process told apart from a later one of the same number by the tick at which it began. */
export interface ProcessMark {
  readonly pid: number;
  readonly startTick: string;
  /** Processor time it has used, in ticks. */
  readonly ticks: number;
}

/** Runners have their own folder below the home's scratch folder as working directory, and keep it however they are started. */
export function runnersOf(home: string): ProcessMark[] {
  const scratch = join(home, 'tmp') + sep;
  return everyProcess().filter(({ pid }) => workingFolder(pid)?.startsWith(scratch));
}

/** A dead process that nobody has waited for yet does no more harm. */
export function isAlive({ pid, startTick }: ProcessMark): boolean {
  const found = markOf(pid);
  return found?.startTick === startTick && found.state !== 'Z';
}

/** Milliseconds until none of them is alive; undefined when one outlives the limit. */
export async function millisecondsToDie(
  marks: readonly ProcessMark[],
  limit: number,
): Promise<number | undefined> {
  const began = performance.now();
  for (;;) {
    const took = performance.now() - began;
    if (!marks.some(isAlive)) return took;
    if (took > limit) return undefined;
    await sleep(20);
  }
}

function everyProcess(): ProcessMark[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (markOf(Number(name)) ?? []) : []));
}

function markOf(pid: number): (ProcessMark & { state: string }) | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything; the fields start after it: proc(5).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      state: fields[0] ?? '',
      startTick: fields[19] ?? '',
      ticks: Number(fields[11]) + Number(fields[12]),
    };
  } catch {
    return undefined;
  }
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
