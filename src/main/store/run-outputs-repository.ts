import type { RunDetail } from '../../shared/contract/domain.ts';
import type { Connection } from './connection.ts';

export type StoredOutput = RunDetail['outputs'][number];

/** What a run published, as it was then: a dataset removed since is still named here. */
export class RunOutputsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(runSeq: number, output: StoredOutput): void {
    this.#connection.run(
      `INSERT INTO run_outputs (run_seq, node_id, kind, name, dataset_id, version_id, rows, bytes)
       VALUES (@runSeq, @nodeId, @kind, @name, @datasetId, @versionId, @rows, @bytes)`,
      { ...output, runSeq },
    );
  }

  list(runSeq: number): StoredOutput[] {
    return this.#connection.all<StoredOutput>(
      `SELECT node_id AS nodeId, kind, name, dataset_id AS datasetId, version_id AS versionId, rows, bytes
       FROM run_outputs WHERE run_seq = @runSeq`,
      { runSeq },
    );
  }
}
