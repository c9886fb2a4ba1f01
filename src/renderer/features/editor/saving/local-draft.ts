import { z } from 'zod';
import { documentSchema, type PipelineDocument } from '../../../../shared/pipeline/document.ts';

/** The draft as this computer keeps it until the server has it: survives a crash of the window or of the server. */
const storedDraft = z.object({ base: z.int(), document: documentSchema, at: z.number() });
export type StoredDraft = z.infer<typeof storedDraft>;

const keyOf = (pipelineId: string): string => `sluice.draft.${pipelineId}`;

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** False when the draft could not be kept (storage full or off): the caller then warns before leaving. */
export function keepDraft(
  shelf: Shelf,
  pipelineId: string,
  base: number,
  document: PipelineDocument,
): boolean {
  try {
    shelf.setItem(keyOf(pipelineId), JSON.stringify({ base, document, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function readDraft(shelf: Shelf, pipelineId: string): StoredDraft | undefined {
  const text = shelf.getItem(keyOf(pipelineId));
  if (!text) return undefined;
  try {
    return storedDraft.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function dropDraft(shelf: Shelf, pipelineId: string): void {
  shelf.removeItem(keyOf(pipelineId));
}
