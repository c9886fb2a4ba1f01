import { type SourceConfig, type SourceType, sourceConfig } from '../contract/sources.ts';
import { SluiceError } from '../errors/sluice-error.ts';
import { parseKeyValues } from './key-values.ts';
import { type AddressParts, decoded, splitAddress } from './split-address.ts';

export interface ParsedConnection {
  readonly config: SourceConfig;
  readonly secrets: Record<string, string>;
}

/**
 * A connection text as a config and its secrets: an address (`postgresql://user:password@host/db`, `mysql:`, `mariadb:`,
 * `sqlite:`, `s3://key:secret@endpoint/bucket`, `http:`, `https:`, `file:`, with or without `jdbc:`), a list such as
 * `Server=host;Database=db;User Id=me;Password=secret;`, or the path of an SQLite file. `type` decides where a list tells
 * no type by its port, driver or provider; left out, it is PostgreSQL. Throws invalid_input, without the text's secrets.
 */
export function parseConnection(text: string, type?: SourceType): ParsedConnection {
  const trimmed = text.trim().replace(/^jdbc:/i, '');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(trimmed)?.[1]?.toLowerCase();
  // A single letter is a drive.
  if (scheme !== undefined && !/^[a-z]$/.test(scheme)) return fromAddress(scheme, trimmed, type);
  if (trimmed.includes('=')) return fromList(trimmed, type);
  if (type === 'sqlite' || isSqliteFile(trimmed)) return checked({ type: 'sqlite', path: trimmed });
  if (type === 'folder') return checked({ type: 'folder', path: trimmed });
  throw unreadable(
    'Write an address such as postgresql://user:password@host/database, or a list such as Server=host;Database=name;User Id=user;Password=secret;',
  );
}

function fromAddress(scheme: string, text: string, type: SourceType | undefined): ParsedConnection {
  switch (scheme) {
    case 'postgres':
    case 'postgresql':
      return database('postgresql', splitAddress(text));
    case 'mysql':
    case 'mariadb':
      return database('mysql', splitAddress(text));
    case 'sqlite':
    case 'sqlite3':
      // Some write an absolute path after the three slashes, which makes four.
      return checked({ type: 'sqlite', path: filePath(text).replace(/^\/{2,}/, '/') });
    case 's3':
      return bucket(splitAddress(text));
    case 'http':
    case 'https':
      return address(text);
    case 'file': {
      const path = filePath(text);
      return checked(
        type === 'sqlite' || (type === undefined && isSqliteFile(path))
          ? { type: 'sqlite', path }
          : { type: 'folder', path },
      );
    }
    default:
      throw unreadable(
        `An address that begins with ${scheme}: is not supported. It can begin with postgresql:, mysql:, mariadb:, sqlite:, s3:, http:, https: or file:.`,
      );
  }
}

function database(type: 'postgresql' | 'mysql', parts: AddressParts): ParsedConnection {
  const { user, password, host, port, path, query } = parts;
  if (host.includes(',')) throw unreadable('Only one host can be named.');
  const secret = password ?? query.get('password') ?? '';
  return checked(
    {
      type,
      host: host || query.get('host') || 'localhost',
      ...numberedPort(port ?? query.get('port')),
      database: path.replace(/^\//, ''),
      user: user ?? query.get('user') ?? '',
      tls: tlsOf(
        query.get('sslmode') ??
          query.get('ssl-mode') ??
          query.get('ssl') ??
          query.get('tls') ??
          query.get('usessl'),
      ),
    },
    secret === '' ? {} : { password: secret },
  );
}

function bucket({ user, password, host, port, path, query }: AddressParts): ParsedConnection {
  const [, ...steps] = path.split('/');
  const place = query.get('endpoint');
  // Without credentials and a host that looks like one, the host is the bucket: `s3://bucket/prefix`.
  const isBucket =
    place !== null ||
    (user === undefined && port === undefined && !host.includes('.') && host !== 'localhost');
  const [name = '', ...prefix] = isBucket ? [host, ...steps] : steps;
  const endpoint = isBucket
    ? (place ?? undefined)
    : endpointOf(host, port, query.get('tls') ?? query.get('ssl'));
  const folder = prefix.join('/');
  const accessKeyId = user ?? query.get('accessKeyId') ?? '';
  const secretAccessKey = password ?? query.get('secretAccessKey') ?? '';
  const sessionToken = query.get('sessionToken') ?? '';
  return checked(
    {
      type: 's3',
      bucket: name,
      ...(endpoint === undefined ? {} : { endpoint }),
      region: query.get('region') ?? 'us-east-1',
      prefix: folder,
      accessKeyId,
      pathStyle: query.get('pathStyle') !== 'false',
    },
    { ...(secretAccessKey && { secretAccessKey }), ...(sessionToken && { sessionToken }) },
  );
}

/** Amazon's own hosts need no endpoint; one on this machine seldom has a certificate. */
function endpointOf(host: string, port: string | undefined, tls: string | null): string | undefined {
  if (/^s3[.-]?[a-z0-9-]*\.amazonaws\.com$/i.test(host)) return undefined;
  const local = /^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\])/i.test(host);
  const plain = tls === null ? local : /^(?:false|0|off|no)$/i.test(tls);
  return `${plain ? 'http' : 'https'}://${host}${port === undefined ? '' : `:${port}`}`;
}

function address(text: string): ParsedConnection {
  const { user, password, plain: url } = splitAddress(text);
  if (user === undefined) return checked({ type: 'http', url });
  const basic = `Basic ${base64(`${user}:${password ?? ''}`)}`;
  return checked({ type: 'http', url, headerNames: ['Authorization'] }, { 'header:Authorization': basic });
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Of the text's UTF-8. Written out: this module runs where there is neither a Buffer nor a window. */
function base64(text: string): string {
  const bytes = encodeURIComponent(text).match(/%[0-9A-F]{2}|./g) ?? [];
  const bits = bytes
    .map((byte) => (byte.length === 3 ? Number.parseInt(byte.slice(1), 16) : byte.charCodeAt(0)))
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const groups = bits.match(/.{1,6}/g) ?? [];
  const plain = groups.map((group) => letters.charAt(Number.parseInt(group.padEnd(6, '0'), 2))).join('');
  return plain.padEnd(Math.ceil(plain.length / 4) * 4, '=');
}

/** `sqlite:///absolute`, `sqlite://relative`, `sqlite:relative`, `file:///absolute`. */
function filePath(text: string): string {
  const rest = text.replace(/^[a-z0-9]+:/i, '').replace(/\?.*$/s, '');
  const path = rest.startsWith('///') ? rest.slice(2) : rest.replace(/^\/\/(?:localhost(?=\/))?/, '');
  const plain = decoded(path).replace(/^\/(?=[a-z]:[\\/])/i, '');
  if (plain === '' || plain === ':memory:' || plain === '/:memory:')
    throw unreadable('The address names no file. A database in memory cannot be a source.');
  return plain;
}

const isSqliteFile = (path: string): boolean => /\.(?:db3?|sqlite3?|s3db)$/i.test(path);

function fromList(text: string, hint: SourceType | undefined): ParsedConnection {
  const pairs = parseKeyValues(text);
  const value = (names: string): string | undefined => {
    const found = names.split('|').find((name) => pairs.has(name));
    return found === undefined ? undefined : pairs.get(found);
  };
  const server =
    value('server|host|datasource|address|addr|networkaddress|servername|hostname|hostaddr') ?? '';
  const file = value('filename|datasource|database|dbname') ?? '';
  const port = value('port');
  const kind = value('driver|provider|engine|type') ?? '';
  const type = typeOf(kind, port, server, file, value('userid|uid|user|username'), hint, pairs);
  if (type === 'sqlite') return checked({ type, path: file.replace(/^file:(?:\/\/)?/, '') });
  const place = /^(?:tcp:)?(.*?)(?:[,:](\d+))?$/is.exec(server);
  const password = value('password|pwd|pass') ?? '';
  if (server === '') throw unreadable('The list names no server. Begin it with Server=host;');
  return checked(
    {
      type,
      host: place?.[1] || 'localhost',
      ...numberedPort(port ?? place?.[2]),
      database: value('database|initialcatalog|dbname|db') ?? '',
      user: value('userid|uid|user|username|login') ?? '',
      tls: tlsOf(value('sslmode|ssl|usessl|encrypt|tls') ?? null, value('trustservercertificate')),
    },
    password === '' ? {} : { password },
  );
}

function typeOf(
  kind: string,
  port: string | undefined,
  server: string,
  file: string,
  user: string | undefined,
  hint: SourceType | undefined,
  pairs: { has(name: string): boolean },
): 'postgresql' | 'mysql' | 'sqlite' {
  if (/postgres|npgsql|psql/i.test(kind)) return 'postgresql';
  if (/mysql|maria/i.test(kind)) return 'mysql';
  if (/sqlite/i.test(kind)) return 'sqlite';
  if (kind !== '')
    throw unreadable(
      `The driver "${kind}" is not supported. Sources are PostgreSQL, MySQL, MariaDB and SQLite.`,
    );
  if (hint === 'mysql' || hint === 'sqlite' || hint === 'postgresql') return hint;
  const at = port ?? /[,:](\d+)$/.exec(server)?.[1];
  if (at === '3306') return 'mysql';
  if (at === undefined && user === undefined && isSqliteFile(file)) return 'sqlite';
  // Both short names together are how connectors of MySQL are told who signs in.
  if (at !== '5432' && pairs.has('uid') && pairs.has('pwd')) return 'mysql';
  return 'postgresql';
}

/** Words of several drivers. One that asks for TLS without checking the certificate gets exactly that. */
function tlsOf(mode: string | null, trust = ''): 'off' | 'on' | 'no-verify' {
  const word = (mode ?? '').toLowerCase().replace(/[\s_-]/g, '');
  if (
    ['', 'disable', 'disabled', 'allow', 'prefer', 'preferred', 'false', 'no', '0', 'off', 'none'].includes(
      word,
    )
  )
    return 'off';
  if (/^(?:require|required|noverify)$/.test(word) || /^(?:true|yes|1)$/i.test(trust)) return 'no-verify';
  return 'on';
}

function numberedPort(text: string | null | undefined): { port?: number } {
  if (text === null || text === undefined || text === '') return {};
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return { port: Number(text) };
  throw unreadable(`"${text}" is no port. A port is a number from 1 to 65535.`);
}

const unreadable = (reason: string): SluiceError =>
  new SluiceError('invalid_input', { reason: `The connection cannot be read. ${reason}` });

function checked(config: Record<string, unknown>, secrets: Record<string, string> = {}): ParsedConnection {
  const parsed = sourceConfig.safeParse(config);
  if (parsed.success) return { config: parsed.data, secrets };
  const [issue] = parsed.error.issues;
  throw unreadable(`Its ${issue?.path.join('.') || 'form'} does not fit: ${issue?.message ?? ''}`);
}
