import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Reads published files with an engine of its own. */
export class ParquetReader {
  #instance: DuckDBInstance;
  #connection: DuckDBConnection;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<ParquetReader> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '256MB' });
    return new ParquetReader(instance, await instance.connect());
  }

  /** How many rows of each run a file holds. */
  async rowsByTag(path: string): Promise<Map<number, number>> {
    const reader = await this.#connection.runAndReadAll(
      'SELECT tag::INTEGER AS tag, count(*)::INTEGER AS rows FROM read_parquet($path) GROUP BY ALL',
      { path },
    );
    return new Map(reader.getRows().map(([tag, rows]) => [Number(tag), Number(rows)]));
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
