import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Allows the app its own files and nothing else; no inline script or style, no frame around it. */
export const shellPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // Positions of floating parts and of the canvas are written to style attributes by the libraries that draw them.
  "style-src 'self'",
  "style-src-elem 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const dataPolicy = "default-src 'none'; frame-ancestors 'none'";

/** On every answer, errors included. There is no CORS: no other origin may read anything. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => setSecurityHeaders(request, reply));
}

/** What every answer carries, whoever sends it. */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ ...securityHeaders, 'x-request-id': request.id });
  if (!reply.hasHeader('content-security-policy')) void reply.header('content-security-policy', dataPolicy);
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
}
