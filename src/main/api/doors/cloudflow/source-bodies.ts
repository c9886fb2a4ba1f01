import { z } from 'zod';
import { type SourceConfig, type SourceSummary, sourceConfig } from '../../../../shared/contract/sources.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { parseConnection } from '../../../../shared/sources/parse-connection.ts';
import { describeIssues } from '../../route-kit.ts';

/** How a body says where a data source is. */
export interface ConnectionBody {
  readonly type?: string | undefined;
  readonly connectionString?: string | undefined;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

export interface Connection {
  readonly config: SourceConfig;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What people write for a type, and what it means; `database` leaves the engine to the connection string. */
const types = new Map<string, SourceConfig['type'] | 'database'>(
  Object.entries({
    database: 'database',
    postgresql: 'postgresql',
    postgres: 'postgresql',
    mysql: 'mysql',
    mariadb: 'mysql',
    sqlite: 'sqlite',
    s3: 's3',
    bucket: 's3',
    http: 'http',
    https: 'http',
    folder: 'folder',
    csv: 'folder',
    file: 'folder',
  } as const),
);

const headerValues = z.record(z.string(), z.string());
const secretNames = ['password', 'secretAccessKey', 'sessionToken'];

/** Throws invalid_input. */
export function connectionOf({ type, connectionString, config }: ConnectionBody): Connection {
  const wanted = type === undefined ? 'database' : types.get(type.toLowerCase());
  if (!wanted) {
    throw invalid(`type: "${type?.slice(0, 50)}" is not known. Use one of: ${[...types.keys()].join(', ')}.`);
  }
  if (connectionString !== undefined && config !== undefined)
    throw invalid('Send a connectionString or a config, not both.');
  if (connectionString !== undefined) return fromText(connectionString, wanted, type);
  if (config === undefined) throw invalid('connectionString is missing (or type and config instead of it).');
  if (wanted === 'database') {
    const engine = typeof config.engine === 'string' ? types.get(config.engine.toLowerCase()) : 'postgresql';
    const { engine: _engine, ...rest } = config;
    return fromConfig(rest, engine === undefined || engine === 'database' ? 'postgresql' : engine);
  }
  return fromConfig(type?.toLowerCase() === 'csv' ? folderOfFile(config) : config, wanted);
}

/** Nothing where the body says nothing of the connection. A config is laid over what is there. */
export function changedConnection(body: ConnectionBody, now: SourceSummary): Partial<Connection> {
  const { type, connectionString, config } = body;
  if (connectionString === undefined && config === undefined && type === undefined) return {};
  if (connectionString !== undefined) return connectionOf({ type, connectionString });
  const { type: nowType, ...rest } = now.config;
  const sameType = type === undefined || types.get(type.toLowerCase()) === nowType || type === 'database';
  return connectionOf({ type: sameType ? nowType : type, config: { ...(sameType && rest), ...config } });
}

function fromText(
  text: string,
  wanted: SourceConfig['type'] | 'database',
  type: string | undefined,
): Connection {
  const parsed = parseConnection(text, wanted === 'database' ? undefined : wanted);
  if (wanted === 'folder' && parsed.config.type === 'folder') {
    const path = parsed.config.path.replace(/^\/+/, '/');
    return fromConfig(type?.toLowerCase() === 'folder' ? { path } : folderOfFile({ path }), 'folder');
  }
  const isDatabase = ['postgresql', 'mysql', 'sqlite'].includes(parsed.config.type);
  const fits = wanted === parsed.config.type || (wanted === 'database' && (isDatabase || type === undefined));
  if (!fits) throw invalid(`The connectionString is one of type ${parsed.config.type}, not ${type}.`);
  return parsed;
}

/** What is secret is taken out of the config: nobody has to know two places. */
function fromConfig(given: Readonly<Record<string, unknown>>, type: SourceConfig['type']): Connection {
  const { headers, ...fields } = given;
  const secrets: Record<string, string> = {};
  const open: Record<string, unknown> = { type };
  for (const [name, value] of Object.entries(fields)) {
    if (secretNames.includes(name) && typeof value === 'string') secrets[name] = value;
    else if (name !== 'type') open[name] = value;
  }
  if (headers !== undefined) {
    const checked = headerValues.safeParse(headers);
    if (!checked.success) throw invalid(describeIssues(checked.error, 'config.headers'));
    for (const [name, value] of Object.entries(checked.data)) secrets[`header:${name}`] = value;
    open.headerNames = Object.keys(checked.data);
  }
  const checked = sourceConfig.safeParse(open);
  if (!checked.success) throw invalid(describeIssues(checked.error, 'config'));
  return { config: checked.data, secrets };
}

/** A file is reached through its folder. */
function folderOfFile(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { path } = config;
  if (typeof path !== 'string' || !/\.[a-z0-9]+$/i.test(path)) return config;
  return { ...config, path: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '' };
}

/** A name of its own for a data source that came without one. */
export function freeName(config: SourceConfig, taken: readonly string[]): string {
  const wish = wishedName(config).slice(0, 150) || config.type;
  const used = new Set(taken.map((name) => name.toLowerCase()));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wish : `${wish}-${count}`;
    if (!used.has(name.toLowerCase())) return name;
  }
}

function wishedName(config: SourceConfig): string {
  switch (config.type) {
    case 'postgresql':
    case 'mysql':
      return config.database || config.host;
    case 'sqlite':
    case 'folder':
      return config.path.split('/').filter(Boolean).at(-1) ?? 'files';
    case 's3':
      return config.bucket;
    case 'http':
      return new URL(config.url).hostname;
  }
}

const invalid = (reason: string): SluiceError => new SluiceError('invalid_input', { reason });
