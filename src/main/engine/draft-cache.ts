import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/json.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';

/** The answers last given, by what they were made from; the least recently used goes first. */
export class AnswerCache<Answer> {
  #answers = new Map<string, Answer>();
  #size: number;

  constructor(size = 64) {
    this.#size = size;
  }

  get(key: string): Answer | undefined {
    const answer = this.#answers.get(key);
    if (answer !== undefined) this.set(key, answer);
    return answer;
  }

  set(key: string, answer: Answer): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > this.#size && oldest !== undefined) this.#answers.delete(oldest);
  }
}

/** Digest of all that a draft's meaning depends on. Moving a node on the canvas does not change it. */
export function draftKey(document: PipelineDocument, parameters: unknown, surroundings: string): string {
  const nodes = document.nodes.map(({ at: _at, note: _note, ...node }) => node);
  const { name: _name, description: _description, ...rest } = document;
  const text = canonicalJson([{ ...rest, nodes }, parameters, surroundings]);
  return createHash('sha256').update(text).digest('hex');
}
