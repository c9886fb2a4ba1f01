import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunSummary, terminalStatuses } from '../../src/shared/contract/domain.ts';
import { clientOf } from './bench.ts';
import type { Accepted, Wanted } from './campaign.ts';
import { startRun } from './door.ts';
import { Product, sluice } from './product.ts';
import { prove } from './proof.ts';
import { SeededRandom } from './random.ts';
import { pickWork, works, writeInputs } from './workload.ts';

/** One call of the operating system that fails once, in every thread and process at its own count. */
export interface IoFault {
  readonly call: string;
  readonly error: string;
  readonly when: number;
}

const calls = ['fsync', 'write', 'pwrite64', 'rename', 'openat', 'ftruncate'];
const errors: Readonly<Record<string, readonly string[]>> = {
  fsync: ['EIO', 'ENOSPC'],
  write: ['EIO', 'ENOSPC'],
  pwrite64: ['EIO', 'ENOSPC', 'EDQUOT'],
  rename: ['EIO', 'ENOSPC'],
  openat: ['EMFILE', 'EIO'],
  ftruncate: ['EIO'],
};
/** Calls that a thread makes while the program loads need not be failed one by one. */
const mostCalls: Readonly<Record<string, number>> = {
  fsync: 90,
  write: 200,
  pwrite64: 300,
  rename: 20,
  openat: 600,
  ftruncate: 5,
};

/** Faults that a seed picks. */
export function pickFaults(seed: number, count: number): IoFault[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_none, at) => {
    const call = calls[at % calls.length] ?? 'fsync';
    const choices = errors[call] ?? ['EIO'];
    const error = choices[random.below(choices.length)] ?? 'EIO';
    return { call, error, when: 1 + random.below(mostCalls[call] ?? 100) };
  });
}

const runsARound = 12;
const causes = [
  'interrupted',
  'engine_crashed',
  'disk_full',
  'publish_failed',
  'internal',
  'run_failed',
  'file_missing',
  'timed_out',
];
const answerBy = 90_000;

/** A home with the pipelines and a key, closed cleanly: what every round starts from. */
export async function faultTemplate(): Promise<{
  home: string;
  apiKey: string;
  pipelineIds: Map<string, string>;
}> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-io-template-'));
  writeInputs(home);
  const product = new Product({ home });
  await product.ready;
  const client = await clientOf(home);
  const { key } = await client.keys.create({
    name: 'faults',
    scopes: ['all'],
    environment: 'live',
    plan: 'unlimited',
  });
  const pipelineIds = new Map<string, string>();
  for (const { name, document } of works)
    pipelineIds.set(name, (await client.pipelines.create({ document })).id);
  await product.stop();
  rmSync(join(home, 'ballast.bin'), { force: true });
  return { home, apiKey: key, pipelineIds };
}

/**
 * Runs the product with one fault and proves afterwards, without it, that nothing is listed that is not there and
 * whole. A start that is refused in words is a fair answer to a fault. Answers what is wrong.
 */
export async function faultRound(
  template: Awaited<ReturnType<typeof faultTemplate>>,
  fault: IoFault,
): Promise<{ faults: string[]; reopened: boolean }> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-io-'));
  cpSync(template.home, home, { recursive: true });
  const { call, error, when } = fault;
  const under = [
    'strace',
    '-f',
    '-qq',
    '--seccomp-bpf',
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:error=${error}:when=${when}`,
    '-o',
    '/dev/null',
  ];
  const found: string[] = [];
  const product = new Product({ home, under });
  const accepted = await submitUnder(product, template, found);
  await endWithin(product, found);
  const reopened = /opens it again/.test(product.errors);
  const { runs, faults } = await settle(home);
  found.push(...faults);
  // A request that nobody heard the end of may have been accepted: its run is as good as another.
  const known = new Map(accepted.map((one) => [one.runId, one]));
  const proof = await prove(home, withUnheard(known, runs), { causes });
  found.push(...proof.faults);
  const fsck = await sluice(['fsck', '--home', home, '--json']);
  if (fsck.code !== 0) found.push(`fsck: ${fsck.out}${fsck.err}`);
  if (found.length === 0) rmSync(home, { recursive: true, force: true });
  else found.push(`the home is kept: ${home}`);
  return { faults: found, reopened };
}

async function submitUnder(
  product: Product,
  { apiKey, pipelineIds }: Awaited<ReturnType<typeof faultTemplate>>,
  found: string[],
): Promise<Accepted[]> {
  const url = await Promise.race([product.ready, sleep(60_000)]).catch(() => undefined);
  if (!url) {
    if (product.child.exitCode === null) found.push('the start neither succeeded nor ended');
    return [];
  }
  const accepted: Accepted[] = [];
  const deadline = Date.now() + answerBy;
  for (const wanted of wantedRuns()) {
    const pipelineId = pipelineIds.get(wanted.work.name) ?? '';
    for (;;) {
      const answer = await startRun(url, apiKey, {
        pipelineId,
        tag: wanted.tag,
        idempotencyKey: wanted.idempotencyKey,
      });
      if (answer.kind === 'accepted') accepted.push({ wanted, runId: answer.runId });
      const internal = answer.kind === 'refused' && answer.status === 500;
      if (answer.kind === 'accepted' || (answer.kind === 'refused' && !internal)) break;
      if (product.child.exitCode !== null) return accepted;
      if (Date.now() > deadline) {
        found.push(`no answer within ${answerBy} ms: ${JSON.stringify(answer)}`);
        return accepted;
      }
      await sleep(100);
    }
  }
  return accepted;
}

function wantedRuns(): Wanted[] {
  const random = new SeededRandom(9);
  const picked: Wanted[] = [];
  while (picked.length < runsARound) {
    const work = pickWork(random);
    if (work.name === 'slow') continue;
    const tag = picked.length + 1;
    picked.push({ tag, work, idempotencyKey: `io-${tag}`, cancelAfter: undefined });
  }
  return picked;
}

async function endWithin(product: Product, found: string[]): Promise<void> {
  const ended = await Promise.race([product.stop().then(() => true), sleep(30_000).then(() => false)]);
  if (ended) return;
  found.push('it did not stop within 30 s');
  await product.kill();
}

/** Opens the home without faults and waits until every run has ended; answers all of them. */
async function settle(home: string): Promise<{ runs: RunSummary[]; faults: string[] }> {
  const product = new Product({ home });
  await product.ready;
  const client = await clientOf(home);
  const deadline = Date.now() + answerBy;
  for (;;) {
    const { runs } = await client.runs.list({ limit: 1000 });
    const open = runs.filter(({ status }) => !terminalStatuses.includes(status));
    if (open.length === 0 || Date.now() > deadline) {
      await product.stop();
      return { runs, faults: open.map(({ id, status }) => `run ${id} never ended: ${status}`) };
    }
    await sleep(100);
  }
}

function withUnheard(known: ReadonlyMap<string, Accepted>, runs: readonly RunSummary[]): Accepted[] {
  const wanted = new Map(wantedRuns().map((one) => [one.tag, one]));
  const unheard = runs.flatMap(({ id, pipelineName }) => {
    if (known.has(id)) return [];
    const tag = wantedTagOf(pipelineName, known, wanted);
    return tag ? [{ wanted: tag, runId: id }] : [];
  });
  return [...known.values(), ...unheard];
}

function wantedTagOf(
  pipelineName: string,
  known: ReadonlyMap<string, Accepted>,
  wanted: ReadonlyMap<number, Wanted>,
): Wanted | undefined {
  const heard = new Set([...known.values()].map((one) => one.wanted.tag));
  return [...wanted.values()].find(({ tag, work }) => !heard.has(tag) && work.document.name === pipelineName);
}
