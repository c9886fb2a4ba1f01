import { type DomainEvent, domainEventTypes } from '../../shared/contract/domain-events.ts';
import { patternTakes } from '../../shared/contract/webhooks.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { ServiceContext } from './service-context.ts';

export interface EventLog {
  /** Oldest first; `next` is the `after` of the call that goes on. Without `after` the newest events. */
  list(input: { after?: number; types?: readonly string[]; limit: number }): {
    events: DomainEvent[];
    next: number;
  };
}

/** The domain events as they were recorded. */
export function createEventLog({ store }: ServiceContext): EventLog {
  return {
    list({ after, types = ['*'], limit }) {
      const newest = store.events.newest();
      const found = store.events.list(expand(types), after, limit);
      // A full page may have more behind it; after any other there is nothing that was not looked at.
      const last = after !== undefined && found.length === limit ? found.at(-1)?.seq : undefined;
      return { events: found.map(asSent), next: last ?? Math.max(newest, after ?? 0) };
    },
  };
}

function expand(patterns: readonly string[]): string[] {
  const stranger = patterns.find((pattern) => !domainEventTypes.some((type) => patternTakes(pattern, type)));
  if (stranger !== undefined)
    throw new SluiceError('invalid_input', {
      reason: `There is no event "${stranger}". The events are listed in docs/events.md.`,
    });
  return domainEventTypes.filter((type) => patterns.some((pattern) => patternTakes(pattern, type)));
}

function asSent({ seq, id, type, time, environment, data }: DomainEvent): DomainEvent {
  return { seq, id, type, time, environment, data };
}
