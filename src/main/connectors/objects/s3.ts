import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { allowedAddresses } from '../address.ts';
import type { FileConnector, Reach, SourceOf } from '../connector.ts';
import { codeOf, fail, networkFailure, quoting, SourceFailure, said } from '../failure.ts';
import { judgedAgents, portOf } from './agents.ts';
import { writeLimited } from './limited-file.ts';

type S3Source = SourceOf<'s3'>;

const mostObjects = 1000;
const partBytes = 8 * 1024 * 1024;

/** A key of the bucket: the source's prefix is a folder above its paths. */
export function keyOf({ config }: S3Source, path: string): string {
  const prefix = config.prefix.replace(/^\/+|\/+$/g, '');
  const key = path.replace(/^\/+/, '');
  return prefix === '' ? key : `${prefix}/${key}`;
}

/** Does `work` with a client that reaches allowed addresses only and knows no credentials but the source's. */
async function withClient<Value>(
  source: S3Source,
  reach: Reach,
  work: (client: S3Client) => Promise<Value>,
): Promise<Value> {
  const endpoint = new URL(source.config.endpoint ?? `https://s3.${source.config.region}.amazonaws.com`);
  const agents = judgedAgents(portOf(endpoint), reach);
  let client: S3Client | undefined;
  try {
    if (source.config.endpoint !== undefined)
      await allowedAddresses(endpoint.hostname, portOf(endpoint), reach);
    client = new S3Client(clientConfig(source, agents.http, agents.https));
    return await work(client);
  } catch (error) {
    reach.signal.throwIfAborted();
    throw s3Failure(error, source, endpoint.host);
  } finally {
    client?.destroy();
    agents.end();
  }
}

function clientConfig(
  { config, secrets }: S3Source,
  httpAgent: unknown,
  httpsAgent: unknown,
): S3ClientConfig {
  const { region, endpoint, pathStyle, accessKeyId } = config;
  const anonymous = accessKeyId === '' && !secrets.secretAccessKey;
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: endpoint !== undefined && pathStyle,
    // Always given: the client would otherwise look for some in files and on the network of this machine.
    credentials: {
      accessKeyId: accessKeyId || 'anonymous',
      secretAccessKey: secrets.secretAccessKey ?? 'anonymous',
      ...(secrets.sessionToken ? { sessionToken: secrets.sessionToken } : {}),
    },
    ...(anonymous ? { signer: { sign: async (request: never) => request } } : {}),
    requestHandler: { httpAgent, httpsAgent, connectionTimeout: 10_000, socketTimeout: 60_000 },
    // Servers other than Amazon's do not all know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: endpoint === undefined,
    maxAttempts: 3,
  } as S3ClientConfig;
}

function s3Failure(error: unknown, source: S3Source, place: string): unknown {
  const { config } = source;
  if (error instanceof SourceFailure) return error;
  const {
    name = '',
    $metadata,
    message = '',
  } = error as { name?: string; message?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const cause = { cause: error };
  const code = codeOf(error) || name;
  if (/NoSuchBucket/.test(name))
    return new SourceFailure('bucket', `there is no bucket "${config.bucket}" at ${place}.`, cause);
  if (
    /InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|AuthorizationHeaderMalformed|RequestTimeTooSkewed/.test(
      name,
    )
  )
    return new SourceFailure(
      'credentials',
      quoting(`${place} did not accept the access key`, message, source),
      cause,
    );
  if (/AccessDenied|AllAccessDisabled|Forbidden/.test(name) || status === 403 || status === 401)
    return new SourceFailure(
      'credentials',
      `the access key may not do this with the bucket "${config.bucket}".`,
      cause,
    );
  if (/NoSuchKey/.test(name))
    return new SourceFailure('path', 'there is no such object in the bucket.', cause);
  const network = networkFailure(error, place) ?? networkFailure((error as { cause?: unknown }).cause, place);
  if (network) return network;
  if (/TimeoutError|RequestTimeout/.test(code))
    return new SourceFailure('timeout', `${place} did not answer in time.`, { passing: true, ...cause });
  if (status === 404)
    return new SourceFailure('bucket', `there is no bucket "${config.bucket}" at ${place}.`, cause);
  if (status === undefined && !/Error$|Exception$/.test(name)) return error;
  const passing = status === undefined || status === 429 || status >= 500;
  return new SourceFailure('answer', said(message || `${place} answered with the status ${status}`, source), {
    passing,
    ...cause,
  });
}

export const s3: FileConnector<'s3'> = {
  holds: 'files',
  test: (source, reach) =>
    withClient(source, reach, async (client) => {
      const { bucket: Bucket } = source.config;
      await client.send(new HeadBucketCommand({ Bucket }), { abortSignal: reach.signal });
      const found = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: keyOf(source, ''), MaxKeys: 1000 }),
        { abortSignal: reach.signal },
      );
      const count = found.KeyCount ?? found.Contents?.length ?? 0;
      const more = found.IsTruncated ? ' or more' : '';
      return {
        server: null,
        message: `Connected to the bucket "${Bucket}": ${count}${more} ${count === 1 ? 'object' : 'objects'}.`,
      };
    }),

  metadata: (source, path, reach) =>
    withClient(source, reach, async (client) => {
      const { bucket: Bucket } = source.config;
      if (path !== undefined) {
        const head = await headObject(client, source, path, reach);
        const bytes = head.ContentLength ?? null;
        return {
          tables: [{ name: path, kind: 'object', columns: [], rows: null, rowsExact: false, bytes }],
          more: false,
        };
      }
      const prefix = keyOf(source, '');
      const found = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: mostObjects }),
        { abortSignal: reach.signal },
      );
      const objects = (found.Contents ?? []).filter(({ Key = '' }) => Key !== '' && !Key.endsWith('/'));
      return {
        tables: objects.map(({ Key = '', Size }) => ({
          name: Key.slice(prefix.length),
          kind: 'object',
          columns: [],
          rows: null,
          rowsExact: false,
          bytes: Size ?? null,
        })),
        more: found.IsTruncated === true,
      };
    }),

  fetch: (source, path, target, reach) =>
    withClient(source, reach, async (client) => {
      const { bucket: Bucket } = source.config;
      try {
        const range = target.most === undefined ? {} : { Range: `bytes=0-${target.most - 1}` };
        const { size } = await sizeOf(client, source, path, reach);
        const got = await client.send(
          new GetObjectCommand({ Bucket, Key: keyOf(source, path), ...(size === 0 ? {} : range) }),
          { abortSignal: reach.signal },
        );
        const written = await writeLimited(got.Body as Readable, target, reach);
        return { bytes: written.bytes, whole: size === undefined || written.bytes >= size };
      } catch (error) {
        throw missingObject(error, path);
      }
    }),

  deliver: (source, path, file, reach) =>
    withClient(source, reach, async (client) => {
      const upload = new Upload({
        client,
        partSize: partBytes,
        queueSize: 2,
        // What was sent of a file that did not come through is taken back.
        leavePartsOnError: false,
        params: { Bucket: source.config.bucket, Key: keyOf(source, path), Body: createReadStream(file) },
      });
      const onAbort = (): void => void upload.abort();
      reach.signal.addEventListener('abort', onAbort, { once: true });
      try {
        await upload.done();
      } finally {
        reach.signal.removeEventListener('abort', onAbort);
      }
    }),
};

async function sizeOf(
  client: S3Client,
  source: S3Source,
  path: string,
  reach: Reach,
): Promise<{ size: number | undefined }> {
  return { size: (await headObject(client, source, path, reach)).ContentLength };
}

async function headObject(client: S3Client, source: S3Source, path: string, reach: Reach) {
  try {
    return await client.send(
      new HeadObjectCommand({ Bucket: source.config.bucket, Key: keyOf(source, path) }),
      { abortSignal: reach.signal },
    );
  } catch (error) {
    throw missingObject(error, path);
  }
}

/** A HEAD has no body that would tell what is missing. */
function missingObject(error: unknown, path: string): unknown {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (/NoSuchBucket/.test(name) || error instanceof SourceFailure) return error;
  return /NoSuchKey|NotFound/.test(name) || $metadata?.httpStatusCode === 404
    ? fail('path', `there is no object "${path}" in the bucket.`)
    : error;
}
