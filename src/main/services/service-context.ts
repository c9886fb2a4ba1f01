import { uuidv7 } from 'uuidv7';
import type { Environment } from '../../shared/contract/domain.ts';
import type { DomainEventData, DomainEventType } from '../../shared/contract/domain-events.ts';
import type { AppEvent } from '../../shared/contract/events.ts';
import type { StoredEvent } from '../store/events-repository.ts';
import type { HomePaths } from '../store/home-paths.ts';
import type { Store } from '../store/open-store.ts';
import type { EventBus } from './event-bus.ts';

/** The part of the platform's clock that services use. */
export interface ServiceClock {
  /** Wall time, Unix milliseconds. */
  now(): number;
  /** Milliseconds that never go backwards; only differences mean something. */
  monotonic(): number;
  after(milliseconds: number, call: () => void): { cancel(): void };
}

export const systemClock: ServiceClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** What every service is given first. */
export interface ServiceContext {
  readonly store: Store;
  readonly home: HomePaths;
  readonly clock: ServiceClock;
  /** The workspace that owns what is made. */
  readonly workspaceId: string;
  /** Now, as it is stored and sent. */
  now(): string;
  newId(): string;
  /** Publishes when the transaction under way is committed. */
  announce(event: AppEvent): void;
  /**
   * Writes a domain event in the transaction under way, the one that makes the change: there is no event without its
   * change, and no change without its event.
   */
  record<Type extends DomainEventType>(
    type: Type,
    environment: Environment | null,
    data: DomainEventData<Type>,
  ): void;
  /** Called with each event inside its transaction: what it writes is committed or undone with the event. */
  onRecorded(listener: (event: StoredEvent) => void): void;
}

export function createServiceContext(
  store: Store,
  home: HomePaths,
  events: EventBus,
  clock: ServiceClock,
): ServiceContext {
  const listeners: ((event: StoredEvent) => void)[] = [];
  const now = () => new Date(clock.now()).toISOString();
  return {
    store,
    home,
    clock,
    workspaceId: store.workspaces.publicId(),
    now,
    newId: () => uuidv7(),
    announce: (event) => store.afterCommit(() => events.publish(event)),
    record(type, environment, data) {
      const event = {
        id: uuidv7(),
        type,
        time: now(),
        environment,
        pipelineId: textOf(data, 'pipelineId'),
        resourceType: textOf(data, 'resourceType'),
        resourceId: textOf(data, 'resourceId'),
        data,
      };
      const seq = store.events.insert(event);
      for (const listener of listeners) listener({ ...event, seq });
    },
    onRecorded: (listener) => void listeners.push(listener),
  };
}

function textOf(data: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = data[name];
  return typeof value === 'string' ? value : null;
}
