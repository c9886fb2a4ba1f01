import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CampaignResult, runCampaign } from './campaign.ts';
import { planKills, type Target } from './kill-plan.ts';
import { sluice } from './product.ts';
import { type ProofResult, prove } from './proof.ts';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly target: Target;
  readonly runs: number;
  say(line: string): void;
}

export interface ChaosVerdict {
  readonly passed: boolean;
  readonly faults: readonly string[];
  readonly home: string;
  readonly campaign: CampaignResult['figures'];
  readonly proof: ProofResult['figures'];
  readonly accepted: number;
  readonly seconds: number;
}

/** Runs and kills the product on a fresh home, and proves what is left. The home stays when something is wrong. */
export async function chaos(options: ChaosOptions): Promise<ChaosVerdict> {
  const began = performance.now();
  const home = mkdtempSync(join(tmpdir(), 'sluice-chaos-'));
  const { accepted, faults, figures } = await runCampaign({ ...options, home, plan: planKills(options) });
  const proof = await prove(home, accepted);
  const fsck = await sluice(['fsck', '--home', home, '--json']);
  const all = [...faults, ...proof.faults, ...(fsck.code === 0 ? [] : [`fsck: ${fsck.out}${fsck.err}`])];
  if (all.length === 0) rmSync(home, { recursive: true, force: true });
  return {
    passed: all.length === 0,
    faults: all,
    home,
    campaign: figures,
    proof: proof.figures,
    accepted: accepted.length,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

/** The verdict in lines for a terminal: the faults first, one line of judgement last. */
export function verdictLines(verdict: ChaosVerdict, seed: number): string[] {
  const { campaign, proof, faults } = verdict;
  const shown = faults.slice(0, 40);
  return [
    ...shown.map((fault) => `FAULT ${fault}`),
    ...(faults.length > shown.length ? [`... and ${faults.length - shown.length} more`] : []),
    `kills: ${campaign.mainKills} of main, ${campaign.runnerKills} of runners; requests sent again: ${campaign.resent}`,
    `runs: ${verdict.accepted} accepted, ${wordsOf(proof.ends)}; ${proof.attempts} attempts; versions: ${proof.versions}`,
    `start to ready: ${percentiles(campaign.startTimes)}; runners gone after a kill of main: ${percentiles(campaign.orphanTimes)}`,
    ...(verdict.passed ? [] : [`The home folder is kept: ${verdict.home}`]),
    `${verdict.passed ? 'PASSED' : 'FAILED'} seed ${seed}: ${proof.lost} lost, ${proof.duplicatedVersions} duplicated versions, ${faults.length} faults, ${verdict.seconds} s`,
  ];
}

function wordsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');
}

function percentiles(times: readonly number[]): string {
  if (times.length === 0) return 'none';
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`;
}
