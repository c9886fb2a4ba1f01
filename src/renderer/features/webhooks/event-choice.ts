import { domainEvents } from '../../../shared/contract/domain-events.ts';
import { patternTakes, shapeEvents, type WebhookShape } from '../../../shared/contract/webhooks.ts';

export interface EventGroup {
  /** `run` of `run.started`. */
  readonly name: string;
  readonly title: string;
  readonly events: readonly { readonly type: string; readonly when: string }[];
}

const titles: Record<string, string> = {
  run: 'Runs',
  dataset: 'Datasets',
  pipeline: 'Pipelines',
  resource: 'Schedules, triggers, webhooks',
  trigger: 'Fires of triggers',
  key: 'API keys',
  job: 'Jobs',
  storage: 'Storage',
};

const doorWords: Record<string, string> = {
  'job.completed': 'A run ended well.',
  'job.failed': 'A run failed or was cancelled.',
};

/** What can be chosen for a shape, in the order of the map of events. */
export function eventGroups(shape: WebhookShape): EventGroup[] {
  const groups = new Map<string, EventGroup['events'][number][]>();
  for (const type of shapeEvents[shape]) {
    const name = type.split('.', 1)[0] ?? type;
    const words = doorWords[type] ?? domainEvents[type as keyof typeof domainEvents]?.when ?? '';
    // The words of the map are written for its page, which marks names.
    const when = words.replaceAll('`', '');
    groups.set(name, [...(groups.get(name) ?? []), { type, when }]);
  }
  return [...groups].map(([name, events]) => ({ name, title: titles[name] ?? name, events }));
}

export const isTaken = (patterns: readonly string[], type: string) =>
  patterns.some((pattern) => patternTakes(pattern, type));

/** True, false, or some of them. */
export function groupState(patterns: readonly string[], group: EventGroup): boolean | 'mixed' {
  const taken = group.events.filter(({ type }) => isTaken(patterns, type)).length;
  return taken === group.events.length ? true : taken === 0 ? false : 'mixed';
}

/** A whole group is its pattern, so that events added later belong to it. */
export function toggleGroup(patterns: readonly string[], group: EventGroup, on: boolean): string[] {
  const others = patterns.filter((pattern) => !belongs(pattern, group));
  return on ? [...others, `${group.name}.*`] : others;
}

export function toggleEvent(
  patterns: readonly string[],
  group: EventGroup,
  type: string,
  on: boolean,
): string[] {
  const others = patterns.filter((pattern) => !belongs(pattern, group));
  const mine = group.events
    .map((event) => event.type)
    .filter((each) => (each === type ? on : isTaken(patterns, each)));
  return [...others, ...mine];
}

function belongs(pattern: string, { name }: EventGroup): boolean {
  return pattern.startsWith(`${name}.`);
}

/** The patterns as a person says them. */
export function eventsText(patterns: readonly string[]): string {
  if (patterns.includes('*')) return 'Every event';
  return patterns
    .map((pattern) => (pattern.endsWith('.*') ? `every ${pattern.slice(0, -2)} event` : pattern))
    .join(', ');
}
