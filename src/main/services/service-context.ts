import { uuidv7 } from 'uuidv7';
import type { AppEvent } from '../../shared/contract/events.ts';
import type { HomePaths } from '../store/home-paths.ts';
import type { Store } from '../store/open-store.ts';
import type { EventBus } from './event-bus.ts';

/** The part of the platform's clock that services use. */
export interface ServiceClock {
  /** Wall time, Unix milliseconds. */
  now(): number;
  after(milliseconds: number, call: () => void): { cancel(): void };
}

export const systemClock: ServiceClock = {
  now: () => Date.now(),
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
}

export function createServiceContext(
  store: Store,
  home: HomePaths,
  events: EventBus,
  clock: ServiceClock,
): ServiceContext {
  return {
    store,
    home,
    clock,
    workspaceId: store.workspaces.publicId(),
    now: () => new Date(clock.now()).toISOString(),
    newId: () => uuidv7(),
    announce: (event) => store.afterCommit(() => events.publish(event)),
  };
}
