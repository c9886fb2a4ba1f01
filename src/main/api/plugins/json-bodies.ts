import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';
import { type JsonLimits, parseGuardedJson } from '../json-guard.ts';

export const defaultBodyBytes = 1024 * 1024;
const doorLimits: JsonLimits = { depth: 64, keys: 10_000 };

/** The app's own calls carry whole documents with pasted rows: wider, still bounded. */
export const appBodyBytes = 8 * 1024 * 1024;
const appLimits: JsonLimits = { depth: 64, keys: 500_000 };

/**
 * JSON is the only body there is: forms, plain text and anything without a type is 415, which also closes the way of
 * "simple" cross-site requests. Gzip is unpacked as a stream and its expanded size counts against the limit.
 */
export async function addJsonBodies(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const limits = request.routeOptions.config.wideBodies ? appLimits : doorLimits;
      done(null, parseGuardedJson(body as Buffer, limits));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
  await app.register(compress, {
    global: false,
    globalDecompression: true,
    requestEncodings: ['gzip'],
    onInvalidRequestPayload: () => badRequest('the gzip data is damaged', 400),
    onUnsupportedRequestEncoding: (encoding) =>
      badRequest(`the content encoding ${encoding} is not accepted, send gzip`, 400),
  });
}

function badRequest(message: string, statusCode: number): Error {
  return Object.assign(new Error(message), { statusCode });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies of the app's own calls, with their wider limits. */
    wideBodies?: boolean;
  }
}
