import {
  type DuckDBConnection,
  type DuckDBMaterializedResult,
  type DuckDBPreparedStatement,
  DuckDBTypeId,
} from '@duckdb/node-api';
import type { BoundParameters } from '../../compile/oracle.ts';
import { bindParameters } from '../oracle.ts';

/** What `bindParameters` binds a value of each type as. */
const boundTypes: Readonly<Record<string, DuckDBTypeId>> = {
  VARCHAR: DuckDBTypeId.VARCHAR,
  BIGINT: DuckDBTypeId.BIGINT,
  DOUBLE: DuckDBTypeId.DOUBLE,
  BOOLEAN: DuckDBTypeId.BOOLEAN,
  DATE: DuckDBTypeId.DATE,
  TIMESTAMP: DuckDBTypeId.TIMESTAMP,
};

/**
 * Statements of one connection, prepared once and kept by their text. A text means the same each time only while the
 * connection's catalog and settings stay as they are, which is what a warm session promises.
 */
export class StatementShelf {
  readonly #connection: DuckDBConnection;
  readonly #kept = new Map<string, DuckDBPreparedStatement>();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async run(sql: string, parameters: BoundParameters = {}): Promise<DuckDBMaterializedResult> {
    const statement = await this.#statement(sql);
    bindParameters(statement, parameters);
    try {
      return await statement.run();
    } finally {
      // The values of one run are not there any more when the next begins.
      statement.clearBindings();
    }
  }

  /**
   * Whether the engine knows the columns of a query, and the types of its parameters, without their values: it then plans
   * it once, and no value can change what it found.
   */
  async isFixed(sql: string, parameters: BoundParameters): Promise<boolean> {
    const statement = await this.#connection.prepare(sql);
    try {
      const names = Array.from({ length: statement.parameterCount }, (_none, at) => at + 1);
      const typed = names.every((at) => {
        const bound = parameters[statement.parameterName(at)];
        return bound !== undefined && statement.parameterTypeId(at) === boundTypes[bound.type];
      });
      const columns = Array.from({ length: statement.columnCount }, (_none, at) =>
        statement.columnTypeId(at),
      );
      return typed && columns.every((type) => type !== DuckDBTypeId.INVALID && type !== DuckDBTypeId.ANY);
    } finally {
      statement.destroySync();
    }
  }

  destroy(): void {
    for (const statement of this.#kept.values()) statement.destroySync();
    this.#kept.clear();
  }

  async #statement(sql: string): Promise<DuckDBPreparedStatement> {
    const known = this.#kept.get(sql);
    if (known) return known;
    const statement = await this.#connection.prepare(sql);
    this.#kept.set(sql, statement);
    return statement;
  }
}
