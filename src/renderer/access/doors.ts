import type { DoorName, KeyScope } from '../../shared/contract/domain.ts';

/** What a key may be allowed to do at a door. */
export type DoorVerb = 'read' | 'write' | 'run' | 'sources' | 'webhooks' | 'tokens';

/** One of the five interfaces, as a person sees it. */
export interface DoorLook {
  readonly door: DoorName;
  /** The name of the API whose documentation it follows. */
  readonly title: string;
  /** What one comes for. */
  readonly purpose: string;
  /** Where its paths begin. */
  readonly base: string;
  /** What each verb means there. */
  readonly verbs: Partial<Readonly<Record<DoorVerb, string>>>;
}

/** In the order of their numbers in the guides. */
export const doors: readonly DoorLook[] = [
  {
    door: 'dataflow',
    title: 'DataFlow v2',
    purpose: 'send records in, read results',
    base: '/api/v2',
    verbs: { read: 'jobs and data', write: 'ingest records' },
  },
  {
    door: 'cloudflow',
    title: 'CloudFlow v1',
    purpose: 'build pipelines of steps, submit jobs',
    base: '/api/v1',
    verbs: {
      read: 'pipelines and jobs',
      write: 'change pipelines',
      run: 'submit jobs',
      sources: 'data sources',
    },
  },
  {
    door: 'execution',
    title: 'Execution',
    purpose: 'start a pipeline, ask how it went',
    base: '/api/pub/v1/dataflows',
    verbs: { read: 'states of runs', run: 'start pipelines' },
  },
  {
    door: 'dataos',
    title: 'DataOS v1',
    purpose: 'keep resources as YAML',
    base: '/v1/resources',
    verbs: {
      read: 'resources and logs',
      write: 'apply resources',
      webhooks: 'webhooks',
      tokens: 'mint tokens',
    },
  },
  {
    door: 'datapulse',
    title: 'DataPulse v1',
    purpose: 'datasets and workspace settings',
    base: '/v1/datasets',
    verbs: { read: 'datasets and settings', write: 'change settings' },
  },
];

const byName = new Map(doors.map((look) => [look.door, look]));

export function doorLook(door: DoorName): DoorLook {
  const look = byName.get(door);
  if (!look) throw new Error(`Internal error: no door is called ${door}`);
  return look;
}

export const scopeOf = (door: DoorName, verb: DoorVerb): KeyScope => `${door}:${verb}` as KeyScope;

/** Whether scopes let a request in that needs `verb` at `door`. */
export function mayDo(scopes: readonly string[], door: DoorName, verb: DoorVerb): boolean {
  return scopes.includes('all') || scopes.includes(scopeOf(door, verb));
}
