import { readFile, realpath } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Protocol } from 'electron';
import { shellPolicy } from '../app/content-policy.ts';

/** The window's pages come from a scheme of their own, so that the file scheme can stay closed. */
export const appScheme = 'sluice';
const appHost = 'app';
export const appOrigin = `${appScheme}://${appHost}`;
export const appUrl = `${appOrigin}/index.html`;

/** Must be told before the app is ready. Secure and standard, but not above the content policy. */
export const schemePrivileges = [
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
];

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json; charset=utf-8',
};

/** Serves the built window, and nothing outside its folder. */
export function serveWindow(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(appScheme, (request) => answer(folder, request));
}

async function answer(folder: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const path = await fileFor(folder, request.url);
  if (!path) return refuse(404);
  const bytes = await readFile(path);
  return new Response(request.method === 'HEAD' ? null : bytes, {
    headers: {
      'content-type': mediaTypes[extname(path).toLowerCase()] ?? 'application/octet-stream',
      'content-security-policy': shellPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  });
}

/**
 * The file that an address of the app's scheme names, or undefined where it names none of ours. Links are resolved
 * first, and the comparison is by path segments: a folder beside ours whose name begins alike is outside.
 */
export async function fileFor(folder: string, address: string): Promise<string | undefined> {
  const name = nameIn(address);
  if (name === undefined) return undefined;
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, name));
    const inside = relative(root, path);
    return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || join(root, inside) !== path
      ? undefined
      : path;
  } catch {
    return undefined;
  }
}

/** Path below the folder. Anything that a file system could read in two ways is refused rather than cleaned. */
function nameIn(address: string): string | undefined {
  const url = URL.parse(address);
  if (!url || url.protocol !== `${appScheme}:` || url.host !== appHost || url.username || url.port)
    return undefined;
  let name: string;
  try {
    name = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  const suspicious = /[\\\0%:]/.test(name) || name.split('/').some((part) => part === '..' || part === '.');
  if (suspicious) return undefined;
  return name === '/' ? 'index.html' : name.slice(1);
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: { 'content-security-policy': "default-src 'none'" } });
}
