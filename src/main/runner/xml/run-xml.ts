import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { XmlTask } from '../protocol.ts';
import { failed, type TaskEnd } from '../run-task.ts';
import { wrong } from './xml-tokens.ts';
import { xmlToJson } from './xml-values.ts';

/** Needs no database, and leaves nothing behind but its file. */
export async function runXml({ path, scratch }: XmlTask): Promise<TaskEnd> {
  try {
    const target = join(scratch, 'body.json');
    await writeFile(target, xmlToJson(decoded(await readFile(path))), { mode: 0o600 });
    return { outcome: { ok: true, result: { path: target } }, reusable: true };
  } catch (error) {
    return { outcome: failed(error), reusable: error instanceof SluiceError };
  }
}

/** UTF-8, or UTF-16 with its mark; whatever the declaration says, other encodings are refused as what they are not. */
function decoded(bytes: Uint8Array): string {
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    return new TextDecoder(mark, { fatal: true }).decode(bytes);
  } catch {
    throw wrong(`it is not ${mark.toUpperCase()} text`);
  }
}
