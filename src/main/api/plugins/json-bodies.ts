import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import compress, { type FastifyCompressRouteOptions } from '@fastify/compress';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import { type JsonLimits, parseGuardedJson } from '../json-guard.ts';

export const defaultBodyBytes = 1024 * 1024;
const doorLimits: JsonLimits = { depth: 64, keys: 10_000 };

/** The app's own calls carry whole documents with pasted rows: wider, still bounded. */
export const appBodyBytes = 8 * 1024 * 1024;
const appLimits: JsonLimits = { depth: 64, keys: 500_000 };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies of the app's own calls, with their wider limits. */
    wideBodies?: boolean;
    /** The body stays as it came, unpacked but not parsed: a Buffer. */
    rawBody?: boolean;
  }
}

/** Answers of doors are packed where that saves something; who wants to follow a stream is sent every piece at once. */
export const packedAnswers: NonNullable<FastifyCompressRouteOptions['compress']> = {
  encodings: ['br', 'gzip', 'deflate'],
  threshold: 1024,
  zlibOptions: { level: 5 },
  customTypes: /^text\/(?!event-stream)|[+/](?:json|xml|yaml|csv|x-ndjson)(?:;|$)/,
};

/** Answers differ by what the client unpacks, and are then equal in meaning but not in bytes: no tag of theirs is strong. */
export async function preparePacking(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const vary = String(reply.getHeader('vary') ?? '');
  if (!/accept-encoding/i.test(vary))
    void reply.header('vary', vary ? `${vary}, accept-encoding` : 'accept-encoding');
  const tag = reply.getHeader('etag');
  if (typeof tag === 'string' && tag.startsWith('"')) void reply.header('etag', `W/${tag}`);
}

const unpackers: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The framework compares this with the length that was announced, and with the limit. */
type Unpacked = Transform & { receivedEncodedLength: number };

/**
 * A packed body as what is in it. The request itself is never destroyed, whatever is wrong with its bytes: it is also
 * the way back to the client.
 */
function unpacked(request: FastifyRequest, payload: RequestPayload): RequestPayload {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return payload;
  const unpack = Object.hasOwn(unpackers, encoding) ? unpackers[encoding] : undefined;
  if (!unpack)
    throw new SluiceError('invalid_input', {
      reason: `The content encoding ${encoding.slice(0, 40)} is not accepted. Send gzip, deflate or br.`,
    });
  const inside = Object.assign(unpack(), { receivedEncodedLength: 0 }) satisfies Unpacked;
  payload.on('data', (chunk: Buffer) => {
    inside.receivedEncodedLength += chunk.length;
  });
  payload.on('error', (error) => inside.destroy(error));
  return payload.pipe(inside);
}

/**
 * JSON is the only body there is: forms, plain text and anything without a type is 415, which also closes the way of
 * "simple" cross-site requests. What a door takes beside JSON it registers for its own routes (`acceptText`). Packed
 * bodies are unpacked as a stream and their expanded size counts against the limit.
 */
export async function addJsonBodies(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { rawBody, wideBodies } = request.routeOptions.config;
    if (rawBody) return done(null, body);
    try {
      done(null, parseGuardedJson(body as Buffer, wideBodies ? appLimits : doorLimits));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
  app.addHook('preParsing', async (request, _reply, payload) => unpacked(request, payload));
  await app.register(compress, { global: false, globalDecompression: false });
}

/**
 * Lets the routes of a door take bodies of other types, as Buffers. None of the types that a page of another site may
 * send without being asked (forms, text/plain) belongs here.
 */
export function acceptText(door: FastifyInstance, types: readonly string[]): void {
  door.addContentTypeParser([...types], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}
