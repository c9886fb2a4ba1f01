import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { Client } from 'pg';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import {
  dataFolder,
  findProgram,
  freePort,
  ownCertificate,
  runAsPerson,
  type ServerProcess,
  startServer,
} from './server-process.ts';

export interface TestDatabase {
  readonly port: number;
  /** Signed in as its owner. */
  readonly source: SourceConnection;
  /** Runs SQL beside what is tested; answers with the rows of the last statement. */
  sql(text: string): Promise<Record<string, unknown>[]>;
  readonly server: ServerProcess;
  /** It speaks TLS, with a certificate that no authority has signed. */
  readonly hasTls: boolean;
  stop(): Promise<void>;
}

export const password = 'p@ss wörd/"1';

const connection = (type: 'postgresql' | 'mysql', port: number): SourceConnection => ({
  name: 'shop',
  config: { type, host: '127.0.0.1', port, database: 'shop', user: 'owner', tls: 'off' },
  secrets: { password },
  version: '1',
});

/** Undefined, and said aloud, where PostgreSQL is not installed. */
export async function startPostgres(): Promise<TestDatabase | undefined> {
  const initdb = findProgram('initdb');
  const postgres = findProgram('postgres');
  if (!initdb || !postgres) return skipped('PostgreSQL', 'postgresql');
  const folder = dataFolder('pg');
  const data = join(folder, 'data');
  const secret = join(folder, 'secret');
  writeFileSync(secret, `${password}\n`, { mode: 0o644 });
  const own = ownCertificate(folder);
  const tls = own ? ['-c', 'ssl=on', '-c', `ssl_cert_file=${own.cert}`, '-c', `ssl_key_file=${own.key}`] : [];
  const auth = ['--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${secret}`];
  runAsPerson(initdb, ['-D', data, '-U', 'owner', '-E', 'UTF8', '--locale=C', '--no-sync', ...auth], folder);
  const port = await freePort();
  const settings = [
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'fsync=off',
    '-c',
    `unix_socket_directories=${folder}`,
  ];
  const ask = async (database: string, text: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ host: '127.0.0.1', port, user: 'owner', password, database });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const result = (await client.query(text)) as
        | { rows: Record<string, unknown>[] }
        | { rows: Record<string, unknown>[] }[];
      return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
    } finally {
      await client.end();
    }
  };
  const server = await startServer(
    postgres,
    ['-D', data, '-p', String(port), ...settings, ...tls],
    folder,
    async () => {
      await ask('postgres', 'SELECT 1');
    },
  );
  await ask('postgres', 'CREATE DATABASE shop');
  return {
    port,
    source: connection('postgresql', port),
    sql: (text) => ask('shop', text),
    server,
    hasTls: own !== undefined,
    stop: () => server.stop(),
  };
}

/** Undefined, and said aloud, where neither MariaDB nor MySQL is installed. */
export async function startMysql(): Promise<TestDatabase | undefined> {
  const install = findProgram('mariadb-install-db', 'mysql_install_db');
  const daemon = findProgram('mariadbd', 'mysqld');
  if (!install || !daemon) return skipped('MariaDB', 'mariadb-server');
  const folder = dataFolder('maria');
  const data = join(folder, 'data');
  const plain = ['--no-defaults', `--datadir=${data}`];
  runAsPerson(install, [...plain, '--auth-root-authentication-method=normal', '--skip-test-db'], folder);
  const port = await freePort();
  const options = [
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--socket=${join(folder, 's.sock')}`,
    '--skip-name-resolve',
  ];
  const own = ownCertificate(folder);
  const tls = own ? [`--ssl-cert=${own.cert}`, `--ssl-key=${own.key}`] : [];
  const quick = ['--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M', '--skip-log-bin'];
  const ask = async (user: string, text: string, secret = password, database = 'shop') => {
    const client = await mysql.createConnection({
      host: '127.0.0.1',
      port,
      user,
      password: secret,
      ...(database === '' ? {} : { database }),
      charset: 'utf8mb4',
      multipleStatements: true,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    });
    try {
      const [rows] = await client.query(text);
      const list = Array.isArray(rows) ? (rows as unknown[]) : [];
      return (Array.isArray(list.at(-1)) ? list.at(-1) : list) as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  const server = await startServer(daemon, [...plain, ...options, ...quick, ...tls], folder, async () => {
    await ask('root', 'SELECT 1', '', '');
  });
  await ask(
    'root',
    `CREATE DATABASE shop CHARACTER SET utf8mb4; CREATE USER owner@'%' IDENTIFIED BY '${password}';
     GRANT ALL ON *.* TO owner@'%' WITH GRANT OPTION`,
    '',
    '',
  );
  return {
    port,
    source: connection('mysql', port),
    sql: (text) => ask('owner', text),
    server,
    hasTls: own !== undefined,
    stop: () => server.stop(),
  };
}

function skipped(what: string, aptName: string): undefined {
  console.warn(
    `SKIPPED: tests with a real ${what}, because it is not installed here (apt-get install ${aptName}).`,
  );
  return undefined;
}
