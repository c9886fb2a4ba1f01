import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AppEvent } from '../../../shared/contract/events.ts';
import type { Column } from '../../../shared/kernel/columns.ts';
import { documentSchema, type PipelineDocument } from '../../../shared/pipeline/document.ts';
import { type ManualClock, manualClock } from '../../platform/clock.ts';
import type { HomePaths } from '../../store/home-paths.ts';
import type { Store } from '../../store/open-store.ts';
import { tempHome, tempStore } from '../../store/testing/temp-home.ts';
import type { PlacedOutput, SubmitRun } from '../engine-ports.ts';
import {
  createEventBus,
  createServices,
  type DocumentText,
  type EventBus,
  type Services,
  type ServicesOptions,
} from '../index.ts';

/** Documents as JSON text; the compiler's own reader is tested where it lives. */
const jsonText: DocumentText = {
  parse(text) {
    const parsed = documentSchema.safeParse(JSON.parse(text));
    if (parsed.success) return { document: parsed.data, problems: [] };
    return { problems: [{ code: 'invalid_document', severity: 'error', message: parsed.error.message }] };
  },
  print: (document) => JSON.stringify(document),
};

export interface ServicesBench {
  readonly services: Services;
  readonly store: Store;
  readonly home: HomePaths;
  readonly clock: ManualClock;
  /** All that was announced so far, oldest first. */
  readonly events: AppEvent[];
  readonly bus: EventBus;
}

/** Real time at the start of the clock: ids carry the wall clock. */
export type TempOptions = Partial<Omit<ServicesOptions, 'clock'>> & { readonly clock?: ManualClock };

/** All services over a real store in a fresh home, with a clock that the test moves. */
export function tempServices(
  home: HomePaths = tempHome(),
  store: Store = tempStore(home),
  { clock = manualClock(Date.now()), ...extra }: TempOptions = {},
): ServicesBench {
  const events: AppEvent[] = [];
  const bus = createEventBus();
  bus.subscribe((event) => events.push(event));
  const services = createServices({
    store,
    home,
    events: bus,
    clock,
    documentText: jsonText,
    samplesFolder: join(import.meta.dirname, '../../../../resources/samples'),
    machine: { memoryBytes: 16 * 1024 ** 3, cores: 8 },
    ...extra,
  });
  return { services, store, home, clock, events, bus };
}

export function sampleDocument(name = 'Orders', extra: Partial<PipelineDocument> = {}): PipelineDocument {
  return documentSchema.parse({
    name,
    nodes: [
      { id: 'src', kind: 'rows', title: 'My rows', config: { rows: [{ a: 1 }] } },
      { id: 'out', kind: 'save-dataset', config: { name: 'orders' } },
    ],
    edges: [{ from: 'src', to: 'out' }],
    ...extra,
  });
}

export function submission(pipelineId: string, extra: Partial<SubmitRun> = {}): SubmitRun {
  return {
    pipelineId,
    parameters: {},
    mode: 'fast',
    environment: 'live',
    trigger: 'window',
    cause: 'Run button',
    ...extra,
  };
}

const columns: Column[] = [{ name: 'a', type: 'INTEGER' }];

/** A dataset output put in its final place, as the engine does it. */
export function placeDataset(
  { services }: ServicesBench,
  name: string,
  options: { mode?: 'replace' | 'append'; basedOn?: string; nodeId?: string; contents?: string } = {},
): PlacedOutput {
  const { mode = 'replace', basedOn, nodeId = 'out', contents = 'PAR1' } = options;
  const reserved = services.datasets.reserve(name, 'live');
  mkdirSync(dirname(reserved.finalPath), { recursive: true });
  writeFileSync(reserved.finalPath, contents);
  const bytes = Buffer.byteLength(contents);
  const path = reserved.finalPath;
  return {
    ...reserved,
    output: { output: 'dataset', nodeId, name, mode, basedOn, path, rows: 1, bytes, columns },
  };
}

/** The same for a kept output. */
export function placeKept(
  { services }: ServicesBench,
  digest: string,
  bytes = 4,
  nodeId = 'src',
): PlacedOutput {
  const finalPath = services.kept.finalPath(digest, 'live');
  writeFileSync(finalPath, Buffer.alloc(bytes));
  return { finalPath, output: { output: 'kept', nodeId, digest, path: finalPath, rows: 1, bytes, columns } };
}
