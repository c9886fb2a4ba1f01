import type { JsonObject } from './schema-shelf.ts';

const header = (description: string, type: 'string' | 'integer', example: string | number): JsonObject => ({
  description,
  schema: { type },
  example,
});

/** Headers that many answers have, by their names in `components`. */
export const sharedHeaders: Record<string, JsonObject> = {
  'X-Request-Id': header(
    'Name of this request, in the log and on the Requests page too.',
    'string',
    'req_8x9y2z3a4b',
  ),
  'X-RateLimit-Limit': header('Requests that the key has in the window nearest to its end.', 'integer', 300),
  'X-RateLimit-Remaining': header('Requests that are left of them.', 'integer', 284),
  'X-RateLimit-Reset': header('When all are there again: Unix time in seconds.', 'integer', 1_698_765_432),
  'RateLimit-Policy': header(
    'All limits of the key here, with their windows in seconds.',
    'string',
    '"minute";q=300;w=60',
  ),
  RateLimit: header(
    'What is left of them, and for how many seconds it has to last.',
    'string',
    '"minute";r=284;t=4',
  ),
  'Retry-After': header('Seconds to wait before the next try.', 'integer', 42),
};

const named = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

export const requestIdHeader = named('X-Request-Id');
export const limitHeaders = named(
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit-Policy',
  'RateLimit',
);
export const retryHeader = named('Retry-After');
