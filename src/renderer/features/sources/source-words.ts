import { type SourceTestResult, type SourceType, sourceTypes } from '../../../shared/contract/sources.ts';
import { sourceIcons, sourceTypeNames } from '../../graph/source-looks.ts';

export const typeOptions = sourceTypes.map((type) => ({
  value: type,
  label: sourceTypeNames[type],
  icon: sourceIcons[type],
}));

export const environmentOptions = [
  { value: 'both' as const, label: 'Live and sandbox' },
  { value: 'live' as const, label: 'Live only' },
  { value: 'sandbox' as const, label: 'Sandbox only' },
];

/** What failed, in two words; the message says the rest. */
export const failureWords: Readonly<Record<NonNullable<SourceTestResult['failed']>, string>> = {
  name: 'Unknown host',
  port: 'Port closed',
  timeout: 'No answer',
  tls: 'Encryption failed',
  credentials: 'Credentials refused',
  database: 'Wrong database',
  bucket: 'Wrong bucket',
  path: 'Wrong path',
  address: 'Address refused',
  answer: 'Wrong answer',
};

const secretLabels: Readonly<Record<string, string>> = {
  password: 'Password',
  secretAccessKey: 'Secret access key',
  sessionToken: 'Session token',
};

export const secretLabel = (name: string): string =>
  secretLabels[name] ?? `Value of ${name.replace(/^header:/, '')}`;

/** What the things in a source are called. */
export const thingsOf: Readonly<Record<SourceType, { readonly one: string; readonly many: string }>> = {
  postgresql: { one: 'table', many: 'tables' },
  mysql: { one: 'table', many: 'tables' },
  sqlite: { one: 'table', many: 'tables' },
  s3: { one: 'object', many: 'objects' },
  http: { one: 'file', many: 'files' },
  folder: { one: 'file', many: 'files' },
};

export const connectionExamples: Readonly<Record<SourceType, string>> = {
  postgresql: 'postgresql://user:password@host:5432/database',
  mysql: 'Server=host;Database=shop;User Id=reader;Password=...',
  sqlite: 'sqlite:///data/shop.db',
  s3: 's3://key:secret@bucket/prefix?endpoint=http://127.0.0.1:9000',
  http: 'https://example.com/exports/',
  folder: 'file:///data/exports',
};
