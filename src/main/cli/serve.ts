import { createInterface } from 'node:readline';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { homeFolder } from '../app/config.ts';
import { type App, createApp } from '../app/create-app.ts';
import { nodeOpener } from '../platform/opener.ts';
import { nodeAppPorts } from './app-ports.ts';
import { exitCodes } from './exit-codes.ts';
import { describeFailure } from './failures.ts';
import { printJson, printLine, warn } from './output.ts';

export interface ServeOptions {
  readonly home?: string | undefined;
  readonly port?: number | undefined;
  readonly json?: boolean | undefined;
  /** Opens the browser where there is one. */
  readonly open?: boolean | undefined;
  /** Exact origins of a development server. */
  readonly devOrigins?: readonly string[];
  /** Origin of the page that sign-in links lead to, where it is not the server's own. */
  readonly page?: string;
}

/** A stop that hangs is cut off before whoever asked for it loses patience at 10 seconds. */
const longestStopMilliseconds = 9_000;

/** After a failure of the store it is opened again so many times in a row, each time after a longer wait. */
const reopenWaits = [500, 2_000, 5_000, 10_000, 20_000];
/** Failures that come faster than this are one failing disk. */
const calmMilliseconds = 10 * 60_000;
const mostFailures = 5;

/** Runs the server until a signal ends it; resolves once it is ready. */
export async function serve(options: ServeOptions): Promise<App> {
  const service = new Service(options);
  const app = await service.open(options.port);
  process.on('SIGTERM', () => void service.leave(exitCodes.ok));
  process.on('SIGINT', () => void service.leave(exitCodes.ok));
  process.on('SIGHUP', () => void service.leave(exitCodes.ok));
  if (options.json) printJson({ url: app.url, pid: process.pid, version: app.version, openapi: app.openapi });
  else await greet(app, options, () => service.signInUrl());
  return app;
}

/**
 * One app at a time on one home and port. States: open -> reopening (the store failed) -> open, or leaving.
 *
 * After a failed write or fsync nobody knows what of the store's log is on disk, so that connection takes no more
 * writes. Opening the home again is what a restart would do: the log is recovered and moved into the file with
 * fsyncs of its own, and runs that were under way are settled.
 */
class Service {
  #options: ServeOptions;
  #app: App | undefined;
  #leaving = false;
  #failures: number[] = [];

  constructor(options: ServeOptions) {
    this.#options = options;
  }

  async open(port: number | undefined): Promise<App> {
    const { devOrigins = [] } = this.#options;
    const home = homeFolder(this.#options.home);
    const app = await createApp({ home, port, listen: true, head: 'browser', devOrigins }, nodeAppPorts());
    this.#app = app;
    app.onFatal((error) => void this.#reopen(app, error));
    return app;
  }

  /** Undefined while the store is being opened again. */
  signInUrl(): string | undefined {
    return this.#app?.signInLink().url;
  }

  async leave(exitCode: number): Promise<void> {
    if (this.#leaving) return;
    this.#leaving = true;
    setTimeout(() => process.exit(exitCodes.failed), longestStopMilliseconds).unref();
    try {
      await this.#app?.stop();
      process.exit(exitCode);
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
      process.exit(exitCodes.failed);
    }
  }

  async #reopen(failed: App, error: Error): Promise<void> {
    // The call that failed is still on its way out.
    await turn();
    if (this.#leaving) return;
    failed.log.error({ err: error }, 'the store failed; it is closed and opened again');
    warn('The disk failed to store data: Sluice closes its store and opens it again.');
    const { port } = new URL(failed.url);
    // What cannot be written any more must not keep it from closing; whatever is undecided the next opening settles.
    await failed
      .stop()
      .catch((reason: unknown) => warn(`While closing: ${describeFailure(reason).sentence}`));
    this.#app = undefined;
    this.#failures = [...this.#failures.filter((time) => Date.now() - time < calmMilliseconds), Date.now()];
    for (const wait of this.#failures.length > mostFailures ? [] : reopenWaits) {
      await sleep(wait);
      if (this.#leaving) return;
      if (await this.#opensAgain(Number(port))) return;
    }
    warn(
      'The disk goes on failing: Sluice stops. Check the disk, then start again. Nothing that was accepted is lost.',
    );
    process.exit(exitCodes.failed);
  }

  async #opensAgain(port: number): Promise<boolean> {
    try {
      const app = await this.open(port);
      warn(`The store is open again, at ${app.url}`);
      return true;
    } catch (error) {
      warn(describeFailure(error).sentence);
      return false;
    }
  }
}

async function greet(
  app: App,
  { open, page = app.url }: ServeOptions,
  signInUrl: () => string | undefined,
): Promise<void> {
  const link = (): string =>
    signInUrl()?.replace(app.url, page) ?? 'The store is being opened again: wait a moment.';
  const url = link();
  printLine(`Sluice ${app.version} is running at ${app.url}`);
  printLine(`Home folder: ${app.home.root}`);
  printLine('');
  printLine(`Sign in here (once, within a minute): ${url}`);
  const opened = open ? await nodeOpener().open(url) : false;
  if (opened) printLine('Your browser is being opened.');
  if (!process.stdin.isTTY) return;
  printLine('Press Enter for a new link, Ctrl+C to stop.');
  createInterface({ input: process.stdin }).on('line', () => printLine(link()));
}
