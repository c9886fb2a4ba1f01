import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunSummary, Settings } from '../../../shared/contract/domain.ts';
import { type RetentionSettings, retentionSettings } from '../../../shared/contract/retention.ts';
import { documentSchema, type PipelineDocument } from '../../../shared/pipeline/document.ts';
import { nodeClock } from '../../platform/clock.ts';
import { memoryLog } from '../../platform/log.ts';
import { nodeRunnerLauncher } from '../../platform/node-runner-launcher.ts';
import type { LaunchOptions, RunnerLauncher, RunnerProcess } from '../../platform/runner-launcher.ts';
import { createEngine, type Engine, type EngineLoad } from '../index.ts';
import { MemoryServices } from './memory-services.ts';

export const runnerEntry = fileURLToPath(new URL('../../runner/main.ts', import.meta.url));

/** A launcher that remembers what it launched. */
export interface ObservedLauncher extends RunnerLauncher {
  readonly processes: RunnerProcess[];
}

export function observe(launcher: RunnerLauncher): ObservedLauncher {
  const processes: RunnerProcess[] = [];
  return {
    processes,
    warnings: () => launcher.warnings(),
    async launch(options: LaunchOptions) {
      const runner = await launcher.launch(options);
      processes.push(runner);
      return runner;
    },
  };
}

/** Nothing is ever removed. */
const unlimited = Object.fromEntries(
  Object.keys(retentionSettings.shape).map((name) => [name, null]),
) as RetentionSettings;

export interface EngineKit {
  readonly engine: Engine;
  readonly services: MemoryServices;
  readonly launcher: ObservedLauncher;
  readonly log: ReturnType<typeof memoryLog>;
  readonly loads: EngineLoad[];
  readonly root: string;
  readonly folders: {
    readonly files: string;
    readonly tmp: string;
    readonly datasets: string;
    readonly kept: string;
  };
  readonly settings: { -readonly [Name in keyof Settings]: Settings[Name] };
  file(name: string, text: string): Promise<string>;
  /** Submits and waits for the end. */
  run(document: PipelineDocument, options?: Parameters<MemoryServices['submit']>[1]): Promise<RunSummary>;
  close(): Promise<void>;
}

/** An engine with real runner processes over services in memory and a home on the disk. */
export async function engineKit(): Promise<EngineKit> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-engine-'));
  const folders = homeFolders(root);
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  const services = new MemoryServices(folders);
  const log = memoryLog();
  const launcher = observe(nodeRunnerLauncher({ entry: runnerEntry, clock: nodeClock, log }));
  const settings: EngineKit['settings'] = {
    runMemoryBytes: 256 * 1024 * 1024,
    runThreads: 2,
    concurrentRuns: 2,
    keptBytes: 1024 ** 3,
    grantedFolders: [],
    exportFormat: 'csv' as const,
    retention: unlimited,
  };
  const loads: EngineLoad[] = [];
  const engine = createEngine({
    services,
    events: services,
    folders,
    launchRunner: launcher,
    clock: nodeClock,
    log,
    settings: () => settings,
    onLoad: (load) => void loads.push(load),
  });
  await engine.start();
  return {
    engine,
    services,
    launcher,
    log,
    loads,
    root,
    folders,
    settings,
    async file(name, text) {
      await writeFile(join(folders.files, name), text);
      return name;
    },
    run: (document, options) => engine.waitForEnd(services.submit(document, options)),
    async close() {
      await engine.stop({ graceMs: 0 });
      await rm(root, { recursive: true, force: true });
    },
  };
}

function homeFolders(root: string): EngineKit['folders'] {
  return {
    files: join(root, 'files'),
    tmp: join(root, 'tmp'),
    datasets: join(root, 'datasets'),
    kept: join(root, 'kept'),
  };
}

type NodeParts = {
  readonly kind: string;
  readonly config?: Record<string, unknown>;
  readonly disabled?: boolean;
};

/** A document from nodes by id and wires written `from > to`. */
export function pipeline(
  nodes: Readonly<Record<string, NodeParts>>,
  wires: readonly string[] = [],
): PipelineDocument {
  return documentSchema.parse({
    name: 'test',
    nodes: Object.entries(nodes).map(([id, node]) => ({ id, ...node })),
    edges: wires.map((wire) => {
      const [from, to] = wire.split(' > ');
      return { from, to };
    }),
  });
}

/** True while the operating system knows the process; a zombie counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Looks again until it holds; a test's own time limit ends a wait that never does. */
export async function until(holds: () => boolean | undefined): Promise<void> {
  while (!holds()) await new Promise((resolve) => nodeClock.after(10, () => resolve(undefined)));
}
