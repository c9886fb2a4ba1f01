import type { ApiParts } from '../api/build-api.ts';
import type { Engine } from '../engine/index.ts';
import type { Services } from '../services/index.ts';

export interface DoorParts {
  readonly services: Services;
  readonly engine: Engine;
}

/** What each door needs of the core. */
export function doorPorts({ services, engine }: DoorParts) {
  const front = services;
  return {
    execution: { ...services, front, kick: engine.kick, waitForEnd: engine.waitForEnd },
    dataos: { ...services, front, check: engine.check, kick: engine.kick },
    cloudflow: {
      ...services,
      front,
      kick: engine.kick,
      records: engine.records,
      testSource: engine.testSource,
      sourceMetadata: engine.sourceMetadata,
    },
    dataflow: {
      ...services,
      front,
      records: engine.records,
      xml: engine.xml,
      check: engine.check,
      kick: engine.kick,
    },
    datapulse: { ...services, front },
  } satisfies Partial<ApiParts>;
}
