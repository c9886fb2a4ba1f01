import { Cloud, Database, FileStack, Folder, Globe, type LucideIcon } from 'lucide-react';
import type { SourceConfig, SourceType } from '../../shared/contract/sources.ts';

/** How sources are called and shown, wherever one is picked or listed. */
export const sourceTypeNames: Readonly<Record<SourceType, string>> = {
  postgresql: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
  sqlite: 'SQLite',
  s3: 'S3 bucket',
  http: 'Web address',
  folder: 'Folder',
};

export const sourceIcons: Readonly<Record<SourceType, LucideIcon>> = {
  postgresql: Database,
  mysql: Database,
  sqlite: FileStack,
  s3: Cloud,
  http: Globe,
  folder: Folder,
};

/** Where a source is, in one line. */
export function sourceAddress(config: SourceConfig): string {
  switch (config.type) {
    case 'postgresql':
    case 'mysql':
      return `${config.user ? `${config.user}@` : ''}${config.host}:${config.port}/${config.database}`;
    case 'sqlite':
      return config.path;
    case 's3':
      return `s3://${config.bucket}/${config.prefix}${config.endpoint ? ` at ${config.endpoint}` : ''}`;
    case 'http':
      return config.url;
    case 'folder':
      return config.path === '' ? 'the files folder' : config.path;
  }
}
