import type { DatasetVersion } from '../../shared/contract/domain.ts';
import type { Column } from '../../shared/kernel/columns.ts';
import type { Connection } from './connection.ts';

export interface NewVersion {
  readonly id: string;
  readonly datasetId: string;
  readonly number: number;
  readonly runSeq: number;
  readonly nodeId: string;
  readonly attempt: number;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly columns: readonly Column[];
  readonly createdAt: string;
}

export type StoredVersion = DatasetVersion & { readonly path: string };

export interface VersionPlace {
  readonly datasetId: string;
  readonly versionId: string;
  /** Whose run made it; null once retention removed the run. */
  readonly pipelineId: string | null;
}

/** What fsck needs of a version. */
export interface VersionFile {
  readonly id: string;
  readonly datasetId: string;
  readonly datasetName: string;
  readonly number: number;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string | null;
}

type VersionRow = Omit<StoredVersion, 'columns'> & { columns: string };

const select = `
  SELECT v.id, v.number, v.rows, v.bytes, v.columns, v.path, v.created_at AS createdAt,
    (SELECT id FROM runs WHERE seq = v.run_seq) AS runId
  FROM dataset_versions v`;

export class DatasetVersionsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(version: NewVersion): void {
    this.#connection.run(
      `INSERT INTO dataset_versions
         (id, dataset_id, number, run_seq, node_id, attempt, path, rows, bytes, sha256, columns, created_at)
       VALUES (@id, @datasetId, @number, @runSeq, @nodeId, @attempt, @path, @rows, @bytes, @sha256, @columns, @createdAt)`,
      { ...version, columns: JSON.stringify(version.columns) },
    );
  }

  /** Newest first. */
  list(datasetId: string): StoredVersion[] {
    return this.#connection
      .all<VersionRow>(`${select} WHERE v.dataset_id = @datasetId ORDER BY v.number DESC`, { datasetId })
      .map(toVersion);
  }

  find(datasetId: string, id: string): StoredVersion | undefined {
    const row = this.#connection.get<VersionRow>(`${select} WHERE v.dataset_id = @datasetId AND v.id = @id`, {
      datasetId,
      id,
    });
    return row && toVersion(row);
  }

  /** The version that an id means: its own, or the current one of the dataset that has it. */
  locate(id: string): VersionPlace | undefined {
    return this.#connection.get<VersionPlace>(
      `SELECT v.dataset_id AS datasetId, v.id AS versionId, r.pipeline_id AS pipelineId
       FROM dataset_versions v LEFT JOIN runs r ON r.seq = v.run_seq
       WHERE v.id = coalesce((SELECT version_id FROM datasets WHERE id = @id), @id)`,
      { id },
    );
  }

  allFiles(): VersionFile[] {
    return this.#connection.all<VersionFile>(
      `SELECT v.id, v.dataset_id AS datasetId, d.name AS datasetName, v.number, v.path, v.bytes, v.sha256
       FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id ORDER BY d.name_key, v.number`,
    );
  }
}

function toVersion({ columns, ...row }: VersionRow): StoredVersion {
  return { ...row, columns: JSON.parse(columns) as Column[] };
}
