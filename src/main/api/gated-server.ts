import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCatalog } from '../../shared/errors/catalog.ts';
import { judgeRequest, type Refusal } from './gate.ts';
import type { WordedAnswer } from './plugins/errors.ts';
import type { EarlyRefusal } from './plugins/unrouted.ts';

const sentences: Record<Refusal, string> = {
  host: errorCatalog.host_refused.text,
  origin: errorCatalog.origin_refused.text,
};

export interface ServerWords {
  readonly devOrigins: readonly string[];
  /** The answer to a request that ended before anything routed it. */
  word(refused: EarlyRefusal): WordedAnswer;
}

/**
 * The HTTP server with the gate built in: a refused request reaches no router, hook, parser or log of headers, and
 * that holds for unknown paths, static files and upgrades alike. Limits are against slow and greedy sockets.
 */
export function createGatedServer(handler: RequestListener, { devOrigins, word }: ServerWords): Server {
  /** What a socket asked for last: all that is known when its body does not arrive. */
  const asked = new WeakMap<Duplex, IncomingMessage>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    asked.set(request.socket, request);
    const refusal = judgeRequest(request, devOrigins);
    if (refusal) refuse(response, refusal);
    else handler(request, response);
  };
  const server = createServer(
    {
      // The gate itself answers a request without Host: 403, like any other that is not meant for this server.
      requireHostHeader: false,
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 15_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
    },
    listener,
  );
  // No count: a list cut short could hide a second Host header. The size limit above bounds it.
  server.maxHeadersCount = 0;
  server.on('checkExpectation', listener);
  server.on('connect', (_request, socket: Duplex) => endSocket(socket, '403 Forbidden'));
  server.on('clientError', (error: ClientError, socket) => {
    if (!socket.writable) socket.destroy();
    else answerSocket(socket, word(earlyRefusal(error, asked.get(socket))));
  });
  return server;
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  const text = sentences[refusal];
  response.writeHead(403, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(text);
}

type ClientError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

const codes: Record<string, EarlyRefusal['code']> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** A socket that does not speak HTTP properly, or too slowly. Its first line may still tell what it wanted. */
function earlyRefusal(
  { code = '', rawPacket }: ClientError,
  last: IncomingMessage | undefined,
): EarlyRefusal {
  const start = rawPacket?.toString('latin1', 0, 2_000) ?? '';
  const [, method = last?.method ?? '', url = last?.url ?? ''] = /^([A-Z]{3,10}) (\/\S*)/.exec(start) ?? [];
  return { code: codes[code] ?? 'invalid_input', method, url };
}

function answerSocket(socket: Duplex, { status, headers, body }: WordedAnswer): void {
  const lines = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${body}`);
}

function endSocket(socket: Duplex, status: string): void {
  if (!socket.writable) socket.destroy();
  else socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
