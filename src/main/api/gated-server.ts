import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCatalog } from '../../shared/errors/catalog.ts';
import { judgeRequest, type Refusal } from './gate.ts';

const sentences: Record<Refusal, string> = {
  host: errorCatalog.host_refused.text,
  origin: errorCatalog.origin_refused.text,
};

/**
 * The HTTP server with the gate built in: a refused request reaches no router, hook, parser or log of headers, and
 * that holds for unknown paths, static files and upgrades alike. Limits are against slow and greedy sockets.
 */
export function createGatedServer(handler: RequestListener, devOrigins: readonly string[]): Server {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
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
  server.on('connect', (_request, socket: Duplex) => refuseSocket(socket, '403 Forbidden'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseSocket(socket, socketAnswers[error.code ?? ''] ?? '400 Bad Request');
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

const socketAnswers: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** A socket that does not speak HTTP properly, or too slowly. */
function refuseSocket(socket: Duplex, status: string): void {
  if (!socket.writable) socket.destroy();
  else socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
