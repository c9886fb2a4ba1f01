import type { App } from 'electron';

export interface QuitPorts {
  readonly app: Pick<App, 'on' | 'exit'>;
  /** Stops the core: runs are given some seconds, files are closed. */
  stop(): Promise<void>;
  onFailure(error: unknown): void;
  /** Starts the clock of the last step. */
  after(milliseconds: number, call: () => void): void;
}

/** The core needs at most this long; whoever shuts the machine down waits about ten seconds. */
const longestStopMilliseconds = 9_000;

/**
 * Quitting, step by step: the first `before-quit` is held back while the core stops; when it has stopped, or took too
 * long, the process exits. Further wishes to quit change nothing.
 */
export function addQuitLadder({ app, stop, onFailure, after }: QuitPorts): void {
  let stopping = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    after(longestStopMilliseconds, () => app.exit(1));
    stop().then(
      () => app.exit(0),
      (error: unknown) => {
        onFailure(error);
        app.exit(1);
      },
    );
  });
}
