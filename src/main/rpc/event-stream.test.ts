import { describe, expect, test } from 'vitest';
import type { AppEvent } from '../../shared/contract/events.ts';
import { createEventBus } from '../services/index.ts';
import { eventStream } from './event-stream.ts';

const load = (running: number): AppEvent => ({ type: 'engine.load', running, queued: 0, slots: 2 });

describe('the stream of events', () => {
  test('gives every event since it was made, in order, read before or after it happened', async () => {
    const bus = createEventBus();
    const stream = eventStream(bus, []);
    bus.publish(load(1));
    bus.publish(load(2));
    expect(await stream.next()).toEqual({ done: false, value: load(1) });
    expect(await stream.next()).toEqual({ done: false, value: load(2) });
    const waiting = stream.next();
    bus.publish(load(3));
    expect(await waiting).toEqual({ done: false, value: load(3) });
  });

  test('ends when a signal fires, also while it is waited for', async () => {
    const stop = new AbortController();
    const stream = eventStream(createEventBus(), [new AbortController().signal, stop.signal]);
    const waiting = stream.next();
    stop.abort();
    expect((await waiting).done).toBe(true);
  });

  test('cuts a reader off that falls behind, instead of growing', async () => {
    const bus = createEventBus();
    const stream = eventStream(bus, [], 10);
    for (let count = 0; count < 11; count += 1) bus.publish(load(count));
    expect((await stream.next()).done).toBe(true);
  });

  test('stops listening when it is left, even unread', async () => {
    let listening = 0;
    const bus = createEventBus();
    const counted = {
      ...bus,
      subscribe: (listener: Parameters<typeof bus.subscribe>[0]) => {
        listening += 1;
        const leave = bus.subscribe(listener);
        return () => {
          listening -= 1;
          leave();
        };
      },
    };
    const unread = eventStream(counted, []);
    expect(listening).toBe(1);
    await unread.return(undefined);
    expect(listening).toBe(0);
  });
});
