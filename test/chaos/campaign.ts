import { setTimeout as sleep } from 'node:timers/promises';
import { startRun } from './door.ts';
import type { PlannedKill } from './kill-plan.ts';
import { SeededRandom } from './random.ts';
import { type Serving, Supervisor } from './supervisor.ts';
import { pickWork, type Work, works, writeInputs } from './workload.ts';

/** One run that is asked for, until somebody answers. */
export interface Wanted {
  readonly tag: number;
  readonly work: Work;
  readonly idempotencyKey: string;
  /** A cancel follows its acceptance after so many milliseconds. */
  readonly cancelAfter: number | undefined;
}

export interface Accepted {
  readonly wanted: Wanted;
  readonly runId: string;
}

export interface CampaignOptions {
  readonly home: string;
  readonly seed: number;
  readonly runs: number;
  readonly plan: readonly PlannedKill[];
  say(line: string): void;
}

export interface CampaignResult {
  readonly accepted: readonly Accepted[];
  readonly faults: readonly string[];
  readonly figures: {
    readonly mainKills: number;
    readonly runnerKills: number;
    /** Requests that got no answer and were sent again. */
    readonly resent: number;
    readonly startTimes: readonly number[];
    readonly orphanTimes: readonly number[];
  };
}

/** Requests in flight at once, and runs that may wait or run before the next is asked for. */
const senders = 4;
const mostOpen = 16;
const burst = 6;
const settleMilliseconds = 240_000;
const cancelShare = 0.04;

/**
 * Asks for runs, kills what the plan says when it says so, asks again where no answer came, and waits until every
 * accepted run has ended. The product is stopped at the end.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  writeInputs(options.home);
  const campaign = new Campaign(options, new Supervisor(options.home));
  return campaign.run();
}

class Campaign {
  #options: CampaignOptions;
  #supervisor: Supervisor;
  #waiting: Wanted[];
  #accepted = new Map<string, Accepted>();
  #faults: string[] = [];
  #pipelineIds = new Map<string, string>();
  #apiKey = '';
  #open = 0;
  #refused = 0;
  #resent = 0;
  #kills = { main: 0, runner: 0 };
  #killsDone = false;
  #cancels: Promise<void>[] = [];

  constructor(options: CampaignOptions, supervisor: Supervisor) {
    this.#options = options;
    this.#supervisor = supervisor;
    this.#waiting = wantedRuns(options.seed, options.runs);
  }

  async run(): Promise<CampaignResult> {
    await this.#prepare();
    const watching = this.#watchOpen();
    await Promise.all([this.#killAsPlanned(), ...Array.from({ length: senders }, () => this.#send())]);
    this.#killsDone = true;
    await Promise.all(this.#cancels);
    await watching;
    await this.#askAgain();
    await this.#sweepsAfterKill();
    if (!(await this.#supervisor.stop())) this.#faults.push('the product did not stop cleanly');
    const { startTimes, orphanTimes, faults } = this.#supervisor;
    return {
      accepted: [...this.#accepted.values()],
      faults: [...this.#faults, ...faults],
      figures: {
        mainKills: this.#kills.main,
        runnerKills: this.#kills.runner,
        resent: this.#resent,
        startTimes,
        orphanTimes,
      },
    };
  }

  async #prepare(): Promise<void> {
    const { client } = await this.#supervisor.serving();
    const { key } = await client.keys.create({
      name: 'chaos',
      scopes: ['all'],
      environment: 'live',
      plan: 'unlimited',
    });
    this.#apiKey = key;
    for (const { name, document } of works) {
      const { id } = await client.pipelines.create({ document });
      this.#pipelineIds.set(name, id);
    }
  }

  /** Sends what is wanted, never with more open than the product can be working at: kills are to hit work. */
  async #send(): Promise<void> {
    for (;;) {
      if (this.#open >= mostOpen) {
        await sleep(20);
        continue;
      }
      const wanted = this.#waiting.shift();
      if (!wanted) return;
      await this.#sendOne(wanted);
    }
  }

  async #sendOne(wanted: Wanted): Promise<void> {
    this.#open += 1;
    for (;;) {
      const serving = await this.#supervisor.serving();
      const answer = await this.#ask(serving, wanted);
      if (answer.kind === 'accepted') return this.#noteAccepted(wanted, answer.runId, serving);
      if (answer.kind === 'refused') {
        this.#refused += 1;
        this.#faults.push(`run ${wanted.tag} was refused: ${answer.status} ${answer.text}`);
        return;
      }
      if (answer.kind === 'unanswered') this.#resent += 1;
      await sleep(50);
    }
  }

  #ask({ url }: Serving, { work, tag, idempotencyKey }: Wanted) {
    const pipelineId = this.#pipelineIds.get(work.name) ?? '';
    return startRun(url, this.#apiKey, { pipelineId, tag, idempotencyKey });
  }

  #noteAccepted(wanted: Wanted, runId: string, { client }: Serving): void {
    const twin = this.#accepted.get(wanted.idempotencyKey);
    if (twin && twin.runId !== runId) this.#faults.push(`run ${wanted.tag} was accepted twice`);
    this.#accepted.set(wanted.idempotencyKey, { wanted, runId });
    if (wanted.cancelAfter === undefined) return;
    // Where the run has ended already, or the product is gone, there is nothing to cancel.
    const cancel = sleep(wanted.cancelAfter).then(() => client.runs.cancel({ id: runId }));
    this.#cancels.push(
      cancel.then(
        () => undefined,
        () => undefined,
      ),
    );
  }

  async #killAsPlanned(): Promise<void> {
    for (const kill of this.#options.plan) {
      while (this.#accepted.size < kill.afterAccepted && this.#waiting.length > 0) await sleep(5);
      await this.#kill(kill);
      const done = this.#kills.main + this.#kills.runner;
      if (done % 20 === 0) this.#options.say(`${done} kills, ${this.#accepted.size} runs accepted`);
    }
  }

  async #kill({ victim, moment, delayMilliseconds, pick }: PlannedKill): Promise<void> {
    if (victim === 'runner') {
      await this.#supervisor.serving();
      await sleep(delayMilliseconds);
      if (await this.#supervisor.killRunner(pick)) this.#kills.runner += 1;
      else this.#faults.push('no runner came up to be killed');
      return;
    }
    if (moment === 'start') await this.#supervisor.killMain();
    else await this.#supervisor.serving();
    if (moment === 'submit') for (const wanted of this.#waiting.splice(0, burst)) void this.#sendOne(wanted);
    await sleep(delayMilliseconds);
    await this.#supervisor.killMain();
    this.#kills.main += 1;
  }

  /** Follows how many runs are open, until all have ended after the last kill. */
  async #watchOpen(): Promise<void> {
    let settleBy = Number.POSITIVE_INFINITY;
    for (;;) {
      const sent = this.#killsDone && this.#accepted.size + this.#refused === this.#options.runs;
      if (sent && settleBy === Number.POSITIVE_INFINITY) settleBy = Date.now() + settleMilliseconds;
      const { client } = await this.#supervisor.serving();
      const load = await client.system.info({}).catch(() => undefined);
      if (load) this.#open = load.running + load.queued;
      if (load && sent && this.#open === 0) return;
      if (Date.now() > settleBy) {
        this.#faults.push(`${this.#open} runs had not ended ${settleMilliseconds} ms after the last kill`);
        return;
      }
      await sleep(100);
    }
  }

  /** Every request once more: each must be answered with the run that it made before. */
  async #askAgain(): Promise<void> {
    const all = [...this.#accepted.values()];
    const serving = await this.#supervisor.serving();
    for (const { wanted, runId } of all) {
      const answer = await this.#ask(serving, wanted);
      if (answer.kind === 'accepted' && answer.runId === runId) continue;
      this.#faults.push(`run ${wanted.tag}, asked for again, was answered ${JSON.stringify(answer)}`);
    }
  }

  /** The last life begins after a kill too, so that what it finds is what a kill leaves. */
  async #sweepsAfterKill(): Promise<void> {
    await this.#supervisor.killMain();
    await this.#supervisor.serving();
  }
}

function wantedRuns(seed: number, runs: number): Wanted[] {
  // Another sequence than the kills', so that a change of the one leaves the other as it was.
  const random = new SeededRandom(seed ^ 0x5eed);
  return Array.from({ length: runs }, (_none, at) => ({
    tag: at + 1,
    work: pickWork(random),
    idempotencyKey: `chaos-${seed}-${at + 1}`,
    cancelAfter: random.next() < cancelShare ? random.below(600) : undefined,
  }));
}
