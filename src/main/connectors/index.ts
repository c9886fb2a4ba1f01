import type { SourceType } from '../../shared/contract/sources.ts';
import type { SourceConnection } from '../../shared/sources/connection.ts';
import type { DatabaseConnector, FileConnector } from './connector.ts';

export type {
  DatabaseConnector,
  FetchedColumn,
  FetchedRows,
  FetchTarget,
  FileConnector,
  Found,
  Item,
  Pending,
  Reach,
  TextSource,
} from './connector.ts';
export { asSluiceError, fail, SourceFailure, said } from './failure.ts';
export { lineStart } from './text-rows.ts';

/** Loaded when the first source of the type is met: the programs that connect are large, and most processes need none. */
const connectors = {
  postgresql: async () => (await import('./postgresql/index.ts')).postgresql,
  mysql: async () => (await import('./mysql/index.ts')).mysql,
  sqlite: async () => (await import('./sqlite/sqlite.ts')).sqlite,
  s3: async () => (await import('./objects/s3.ts')).s3,
  http: async () => (await import('./objects/http.ts')).http,
  folder: async () => (await import('./objects/folder.ts')).folder,
};

type AnyConnector = DatabaseConnector<SourceType> | FileConnector<SourceType>;

/**
 * The connector of a source's type. A connector takes sources of its own type only, and is given no other: the cast
 * forgets that type, as the callers know no single one.
 */
export async function connectorOf({ config }: SourceConnection): Promise<AnyConnector> {
  return (await connectors[config.type]()) as unknown as AnyConnector;
}
