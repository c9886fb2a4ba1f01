import type { DatabaseConnector } from '../connector.ts';
import { deliverPostgres } from './deliver.ts';
import { fetchPostgres } from './fetch.ts';
import { openPostgres } from './session.ts';
import { postgresMetadata } from './tables.ts';

export const postgresql: DatabaseConnector<'postgresql'> = {
  holds: 'tables',
  async test(source, reach) {
    const session = await openPostgres(source, reach);
    try {
      const { rows } = await session.query(
        `SELECT current_setting('server_version') AS version, current_database() AS database,
           (SELECT count(*) FROM information_schema.tables
            WHERE table_schema NOT IN ('pg_catalog', 'information_schema')) AS tables`,
      );
      const [{ version, database, tables } = { version: '', database: '', tables: '0' }] = rows as {
        version: string;
        database: string;
        tables: string;
      }[];
      const count = `${tables} ${tables === '1' ? 'table' : 'tables'}`;
      return {
        server: `PostgreSQL ${version}`,
        message: `Connected to the database "${database}": ${count}.`,
      };
    } finally {
      await session.end();
    }
  },
  metadata: postgresMetadata,
  fetch: fetchPostgres,
  deliver: deliverPostgres,
};
