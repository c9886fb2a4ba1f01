import { expect, test } from 'vitest';
import { shapeEvents } from '../../../shared/contract/webhooks.ts';
import { eventGroups, eventsText, groupState, isTaken, toggleEvent, toggleGroup } from './event-choice.ts';

const groups = eventGroups('sluice');
const run = groups.find(({ name }) => name === 'run');
const events = (run?.events ?? []).map(({ type }) => type);

test('every event of every shape stands in a group, with words', () => {
  for (const shape of ['sluice', 'job', 'resource'] as const) {
    const listed = eventGroups(shape).flatMap((group) => group.events);
    expect(listed.map(({ type }) => type).sort()).toEqual([...shapeEvents[shape]].sort());
    for (const { when } of listed) expect(when).not.toBe('');
  }
});

test('a group taken whole takes what is added to it later; one event taken out leaves the others named', () => {
  if (!run) throw new Error('no runs');
  const whole = toggleGroup(['key.created', 'run.failed'], run, true);
  expect(whole).toEqual(['key.created', 'run.*']);
  expect(groupState(whole, run)).toBe(true);
  const without = toggleEvent(whole, run, 'run.queued', false);
  expect(without).toEqual(['key.created', ...events.filter((type) => type !== 'run.queued')]);
  expect(groupState(without, run)).toBe('mixed');
  expect(isTaken(without, 'run.queued')).toBe(false);
  expect(toggleGroup(without, run, false)).toEqual(['key.created']);
});

test('patterns are said in words', () => {
  expect(eventsText(['*'])).toBe('Every event');
  expect(eventsText(['run.*', 'key.created'])).toBe('every run event, key.created');
});
