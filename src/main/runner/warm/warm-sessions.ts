import { join } from 'node:path';
import type { RunTask } from '../protocol.ts';
import { isRepeatable, type WarmPlan } from './warm-plan.ts';
import { WarmSession } from './warm-session.ts';

const mostSessions = 2;
const rememberedKeys = 16;
const idleMilliseconds = 60_000;

/** What is to be opened once nobody waits. */
interface Due {
  readonly key: string;
  readonly task: RunTask;
  readonly plan: WarmPlan;
}

/**
 * The warm sessions of a process. A document gets one when it has run twice from scratch: opening a session ahead pays
 * only for what comes again. The one that was not used for longest gives way.
 */
export class WarmSessions {
  readonly #folder: string;
  readonly #open = new Map<string, Promise<WarmSession | undefined>>();
  /** Keys of the last runs from scratch. */
  readonly #seen = new Set<string>();
  #due: Due | undefined;
  #count = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `folder` is the process's own. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A run that was done from scratch and went well. */
  learn(key: string, task: RunTask, plan: WarmPlan): void {
    const again = this.#seen.delete(key);
    this.#seen.add(key);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= rememberedKeys) break;
      this.#seen.delete(oldest);
    }
    if (again && isRepeatable(task, plan.graph)) this.#due = { key, task, plan };
  }

  /** Opens what is due; for the moment after a task was answered. */
  prepare(): void {
    const due = this.#due;
    this.#due = undefined;
    if (!due || this.#open.has(due.key)) return;
    this.#count += 1;
    const folder = join(this.#folder, `warm-${this.#count}`);
    this.#open.set(
      due.key,
      WarmSession.open(due.key, folder, due.task, due.plan).catch(() => undefined),
    );
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= mostSessions) break;
      this.#drop(oldest);
    }
    this.#closeWhenIdle();
  }

  /** The session of a key, for one run; `giveBack` or `discard` must follow. */
  async take(key: string): Promise<WarmSession | undefined> {
    const opening = this.#open.get(key);
    if (!opening) return undefined;
    clearTimeout(this.#idle);
    this.#open.delete(key);
    const session = await opening;
    if (session?.worn) {
      session.close();
      return undefined;
    }
    return session;
  }

  /** Looks whether the run left anything; the next one waits for the answer. */
  giveBack(session: WarmSession): void {
    const checked = session.check().then(
      (clean) => clean,
      () => false,
    );
    this.#open.set(
      session.key,
      checked.then((clean) => {
        if (clean) return session;
        process.stderr.write('a warm session was not as it had been and was closed\n');
        session.close();
        return undefined;
      }),
    );
    this.#closeWhenIdle();
  }

  /** False where an instance did not close. */
  async closeAll(): Promise<boolean> {
    clearTimeout(this.#idle);
    this.#due = undefined;
    const all = [...this.#open.values()];
    this.#open.clear();
    const sessions = await Promise.all(all);
    return sessions.map((session) => session?.close() ?? true).every(Boolean);
  }

  #drop(key: string): void {
    const opening = this.#open.get(key);
    this.#open.delete(key);
    void opening?.then((session) => session?.close());
  }

  #closeWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.closeAll(), idleMilliseconds).unref();
  }
}
