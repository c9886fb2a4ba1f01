import { join } from 'node:path';
import { documentFromText, documentToText } from '../../compile/document-text.ts';
import { nodeClock } from '../../platform/clock.ts';
import { type LogLine, memoryLog } from '../../platform/log.ts';
import { nodeRunnerLauncher } from '../../platform/node-runner-launcher.ts';
import type { RunnerProcess } from '../../platform/runner-launcher.ts';
import { createEventBus, createServices, type Services } from '../../services/index.ts';
import { homePaths, prepareHome } from '../../store/home-paths.ts';
import { openStore } from '../../store/open-store.ts';
import { createEngine, type Engine } from '../index.ts';
import { observe, runnerEntry } from './engine-kit.ts';

export interface HomeEngine {
  readonly engine: Engine;
  readonly services: Services;
  readonly lines: readonly LogLine[];
  /** Every process that was launched. */
  runners(): readonly RunnerProcess[];
  close(): Promise<void>;
}

/** The engine over the real services and store of a home folder, as the app puts them together. */
export async function homeEngine(root: string): Promise<HomeEngine> {
  const home = homePaths(root);
  prepareHome(home);
  const store = openStore(home);
  const events = createEventBus();
  const services = createServices({
    store,
    home,
    events,
    documentText: { parse: documentFromText, print: documentToText },
    samplesFolder: join(import.meta.dirname, '../../../../resources/samples'),
  });
  services.settings.save({ runMemoryBytes: 256 * 1024 * 1024, runThreads: 2, concurrentRuns: 2 });
  const log = memoryLog();
  const launcher = observe(nodeRunnerLauncher({ entry: runnerEntry, clock: nodeClock, log }));
  const engine = createEngine({
    services,
    events,
    folders: home,
    launchRunner: launcher,
    clock: nodeClock,
    log,
    settings: () => services.settings.get(),
    onLoad: (load) => events.publish({ type: 'engine.load', ...load }),
  });
  await engine.start();
  return {
    engine,
    services,
    lines: log.lines,
    runners: () => launcher.processes,
    async close() {
      await engine.stop({ graceMs: 0 });
      services.close();
      store.close();
    },
  };
}
