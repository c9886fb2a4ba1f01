import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { allowedAddresses, timeLimit } from '../address.ts';
import type { FileConnector, Reach, SourceOf } from '../connector.ts';
import { fail, networkFailure, SourceFailure } from '../failure.ts';
import { type Agents, judgedAgents, portOf } from './agents.ts';
import { writeLimited } from './limited-file.ts';

type HttpSource = SourceOf<'http'>;

const mostRedirects = 5;
const answerMilliseconds = 60_000;

/** The address of a path below the source's own; a path never leads to another server. */
export function addressOf({ config }: HttpSource, path: string): URL {
  const base = new URL(config.url);
  if (path === '') return base;
  const folder = new URL(config.url);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  const url = new URL(path.replace(/^\/+/, './'), folder);
  if (url.origin === base.origin && url.pathname.startsWith(folder.pathname)) return url;
  throw fail('path', `the path "${path}" leads away from the address of the source.`);
}

interface Answer {
  readonly response: IncomingMessage;
  readonly body: Readable;
  end(): void;
}

/** Follows redirects, each of which is judged like the first address; secrets go to the source's own origin only. */
async function open(source: HttpSource, first: URL, reach: Reach): Promise<Answer> {
  let url = first;
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    const answer = await ask(source, url, reach);
    const { statusCode = 0, headers } = answer.response;
    if (statusCode >= 200 && statusCode < 300) return answer;
    answer.end();
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined)
      throw statusFailure(statusCode, url);
    url = new URL(headers.location, url);
    if (!/^https?:$/.test(url.protocol))
      throw fail('address', `it leads on to ${url.protocol}, which is not followed.`);
  }
  throw fail('answer', 'it leads on from one address to the next without an end.');
}

async function ask(source: HttpSource, url: URL, reach: Reach): Promise<Answer> {
  const port = portOf(url);
  // The agent looks up names only; an address that stands in the text is judged here.
  await allowedAddresses(url.hostname, port, reach);
  const agents = judgedAgents(port, reach);
  const limit = timeLimit(reach.signal, answerMilliseconds, url.host);
  try {
    const response = await Promise.race([send(source, url, agents, reach), limit.over]);
    response.setTimeout(answerMilliseconds, () =>
      response.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })),
    );
    return {
      response,
      body: decodedBody(response),
      end() {
        response.destroy();
        agents.end();
      },
    };
  } catch (error) {
    agents.end();
    reach.signal.throwIfAborted();
    throw networkFailure(error, url.host) ?? error;
  } finally {
    limit.end();
  }
}

function send(source: HttpSource, url: URL, agents: Agents, reach: Reach): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const sent = (secure ? httpsRequest : httpRequest)(url, {
      agent: secure ? agents.https : agents.http,
      signal: reach.signal,
      headers: { 'user-agent': 'Sluice', 'accept-encoding': 'identity', ...secretHeaders(source, url) },
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
}

function secretHeaders({ config, secrets }: HttpSource, url: URL): Record<string, string> {
  if (url.origin !== new URL(config.url).origin) return {};
  const set = config.headerNames.flatMap((name) => {
    const value = secrets[`header:${name}`];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}

function decodedBody(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.toLowerCase();
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : undefined;
  if (!decoder) return response;
  response.on('error', (error) => decoder.destroy(error));
  return response.pipe(decoder);
}

function statusFailure(status: number, url: URL): SourceFailure {
  if (status === 401 || status === 403)
    return fail(
      'credentials',
      `${url.host} refused the request with ${status}. Check the headers of the source.`,
    );
  if (status === 404 || status === 410) return fail('path', `${url.host} has nothing at ${url.pathname}.`);
  const passing = status === 429 || status === 408 || status >= 500;
  return new SourceFailure('answer', `${url.host} answered with the status ${status}.`, { passing });
}

export const http: FileConnector<'http'> = {
  holds: 'files',
  async test(source, reach) {
    const answer = await open(source, new URL(source.config.url), reach);
    answer.end();
    const { 'content-type': type, server } = answer.response.headers;
    const kind = type === undefined ? '' : ` with ${type.split(';')[0]}`;
    return { server: typeof server === 'string' ? server : null, message: `The address answers${kind}.` };
  },
  async metadata(source, path, reach) {
    const url = addressOf(source, path ?? '');
    const answer = await open(source, url, reach);
    answer.end();
    const length = Number(answer.response.headers['content-length']);
    const bytes =
      Number.isSafeInteger(length) && answer.response.headers['content-length'] !== undefined ? length : null;
    const table = {
      name: path ?? '',
      kind: 'object' as const,
      columns: [],
      rows: null,
      rowsExact: false,
      bytes,
    };
    return { tables: [table], more: false };
  },
  async fetch(source, path, target, reach) {
    const url = addressOf(source, path);
    const answer = await open(source, url, reach);
    try {
      return await writeLimited(answer.body, target, reach);
    } catch (error) {
      reach.signal.throwIfAborted();
      throw networkFailure(error, url.host) ?? error;
    } finally {
      answer.end();
    }
  },
};
