import type { SourceConfig } from '../contract/sources.ts';

/** All that it takes to connect with a source. It holds secrets: it goes to a runner process and nowhere else. */
export interface SourceConnection {
  /** As its owner calls it; for sentences. */
  readonly name: string;
  readonly config: SourceConfig;
  /** By name: `password`, `secretAccessKey`, `sessionToken`, `header:<name>`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Of a `sqlite` or `folder` source: the absolute path, links resolved. */
  readonly root?: string;
  /** Another text whenever it connects with something else, or otherwise. */
  readonly version: string;
}

type TypeOf<Config> = Config extends { type: infer Type } ? Type : never;

const fixedSecrets: Readonly<Record<TypeOf<SourceConfig>, readonly string[]>> = {
  postgresql: ['password'],
  mysql: ['password'],
  sqlite: [],
  s3: ['secretAccessKey', 'sessionToken'],
  http: [],
  folder: [],
};

/** The names of the secrets that a source of this config may have. */
export function secretNamesOf(config: SourceConfig): string[] {
  const headers = config.type === 'http' ? config.headerNames.map((name) => `header:${name}`) : [];
  return [...fixedSecrets[config.type], ...headers];
}

/** Where secrets are sent. A source that is moved elsewhere does not take them along: its new place may be anybody's. */
export function secretsGoTo(config: SourceConfig): string {
  switch (config.type) {
    case 'postgresql':
    case 'mysql':
      return JSON.stringify([config.type, config.host.toLowerCase(), config.port, config.user]);
    case 's3':
      return JSON.stringify([config.type, config.endpoint ?? '', config.accessKeyId]);
    case 'http':
      return JSON.stringify([config.type, originOf(config.url)]);
    default:
      return config.type;
  }
}

const originOf = (url: string): string => /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0].toLowerCase() ?? url;

/** Sources whose rows are tables; of all others they are files. */
export const isDatabase = ({ type }: SourceConfig): boolean =>
  type === 'postgresql' || type === 'mysql' || type === 'sqlite';
