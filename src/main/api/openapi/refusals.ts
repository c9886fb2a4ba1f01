import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../../shared/errors/catalog.ts';
import { type ErrorDetails, SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { Operation } from '../route-kit.ts';
import type { DoorDescription } from './door-description.ts';

type Codes = Partial<Record<ErrorCode, ErrorDetails>>;

/** All refusals of one status, with an example each. */
export interface Refusal {
  readonly description: string;
  readonly type: string;
  readonly examples: Record<string, { value: unknown }>;
}

/**
 * What a route may refuse, by status: what every route may, what follows from its input, and what it says itself. The
 * door's own function words the examples, so they are what is sent.
 */
export function refusalsOf(
  operation: Operation<unknown, unknown, unknown>,
  method: string,
  door: DoorDescription,
): Map<number, Refusal> {
  const refusals = new Map<number, Refusal>();
  const codes: Codes = { ...generalCodes(operation, method), ...operation.refuses };
  for (const [code, details] of Object.entries(codes) as [ErrorCode, ErrorDetails][]) {
    const { status, type, value } = wordedBy(door, new SluiceError(code, details), method);
    const known = refusals.get(status) ?? {
      description: operation.answers[status]?.description ?? STATUS_CODES[status] ?? 'Refused',
      type,
      examples: {},
    };
    known.examples[code] = { value };
    refusals.set(status, known);
  }
  return refusals;
}

function generalCodes(
  { scope, params, headers = {} }: Operation<unknown, unknown, unknown>,
  method: string,
): Codes {
  const writes = method !== 'GET';
  return {
    invalid_input: { reason: 'query.limit: must be a whole number' },
    ...(scope && {
      key_in_address: {},
      unauthorized: {},
      forbidden: { scope },
      rate_limited: { seconds: 42 },
    }),
    ...(params && { not_found: { what: 'resource', id: '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58' } }),
    ...(writes && {
      request_timeout: {},
      body_too_large: { limit: 1_048_576 },
      unsupported_media_type: { type: 'text/html' },
      disk_full: {},
    }),
    ...(Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key') && {
      idempotency_mismatch: {},
    }),
    address_too_long: {},
    headers_too_large: {},
    internal: {},
    stopping: {},
  };
}

function wordedBy(door: DoorDescription, error: SluiceError, method: string) {
  const reply = new StandInReply();
  const request = { id: 'req_8x9y2z3a4b', method, url: '/', headers: {}, query: {}, key: undefined };
  const value = door.answer(error, request as unknown as FastifyRequest, reply as unknown as FastifyReply);
  const type = reply.mediaType ?? (typeof value === 'string' ? 'text/plain' : 'application/json');
  return { status: reply.statusCode, type, value };
}

/** As much of a reply as the wording of an error touches. */
class StandInReply {
  statusCode = 500;
  mediaType: string | undefined;

  status(status: number): this {
    this.statusCode = status;
    return this;
  }
  code(status: number): this {
    return this.status(status);
  }
  type(type: string): this {
    this.mediaType = type.replace(/;.*$/, '');
    return this;
  }
  header(name: string, value: unknown): this {
    return name.toLowerCase() === 'content-type' ? this.type(String(value)) : this;
  }
  headers(): this {
    return this;
  }
  getHeader(): undefined {
    return undefined;
  }
  hasHeader(): boolean {
    return false;
  }
}
