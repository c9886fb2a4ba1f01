import type { SourceMetadata, SourceTestResult } from '../../shared/contract/sources.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { SourceConnection } from '../../shared/sources/connection.ts';
import type { SourceShelf, TriedSource } from '../services/sources-service.ts';
import type { InteractiveLane } from './interactive-lane.ts';
import { interactiveStopLadder } from './runner.ts';
import type { SourceWork } from './source-work.ts';

export type TestedSource = { readonly id: string } | TriedSource;

/** What people and doors ask of a source while nothing runs. */
export class SourceDesk {
  readonly #shelf: SourceShelf;
  readonly #work: SourceWork;
  readonly #lane: InteractiveLane;

  constructor(shelf: SourceShelf, work: SourceWork, lane: InteractiveLane) {
    this.#shelf = shelf;
    this.#work = work;
    this.#lane = lane;
  }

  /** Never throws for a source that does not work: why it does not is the answer. */
  async test(asked: TestedSource, signal?: AbortSignal): Promise<SourceTestResult> {
    const result = await this.#result(asked, signal);
    if ('id' in asked) this.#shelf.recordTest(asked.id, result);
    return result;
  }

  metadata(
    { id, table }: { readonly id: string; readonly table?: string | undefined },
    signal?: AbortSignal,
  ): Promise<SourceMetadata> {
    const source = this.#shelf.connection(id);
    return this.#lane.run(
      ({ scratch, signal: over }) =>
        this.#work.metadata(source, table, scratch, { signal: over, ladder: interactiveStopLadder }),
      { signal },
    );
  }

  async #result(asked: TestedSource, signal: AbortSignal | undefined): Promise<SourceTestResult> {
    let source: SourceConnection;
    try {
      source = 'id' in asked ? this.#shelf.connection(asked.id) : this.#shelf.tried(asked);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      const failed = failedAt(error);
      if (!failed) throw error;
      return { ok: false, failed, message: error.message, server: null, milliseconds: 0 };
    }
    return this.#lane.run(
      ({ scratch, signal: over }) =>
        this.#work.test(source, scratch, { signal: over, ladder: interactiveStopLadder }),
      { signal },
    );
  }
}

/** A file or folder that is not there or not allowed, or a secret that is lost, is an outcome of a test as well. */
function failedAt({ code }: SluiceError): SourceTestResult['failed'] {
  if (code === 'file_missing' || code === 'file_not_allowed' || code === 'path_not_allowed') return 'path';
  return code === 'source_refused' ? 'credentials' : null;
}
