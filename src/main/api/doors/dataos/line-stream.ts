import type { LogLine } from './schemas.ts';

/** Shorter than the time after which proxies and clients give a silent connection up. */
const beatMilliseconds = 10_000;

interface LineFormat {
  readonly type: string;
  line(line: LogLine): string;
  /** What keeps the connection alive and means nothing. */
  readonly beat: string;
}

/** A JSON object a line; a beat is a space, which JSON passes over and which makes no line of its own. */
const ndjson: LineFormat = {
  type: 'application/x-ndjson; charset=utf-8',
  line: (line) => `${JSON.stringify(line)}\n`,
  beat: ' ',
};

const events: LineFormat = {
  type: 'text/event-stream; charset=utf-8',
  line: (line) => `data: ${JSON.stringify(line)}\n\n`,
  beat: ':\n\n',
};

export function lineFormat(accept = ''): LineFormat {
  return /\btext\/event-stream\b/i.test(accept) ? events : ndjson;
}

/** The items as they come, and undefined whenever none came for a while. Ends, and ends the source, with the signal. */
export async function* withHeartbeat<Item>(
  source: AsyncGenerator<Item, void>,
  signal: AbortSignal,
): AsyncGenerator<Item | undefined, void> {
  let next = source.next();
  try {
    while (!signal.aborted) {
      const step = await Promise.race([next, pause(signal)]);
      if (step === undefined) {
        yield undefined;
        continue;
      }
      if (step.done) return;
      yield step.value;
      next = source.next();
    }
  } finally {
    // The source wakes by the same signal; what it still says is nobody's.
    next.catch(() => undefined);
    void source.return().catch(() => undefined);
  }
}

function pause(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, beatMilliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve(undefined);
    }
  });
}
