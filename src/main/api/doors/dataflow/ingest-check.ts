import { createHash } from 'node:crypto';
import type { Environment } from '../../../../shared/contract/domain.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import type { Problem } from '../../../../shared/pipeline/problem.ts';
import { type ReceivedInput, receivedKey } from '../../../../shared/plan/received.ts';
import type { Draft } from '../../../engine/index.ts';
import {
  checkFields,
  parseTransformations,
  placeOfProblem,
  refuseAt,
  type Transformation,
} from '../../transformations/index.ts';
import { type BatchSample, sampleOf } from './batch-sample.ts';
import type { WrittenBatch } from './batch-writer.ts';
import { ingestDocument, type TransformedNodes } from './ingest-document.ts';

/** What is asked about a request before it is accepted. */
export interface CheckedIngest {
  readonly source: string;
  readonly environment: Environment;
  /** Who sends. */
  readonly keyId: string;
  /** As they came. */
  readonly transformations: unknown;
  readonly batchId: string;
  readonly records: number;
  readonly batch: WrittenBatch;
  /** Where the batch lies, if it is a file. */
  readonly path: string;
  /** The list as a part of the source's graph. */
  build(list: readonly Transformation[]): TransformedNodes;
}

/** Compiles a document over records that are not stored. */
export type CheckDraft = (
  draft: Draft,
  signal: AbortSignal,
) => Promise<{ readonly problems: readonly Problem[] }>;

export interface IngestCheckOptions {
  readonly check: CheckDraft;
  /** Milliseconds that a request waits for the compiler. */
  readonly patience?: number;
}

const defaultPatience = 10_000;
/** Milliseconds after which a check that nobody waits for is given up. */
const longest = 20_000;
const remembered = 2000;
/** Records of more fields are their job's to judge. */
const mostNames = 3000;

/** What cannot run with the fields of these records and their types. Single values are the job's to judge, and so are files and datasets. */
const refused = new Set([
  'unknown_column',
  'unknown_function',
  'function_not_allowed',
  'window_not_allowed',
  'aggregate_not_allowed',
  'subquery_not_allowed',
  'star_not_allowed',
  'not_allowed',
  'syntax_error',
  'not_one_expression',
  'unknown_parameter',
  'empty_text',
  'invalid_text',
  'text_too_deep',
  'text_too_long',
  'duplicate_column',
  'type_mismatch',
]);

/**
 * Refuses transformations that name what is not there before their records are accepted. Only that a list passed is
 * remembered, by the list and the names and kinds of the fields: a refusal is always made of the very records it is about, and
 * what passes wrongly fails in its job. Nothing is refused because the compiler could not be asked.
 */
export class IngestCheck {
  readonly #check: CheckDraft;
  readonly #patience: number;
  readonly #passed = new Set<string>();
  /** Key -> its last check under way: a key has one at a time, so that none waits for all those of another. */
  readonly #lines = new Map<string, Promise<unknown>>();

  constructor({ check, patience = defaultPatience }: IngestCheckOptions) {
    this.#check = check;
    this.#patience = patience;
  }

  /** Throws invalid_transformation with the place of the fault. */
  async require(asked: CheckedIngest): Promise<void> {
    const { transformations, batch, path } = asked;
    if (transformations === undefined || (Array.isArray(transformations) && transformations.length === 0))
      return;
    const sample = await sampleOf(batch, path);
    const key = sample && digestOf(asked, sample);
    if (key !== undefined && this.#passed.has(key)) return;
    const list = parseTransformations(transformations);
    if (sample && sample.names.size > mostNames) return;
    const isSure = sample?.whole
      ? await this.#judge(list, asked, sample)
      : await this.#judgeLarge(list, asked, sample);
    if (isSure && key !== undefined) this.#remember(key);
  }

  /** Answers whether it was judged at all. */
  async #judge(
    list: readonly Transformation[],
    asked: CheckedIngest,
    { text, names }: BatchSample,
  ): Promise<boolean> {
    // Where no record has any field, none is missing.
    const known = names.size > 0 ? names : undefined;
    const isComplete = checkFields(list, known);
    return isComplete || this.#compile(list, asked, { text }, known !== undefined);
  }

  /** What its first records lack, others may have: a refusal is made of all of them. */
  async #judgeLarge(
    list: readonly Transformation[],
    asked: CheckedIngest,
    sample: BatchSample | undefined,
  ): Promise<boolean> {
    try {
      if (sample && sample.names.size > 0) return await this.#judge(list, asked, sample);
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== 'invalid_transformation') throw error;
    }
    return this.#compile(list, asked, { path: asked.path }, true);
  }

  async #compile(
    list: readonly Transformation[],
    asked: CheckedIngest,
    records: Pick<ReceivedInput, 'text' | 'path'>,
    hasFields: boolean,
  ): Promise<boolean> {
    const { source, environment, batchId, keyId } = asked;
    const part = asked.build(list);
    const problems = await this.#ask(keyId, {
      document: ingestDocument(source, source, part),
      parameters: { batch: batchId },
      environment,
      received: { [receivedKey(source, '$batch')]: { batchId, records: asked.records, ...records } },
    });
    if (!problems) return false;
    for (const problem of problems) {
      const place = placeOfProblem(list, part.nodes, problem);
      const counts = refused.has(problem.code) && (hasFields || problem.code !== 'unknown_column');
      if (place && counts) refuseAt('transformations', place, problem.message);
    }
    return true;
  }

  /** Undefined where the answer does not come in time, or not at all. */
  async #ask(keyId: string, draft: Draft): Promise<readonly Problem[] | undefined> {
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), this.#patience);
    const over = new Promise<undefined>((resolve) => {
      waiting.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    try {
      return await Promise.race([this.#inLine(keyId, draft, waiting.signal), over]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One that begins is not stopped with its request: that would cost its process, and the next one is quicker after it. */
  #inLine(keyId: string, draft: Draft, signal: AbortSignal): Promise<readonly Problem[] | undefined> {
    const turn = (this.#lines.get(keyId) ?? Promise.resolve())
      .then(() => (signal.aborted ? undefined : this.#check(draft, AbortSignal.timeout(longest))))
      .then(
        (answer) => answer?.problems,
        () => undefined,
      )
      .finally(() => {
        if (this.#lines.get(keyId) === turn) this.#lines.delete(keyId);
      });
    this.#lines.set(keyId, turn);
    return turn;
  }

  #remember(key: string): void {
    this.#passed.add(key);
    const [oldest] = this.#passed;
    if (this.#passed.size > remembered && oldest !== undefined) this.#passed.delete(oldest);
  }
}

const digestOf = ({ environment, transformations }: CheckedIngest, { kinds }: BatchSample): string =>
  createHash('sha256')
    .update(JSON.stringify([environment, transformations, [...kinds].sort()]))
    .digest('base64');
