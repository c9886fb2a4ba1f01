import { expect, test } from 'vitest';
import type { AppEvent } from '../../shared/contract/events.ts';
import { createEventBus } from './event-bus.ts';

const event: AppEvent = { type: 'settings.changed' };

test('one listener that throws keeps nobody else from hearing', () => {
  const failures: unknown[] = [];
  const bus = createEventBus((error) => failures.push(error));
  const heard: AppEvent[] = [];
  bus.subscribe(() => {
    throw new Error('broken');
  });
  const leave = bus.subscribe((heardEvent) => heard.push(heardEvent));
  bus.publish(event);
  leave();
  leave();
  bus.publish(event);
  expect(heard).toEqual([event]);
  expect(failures).toHaveLength(2);
});
