import type { SourceConfig, SourceSummary, SourceType } from '../../../shared/contract/sources.ts';
import { secretNamesOf } from '../../../shared/sources/connection.ts';

/** A source as a form holds it: every field of every type as text, so that a change of type loses nothing typed. */
export interface SourceDraft {
  readonly name: string;
  readonly description: string;
  readonly type: SourceType;
  readonly environment: 'both' | 'live' | 'sandbox';
  readonly fields: Readonly<Record<string, string>>;
  readonly headerNames: readonly string[];
  /** What was typed; a name that is missing keeps what is stored. */
  readonly secrets: Readonly<Record<string, string>>;
}

export const emptyDraft: SourceDraft = {
  name: '',
  description: '',
  type: 'postgresql',
  environment: 'both',
  fields: {},
  headerNames: [],
  secrets: {},
};

export function draftOf(source: SourceSummary): SourceDraft {
  return {
    ...emptyDraft,
    ...configDraft(source.config),
    name: source.name,
    description: source.description,
    environment: source.environment ?? 'both',
  };
}

/** The part of a draft that a config says; a connection string fills a form with it. */
export function configDraft(config: SourceConfig): Pick<SourceDraft, 'type' | 'fields' | 'headerNames'> {
  const entries = Object.entries(config).filter(([, value]) => !Array.isArray(value));
  return {
    type: config.type,
    fields: Object.fromEntries(entries.map(([name, value]) => [name, String(value ?? '')])),
    headerNames: config.type === 'http' ? config.headerNames : [],
  };
}

export const defaultPorts: Readonly<Partial<Record<SourceType, number>>> = { postgresql: 5432, mysql: 3306 };

/** The config that a draft means; undefined while a field that it needs is empty. */
export function configOf({ type, fields, headerNames }: SourceDraft): SourceConfig | undefined {
  const text = (name: string): string => (fields[name] ?? '').trim();
  switch (type) {
    case 'postgresql':
    case 'mysql': {
      const port = text('port') === '' ? (defaultPorts[type] ?? 0) : Number(text('port'));
      if (text('host') === '' || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
      const tls = text('tls') === 'on' || text('tls') === 'no-verify' ? (text('tls') as 'on') : 'off';
      return { type, host: text('host'), port, database: text('database'), user: text('user'), tls };
    }
    case 'sqlite':
      return text('path') === '' ? undefined : { type, path: text('path') };
    case 's3':
      if (text('bucket') === '' || (text('endpoint') !== '' && !URL.canParse(text('endpoint'))))
        return undefined;
      return {
        type,
        bucket: text('bucket'),
        ...(text('endpoint') === '' ? {} : { endpoint: text('endpoint') }),
        region: text('region') || 'us-east-1',
        prefix: text('prefix'),
        accessKeyId: text('accessKeyId'),
        pathStyle: text('pathStyle') !== 'false',
      };
    case 'http':
      return /^https?:\/\//i.test(text('url')) && URL.canParse(text('url'))
        ? { type, url: text('url'), headerNames: headerNames.map((name) => name.trim()).filter(Boolean) }
        : undefined;
    case 'folder':
      return { type, path: text('path') };
  }
}

/** The secrets to send: only those that this config has. An empty text removes one. */
export function secretsOf(draft: SourceDraft, config: SourceConfig): Record<string, string> {
  const names = new Set(secretNamesOf(config));
  return Object.fromEntries(Object.entries(draft.secrets).filter(([name]) => names.has(name)));
}

/** A name to begin with: what the place itself is called. */
export function suggestedName(config: SourceConfig): string {
  switch (config.type) {
    case 'postgresql':
    case 'mysql':
      return config.database || config.host;
    case 's3':
      return config.bucket;
    case 'http':
      return new URL(config.url).hostname;
    default:
      return (
        config.path
          .split(/[\\/]/)
          .findLast(Boolean)
          ?.replace(/\.(db|sqlite3?)$/i, '') ?? 'files'
      );
  }
}
