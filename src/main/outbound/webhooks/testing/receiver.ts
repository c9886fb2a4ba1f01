import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (request: Received, response: ServerResponse, raw: IncomingMessage) => void;

export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Connections that were ever made. */
  connections(): number;
  /** How the next ones are answered. */
  answer(how: Answer): void;
  /** Resolves when so many have been received. */
  count(wanted: number): Promise<void>;
}

export const answerStatus =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, headers).end();
  };

/** A real HTTP server that writes down what it is sent; closed after the test. */
export async function startReceiver(first: Answer = answerStatus(204)): Promise<Receiver> {
  const received: Received[] = [];
  const waiting: { wanted: number; go: () => void }[] = [];
  let how = first;
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(entry);
      how(entry, response, request);
      for (const { wanted, go } of waiting) if (received.length >= wanted) go();
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    connections: () => connections,
    answer: (next) => {
      how = next;
    },
    count: (wanted) =>
      received.length >= wanted
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ wanted, go: resolve })),
  };
}
