import type { DoorName, KeyScope } from '../../shared/contract/domain.ts';
import { type DoorVerb, doors, scopeOf } from './doors.ts';

/** A usual set of rights under a name. */
export interface Preset {
  readonly value: string;
  readonly label: string;
  readonly note: string;
  readonly scopes: readonly KeyScope[];
}

/** All scopes of some verbs, at every door that has them. */
function everywhere(...wanted: DoorVerb[]): KeyScope[] {
  return doors.flatMap(({ door, verbs }) =>
    wanted.filter((verb) => verb in verbs).map((verb) => scopeOf(door, verb)),
  );
}

export const presets: readonly Preset[] = [
  {
    value: 'everything',
    label: 'Everything',
    note: 'Every API, and what later versions add',
    scopes: ['all'],
  },
  {
    value: 'read',
    label: 'Read only',
    note: 'Look at everything, change nothing',
    scopes: everywhere('read'),
  },
  {
    value: 'write',
    label: 'Read and write',
    note: 'No sources, webhooks or tokens',
    scopes: everywhere('read', 'write', 'run'),
  },
  {
    value: 'start',
    label: 'Start pipelines',
    note: 'And ask how they went',
    scopes: ['execution:read', 'execution:run', 'cloudflow:read', 'cloudflow:run'],
  },
  {
    value: 'ingest',
    label: 'Ingest records',
    note: 'DataFlow: send in, read results',
    scopes: ['dataflow:read', 'dataflow:write'],
  },
  {
    value: 'build',
    label: 'Build pipelines',
    note: 'CloudFlow, with data sources',
    scopes: ['cloudflow:read', 'cloudflow:write', 'cloudflow:run', 'cloudflow:sources'],
  },
  {
    value: 'resources',
    label: 'Manage resources',
    note: 'DataOS, with webhooks',
    scopes: ['dataos:read', 'dataos:write', 'dataos:webhooks'],
  },
  {
    value: 'analytics',
    label: 'DataPulse analytics',
    note: 'Datasets and workspace settings',
    scopes: ['datapulse:read', 'datapulse:write'],
  },
];

/** The preset that says the same as a set of scopes. */
export function presetOf(scopes: readonly string[]): Preset | undefined {
  const wanted = new Set(scopes);
  return presets.find(
    (preset) => preset.scopes.length === wanted.size && preset.scopes.every((scope) => wanted.has(scope)),
  );
}

/** With or without one verb at a door. Reading is not taken for granted: a key may write and see nothing. */
export function withVerb(
  scopes: readonly KeyScope[],
  door: DoorName,
  verb: DoorVerb,
  on: boolean,
): KeyScope[] {
  const scope = scopeOf(door, verb);
  const others = scopes.filter((each) => each !== scope && each !== 'all');
  return on ? [...others, scope] : others;
}

/** All verbs of a door, or none. */
export function withDoor(scopes: readonly KeyScope[], door: DoorName, on: boolean): KeyScope[] {
  const verbs = Object.keys(doors.find((look) => look.door === door)?.verbs ?? {}) as DoorVerb[];
  return verbs.reduce<KeyScope[]>((all, verb) => withVerb(all, door, verb, on), [...scopes]);
}
