import { join } from 'node:path';
import { documentFromText, documentToText } from '../../compile/document-text.ts';
import { nodeClock } from '../../platform/clock.ts';
import { type LogLine, memoryLog } from '../../platform/log.ts';
import { nodeRunnerLauncher } from '../../platform/node-runner-launcher.ts';
import { createEventBus, createServices, type Services } from '../../services/index.ts';
import { homePaths, prepareHome } from '../../store/home-paths.ts';
import { openStore } from '../../store/open-store.ts';
import { createEngine, type Engine } from '../index.ts';

export interface HomeEngine {
  readonly engine: Engine;
  readonly services: Services;
  readonly lines: readonly LogLine[];
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
  const engine = createEngine({
    services,
    events,
    folders: home,
    launchRunner: nodeRunnerLauncher({
      entry: join(import.meta.dirname, '../../runner/main.ts'),
      clock: nodeClock,
      log,
    }),
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
    async close() {
      await engine.stop({ graceMs: 0 });
      services.close();
      store.close();
    },
  };
}
