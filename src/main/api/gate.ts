import type { IncomingMessage } from 'node:http';

/** Why a request goes no further, or undefined where it may pass. */
export type Refusal = 'host' | 'origin';

/**
 * Paths whose GET a foreign page may cause (a link to the app, an app that asks the owner for access): they hold no
 * data, and nothing is given before the owner approves it in the shell.
 */
const shellPaths = new Set([
  '/',
  '/index.html',
  '/docs',
  '/api/v1/oauth/authorize',
  '/auth/oauth',
  '/auth/fake-oauth',
]);
const waitPath = /^\/auth\/oauth\/wait\/[\w-]{1,64}$/;
const ownNames = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * The first thing that happens to a request: is it meant for this server, and does no foreign page send it? A page
 * that had its own name resolve to 127.0.0.1 carries that name in `Host`; a page of another site carries its `Origin`
 * or a `Sec-Fetch-Site`. `Sec-Fetch-Mode` is never consulted: a hostile page chooses it.
 *
 * `devOrigins` are exact origins of a development server in front of this one; empty in the product.
 */
export function judgeRequest(
  request: IncomingMessage,
  devOrigins: readonly string[] = [],
): Refusal | undefined {
  const host = ownHost(request);
  if (host === undefined) return 'host';
  if (isShell(request)) return undefined;
  return isOwnOrigin(request, host, devOrigins) ? undefined : 'origin';
}

/** The Host header in lower case if it is exactly one and names this server; the target must be a plain path. */
function ownHost(request: IncomingMessage): string | undefined {
  if (!request.url?.startsWith('/')) return undefined;
  const hosts = headerValues(request, 'host');
  if (hosts.length !== 1) return undefined;
  const host = (hosts[0] ?? '').toLowerCase();
  const colon = host.lastIndexOf(':');
  if (colon < 0 || !ownNames.has(host.slice(0, colon))) return undefined;
  return host.slice(colon + 1) === String(request.socket.localPort) ? host : undefined;
}

function isShell(request: IncomingMessage): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const path = (request.url ?? '').replace(/\?.*$/s, '');
  return shellPaths.has(path) || waitPath.test(path);
}

function isOwnOrigin(request: IncomingMessage, host: string, devOrigins: readonly string[]): boolean {
  const origins = headerValues(request, 'origin');
  if (origins.length > 1) return false;
  const origin = origins[0];
  if (origin !== undefined && devOrigins.includes(origin)) return true;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) return false;
  return headerValues(request, 'sec-fetch-site').every((site) => site === 'same-origin' || site === 'none');
}

/** Every value sent under a name: Node's `headers` would hide a duplicate. */
function headerValues(request: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    if (request.rawHeaders[at]?.toLowerCase() === name) values.push(request.rawHeaders[at + 1] ?? '');
  }
  return values;
}
