import { expect, test } from 'vitest';
import { type ApiDescription, doorOf, withKey } from './doors.ts';

const described = (schemes: ApiDescription['components']['securitySchemes']): ApiDescription => ({
  components: { securitySchemes: schemes },
});
const bearer = described({ a: { type: 'http', scheme: 'bearer' } });
const header = described({
  query: { type: 'apiKey', in: 'query', name: 'api_key' },
  header: { type: 'apiKey', in: 'header', name: 'x-api-key' },
});
const words = described({
  key: { type: 'apiKey', in: 'header', name: 'Authorization' },
  oauth: { type: 'oauth2' },
});
const request = (loadSpec = false) => ({ url: 'http://127.0.0.1:1/x', headers: {}, loadSpec });

test.each([
  ['#execution', 'execution'],
  ['#/dataos', 'dataos'],
  ['', 'dataflow'],
  ['#nowhere', 'dataflow'],
])('the address %s names the door %s', (hash, door) => {
  expect(doorOf(hash)).toBe(door);
});

test.each([
  ['a bearer token', bearer, { Authorization: 'Bearer slc_live_x' }],
  ['the door’s own header', header, { 'x-api-key': 'slc_live_x' }],
  ['the Authorization header', words, { Authorization: 'Bearer slc_live_x' }],
])('a key travels as %s, never in the address', (_name, description, headers) => {
  const sent = withKey(request(), 'slc_live_x', description);
  expect(sent.headers).toEqual(headers);
  expect(sent.url).not.toContain('slc_live_x');
});

test('nothing is added without a key, or where a description is fetched', () => {
  expect(withKey(request(), '', bearer).headers).toEqual({});
  expect(withKey(request(true), 'slc_live_x', bearer).headers).toEqual({});
});
