import type { PipelineRevision } from '../../shared/contract/domain.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Connection } from './connection.ts';

/** Every document a pipeline ever was. Rows are only added: a trigger refuses everything else. */
export class PipelineRevisionsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(pipelineId: string, revision: PipelineRevision, document: PipelineDocument): void {
    this.#connection.run(
      `INSERT INTO pipeline_revisions (pipeline_id, revision, document, node_count, author, created_at)
       VALUES (@pipelineId, @revision, @document, @nodeCount, @author, @createdAt)`,
      { ...revision, pipelineId, document: JSON.stringify(document) },
    );
  }

  document(pipelineId: string, revision: number): PipelineDocument | undefined {
    const row = this.#connection.get<{ document: string }>(
      'SELECT document FROM pipeline_revisions WHERE pipeline_id = @pipelineId AND revision = @revision',
      { pipelineId, revision },
    );
    return row && (JSON.parse(row.document) as PipelineDocument);
  }

  /** Newest first. */
  list(pipelineId: string): PipelineRevision[] {
    return this.#connection.all<PipelineRevision>(
      `SELECT revision, created_at AS createdAt, author, node_count AS nodeCount
       FROM pipeline_revisions WHERE pipeline_id = @pipelineId ORDER BY revision DESC`,
      { pipelineId },
    );
  }
}
