import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { eachChunk, type ReceivedBody, type ReceiveOptions, receiveJson } from './receive-body.ts';

/** Turns a file of XML into a file of JSON, in a process of its own. */
export interface XmlReader {
  convert<Result>(
    write: (path: string) => Promise<void>,
    read: (path: string) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result>;
}

/** An XML body becomes the JSON body that it stands for, and is then taken in like any other. */
export function receiveXml(body: Readable, xml: XmlReader, options: ReceiveOptions): Promise<ReceivedBody> {
  return xml.convert(
    (path) => save(body, path),
    // Escapes may make it longer than the XML was.
    (path) => receiveJson(createReadStream(path), { ...options, limit: Number.MAX_SAFE_INTEGER }),
  );
}

async function save(body: Readable, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await eachChunk(body, async (chunk) => void (await file.write(chunk)));
  } finally {
    await file.close();
  }
}
