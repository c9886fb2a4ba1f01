import { createInterface } from 'node:readline';
import { homeFolder } from '../app/config.ts';
import { type App, createApp } from '../app/create-app.ts';
import { nodeOpener } from '../platform/opener.ts';
import { nodeAppPorts } from './app-ports.ts';
import { exitCodes } from './exit-codes.ts';
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

/** Runs the server until a signal ends it; resolves once it is ready. */
export async function serve(options: ServeOptions): Promise<App> {
  const home = homeFolder(options.home);
  const { devOrigins = [] } = options;
  const app = await createApp(
    { home, port: options.port, listen: true, head: 'browser', devOrigins },
    nodeAppPorts(),
  );
  const stop = (exitCode: number): void => void stopAndLeave(app, exitCode);
  process.on('SIGTERM', () => stop(exitCodes.ok));
  process.on('SIGINT', () => stop(exitCodes.ok));
  process.on('SIGHUP', () => stop(exitCodes.ok));
  app.onFatal((error) => {
    app.log.error({ err: error }, 'the store failed; stopping');
    warn('The disk refused to store data: Sluice stops now. Look at sluice.log in the home folder.');
    stop(exitCodes.failed);
  });
  if (options.json) printJson({ url: app.url, pid: process.pid, version: app.version, openapi: app.openapi });
  else await greet(app, options);
  return app;
}

let leaving = false;

async function stopAndLeave(app: App, exitCode: number): Promise<void> {
  if (leaving) return;
  leaving = true;
  setTimeout(() => process.exit(exitCodes.failed), longestStopMilliseconds).unref();
  try {
    await app.stop();
    process.exit(exitCode);
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error));
    process.exit(exitCodes.failed);
  }
}

async function greet(app: App, { open, page = app.url }: ServeOptions): Promise<void> {
  const link = (): string => app.signInLink().url.replace(app.url, page);
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
