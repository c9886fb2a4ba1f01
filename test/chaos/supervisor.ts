import { setTimeout as sleep } from 'node:timers/promises';
import { type AppClient, findServer } from '../../src/main/app/find-server.ts';
import { millisecondsToDie, type ProcessMark, runnersOf } from './processes.ts';
import { Product } from './product.ts';

/** How long a runner may outlive the process that started it. */
const orphanMilliseconds = 5_000;
const readyMilliseconds = 60_000;

export interface Serving {
  readonly url: string;
  readonly client: AppClient;
}

/** Keeps the product alive on one home: whatever ends it, it is started again. */
export class Supervisor {
  readonly home: string;
  readonly faults: string[] = [];
  /** Milliseconds from the start of a process until it took requests, one a life. */
  readonly startTimes: number[] = [];
  /** Milliseconds that the runners of a killed process outlived it. */
  readonly orphanTimes: number[] = [];
  #product: Product;
  #serving: Promise<Serving>;
  #watches: Promise<void>[] = [];
  #killing = false;

  constructor(home: string) {
    this.home = home;
    [this.#product, this.#serving] = this.#launch();
  }

  /** The product as it serves now; waits while it starts. */
  async serving(): Promise<Serving> {
    for (;;) {
      const current = this.#serving;
      try {
        const found = await current;
        if (current === this.#serving) return found;
      } catch (error) {
        if (current === this.#serving && !this.#killing) throw error;
        await sleep(20);
      }
    }
  }

  /** Kills the product and starts it again. */
  async killMain(): Promise<void> {
    this.#killing = true;
    await this.#product.kill();
    const orphans = runnersOf(this.home);
    this.#watches.push(this.#watchOrphans(orphans));
    [this.#product, this.#serving] = this.#launch();
    this.#killing = false;
  }

  /** False when no runner came up to be killed. */
  async killRunner(pick: number): Promise<boolean> {
    for (let tries = 0; tries < 500; tries += 1) {
      const runners = runnersOf(this.home);
      const victim = runners[Math.floor(pick * runners.length)];
      if (victim) {
        process.kill(victim.pid, 'SIGKILL');
        return true;
      }
      await sleep(20);
    }
    return false;
  }

  /** Ends the product as its owner would; true when it left with 0 and no process stayed. */
  async stop(): Promise<boolean> {
    this.#killing = true;
    const { code } = await this.#product.stop();
    await Promise.all(this.#watches);
    return code === 0 && runnersOf(this.home).length === 0;
  }

  async #watchOrphans(orphans: readonly ProcessMark[]): Promise<void> {
    const took = await millisecondsToDie(orphans, orphanMilliseconds);
    if (took === undefined) this.faults.push(`a runner outlived its killed main by ${orphanMilliseconds} ms`);
    else this.orphanTimes.push(took);
  }

  #launch(): [Product, Promise<Serving>] {
    const began = performance.now();
    const product = new Product({ home: this.home });
    void product.exited.then(({ code, signal }) => {
      if (this.#killing || product !== this.#product) return;
      this.faults.push(`the product ended by itself (${signal ?? code}): ${product.errors}`);
      [this.#product, this.#serving] = this.#launch();
    });
    const serving = this.#untilServing(product, began);
    serving.catch(() => undefined);
    return [product, serving];
  }

  async #untilServing(product: Product, began: number): Promise<Serving> {
    const late = new AbortController();
    const timer = sleep(readyMilliseconds, undefined, { signal: late.signal }).then(
      () => {
        throw new Error(`the product was not ready within ${readyMilliseconds} ms`);
      },
      () => new Promise<never>(() => undefined),
    );
    try {
      const url = await Promise.race([product.ready, timer]);
      const found = await findServer(this.home);
      if (!found) throw new Error('the product does not prove itself');
      this.startTimes.push(performance.now() - began);
      return { url, client: found.client };
    } finally {
      late.abort();
    }
  }
}
