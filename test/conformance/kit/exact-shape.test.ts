import { expect, test } from 'vitest';
import { differences, fields, list, nullable, words } from './exact-shape.ts';

const job = fields({
  job_id: 'string',
  status: words('queued', 'failed'),
  eta: nullable('integer'),
  rows: list('number'),
});
const sound = { job_id: 'a', status: 'queued', eta: null, rows: [1, 2.5] };

test('a value of exactly the shape differs in nothing', () => {
  expect(differences(sound, job)).toEqual([]);
  expect(differences({ ...sound, eta: 3, rows: [] }, job)).toEqual([]);
});

test.each([
  [{ ...sound, more: 1 }, '$.more: is not documented'],
  [{ status: 'queued', eta: null, rows: [] }, '$.job_id: is missing'],
  [{ ...sound, job_id: 1 }, '$.job_id: 1 is no string'],
  [{ ...sound, status: 'Queued' }, '$.status: "Queued" is none of queued, failed'],
  [{ ...sound, eta: 1.5 }, '$.eta: 1.5 is no integer'],
  [{ ...sound, rows: [1, '2'] }, '$.rows[1]: "2" is no number'],
  [{ ...sound, rows: null }, '$.rows: null is no list'],
  [[sound], '$: [{"job_id":"a","status":"queued","eta":null,"rows":[1,2.5]}] is no object'],
])('%j differs', (value, difference) => {
  expect(differences(value, job)).toEqual([difference]);
});

test.each([
  ['2024-01-01T00:00:00Z', true],
  ['2024-01-01T00:00:00.123Z', true],
  ['2024-01-01', false],
  [1_704_067_200, false],
])('%s as a time: %s', (value, fits) => {
  expect(differences(value, 'iso-time')).toHaveLength(fits ? 0 : 1);
});
