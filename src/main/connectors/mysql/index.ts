import type { DatabaseConnector } from '../connector.ts';
import { deliverMysql } from './deliver.ts';
import { fetchMysql } from './fetch.ts';
import { openMysql } from './session.ts';
import { mysqlMetadata } from './tables.ts';

export const mysql: DatabaseConnector<'mysql'> = {
  holds: 'tables',
  async test(source, reach) {
    const session = await openMysql(source, reach);
    try {
      const [row] = await session.query(
        `SELECT coalesce(database(), '') AS name, (SELECT count(*) FROM information_schema.tables
           WHERE table_schema = database()) AS tables`,
      );
      const version = session.version.replace(/-MariaDB.*$/i, '');
      const count = `${row?.tables ?? 0} ${row?.tables === '1' ? 'table' : 'tables'}`;
      return {
        server: `${session.isMariaDb ? 'MariaDB' : 'MySQL'} ${version}`,
        message: row?.name
          ? `Connected to the database "${row.name}": ${count}.`
          : 'Connected; no database is chosen.',
      };
    } finally {
      await session.end();
    }
  },
  metadata: mysqlMetadata,
  fetch: fetchMysql,
  deliver: deliverMysql,
};
