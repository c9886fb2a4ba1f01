import type { Logger } from 'pino';
import { definitions, type NodeKind } from '../../nodes/registry.gen.ts';
import { checkGraph } from '../../shared/pipeline/graph.ts';
import { documentFromText, documentToText } from '../compile/document-text.ts';
import { urlRefusal } from '../outbound/webhooks/address-rules.ts';
import { nodeClock } from '../platform/clock.ts';
import { fileSecrets, type Secrets } from '../platform/secrets.ts';
import { createEventBus, createServices, type Services } from '../services/index.ts';
import { makeRoom } from '../store/ballast.ts';
import { lockHome } from '../store/home-lock.ts';
import { homePaths, prepareHome } from '../store/home-paths.ts';
import { openStore } from '../store/open-store.ts';
import { cronTimetable } from '../triggers/index.ts';
import { openLog } from './app-log.ts';
import type { ProgramFiles } from './config.ts';

/** A name that every object has (`constructor`) is no kind. */
const definitionOf = (kind: string) =>
  Object.hasOwn(definitions, kind) ? definitions[kind as NodeKind] : undefined;

/** Something to undo at the end; run in the reverse of the order they were added. */
type Closer = () => unknown;

/**
 * A home folder opened by its one owner: lock, log, store, services, with interrupted runs settled and the samples in
 * place. Throws `home_in_use` or `home_newer` before anything is written.
 */
export async function openCore(
  root: string,
  files: ProgramFiles,
  secretsIn: (folder: string) => Secrets = fileSecrets,
) {
  const home = homePaths(root);
  prepareHome(home);
  makeRoom(home.ballast);
  const closing: Closer[] = [];
  try {
    const lock = lockHome(home);
    closing.push(() => lock.release());
    const { log, close: closeLog } = openLog(home.root);
    closing.push(closeLog);
    const store = openStore(home, { inspector: files.inspector });
    closing.push(async () => {
      await store.stopInspections();
      store.close();
    });
    const events = createEventBus();
    const secrets = secretsIn(home.secrets);
    const services = createServices({
      secrets,
      refuseAddress: (url, allowPrivate) => urlRefusal(url, { allowPrivate, ownPort: undefined }),
      store,
      home,
      events,
      version: files.version,
      documentText: { parse: documentFromText, print: documentToText },
      timetable: cronTimetable,
      samplesFolder: files.samples,
      kindTitle: (kind) => definitionOf(kind)?.title,
      checkPipeline: (document) => checkGraph(document, definitionOf).problems,
    });
    closing.push(() => services.close());
    for (const { loadSecrets } of [
      services.webhooks,
      services.triggers,
      services.sources,
      services.resources,
      services.workspaceSettings,
    ]) {
      const failure = await loadSecrets();
      if (failure !== undefined) log.error({ err: failure }, 'secrets could not be read');
    }
    services.adoptSchedules();
    services.resources.adopt();
    const recovered = services.runs.recoverInterrupted();
    if (recovered.requeued + recovered.failed > 0)
      log.warn(recovered, 'settled runs that a stop had interrupted');
    await services.keys.endOrphanedRuns();
    seedSamples(services, log);
    return { home, store, events, services, log, clock: nodeClock, closing, close: () => closeAll(closing) };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/** The samples are a courtesy: a home without them works, so their failure stops nothing. */
function seedSamples({ samples }: Services, log: Logger): void {
  try {
    samples.seedOnFirstStart();
  } catch (error) {
    log.error({ err: error }, 'the samples could not be put in place');
  }
}

/** Every closer runs, even when one before it failed; the first failure is told at the end. */
async function closeAll(closing: Closer[]): Promise<void> {
  const failures: unknown[] = [];
  for (let close = closing.pop(); close; close = closing.pop()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
