/** A timer that was started; cancelling one that fired or was cancelled does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as a port: the engine starts no timer of its own, so its tests decide when time passes. */
export interface Clock {
  /** Wall time, Unix milliseconds. It may jump. */
  now(): number;
  /** Milliseconds that never go backwards; only differences mean something. */
  monotonic(): number;
  /** Calls once after `milliseconds`. A pending timer does not keep the process alive. */
  after(milliseconds: number, call: () => void): Timer;
  every(milliseconds: number, call: () => void): Timer;
}

/** Resolves after the time, or rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Node fires a longer timeout at once. */
const longestTimeout = 2 ** 31 - 1;

export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, call) {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      const leg = Math.min(left, longestTimeout);
      timer = setTimeout(() => (left > leg ? wait(left - leg) : call()), leg).unref();
    };
    wait(milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
  every(milliseconds, call) {
    const timer = setInterval(call, milliseconds).unref();
    return { cancel: () => clearInterval(timer) };
  },
};

export interface ManualClock extends Clock {
  /** Moves time on and fires what falls due, in order of due time. */
  advance(milliseconds: number): void;
  /** Moves the wall clock alone, as a sleep or somebody who sets it does: no timer notices. */
  jump(milliseconds: number): void;
}

/** A clock that stands still until a test moves it. */
export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let elapsed = 0;
  let jumped = 0;
  const waiting = new Set<{ due: number; interval?: number; call: () => void }>();
  const add = (entry: { due: number; interval?: number; call: () => void }): Timer => {
    waiting.add(entry);
    return { cancel: () => void waiting.delete(entry) };
  };
  function next(limit: number) {
    return [...waiting].filter(({ due }) => due <= limit).sort((a, b) => a.due - b.due)[0];
  }
  return {
    now: () => start + elapsed + jumped,
    monotonic: () => elapsed,
    after: (milliseconds, call) => add({ due: elapsed + milliseconds, call }),
    every: (interval, call) => add({ due: elapsed + interval, interval, call }),
    jump: (milliseconds) => {
      jumped += milliseconds;
    },
    advance(milliseconds) {
      const end = elapsed + milliseconds;
      for (let entry = next(end); entry; entry = next(end)) {
        elapsed = Math.max(elapsed, entry.due);
        if (entry.interval === undefined) waiting.delete(entry);
        else entry.due += Math.max(1, entry.interval);
        entry.call();
      }
      elapsed = end;
    },
  };
}
