import { expect, test } from 'vitest';
import { causeOf } from './trigger-words.ts';

test('a fire is named by its file or by the person that asked, and a time or a call by nothing more', () => {
  expect(causeOf('inbox/new orders 7.csv 4 2026-11-21T15:42:46.667Z')).toBe('inbox/new orders 7.csv');
  expect(causeOf('now/01a1feb9-b437-7f01-aaf0-6258a2597f4a')).toBe('Run now');
  expect(causeOf('2026-11-21T15:40:00.000Z')).toBe('');
  expect(causeOf('call/71f05ea7-4a4e-4fb7-8aee-c485e7dc0df7')).toBe('');
});
