import { useQuery } from '@tanstack/react-query';
import { File, Table2 } from 'lucide-react';
import { isDatabase } from '../../../../../shared/sources/connection.ts';
import { orpc } from '../../../../data/client.ts';
import { callError } from '../../../../data/errors.ts';
import { sourceIcons, sourceTypeNames } from '../../../../graph/source-looks.ts';
import { Combobox, formatCount, formatPlural } from '../../../../ui/index.ts';
import type { WidgetProps } from '../widget-props.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A source by its name: databases for kinds that speak of tables, the others for kinds that speak of files. */
export function SourceWidget({ node, value, onChange }: WidgetProps) {
  const { data = [] } = useQuery(orpc.sources.list.queryOptions({ input: {} }));
  const wantsTables = node.kind.includes('table');
  const fitting = data.filter(({ config }) => isDatabase(config) === wantsTables);
  return (
    <>
      <Combobox
        freeText
        value={text(value) || null}
        options={fitting.map(({ name, type, environment }) => ({
          value: name,
          label: name,
          note: [sourceTypeNames[type], environment ?? ''].filter(Boolean).join(', '),
          icon: sourceIcons[type],
        }))}
        placeholder="Choose a source"
        searchPlaceholder="Search sources"
        empty={
          wantsTables ? 'No database under Sources yet.' : 'No bucket, address or folder under Sources yet.'
        }
        onChange={(name) => onChange(name ?? '')}
      />
      <a href="#/sources" className="mt-1 inline-block text-meta text-accent-text hover:underline">
        Manage sources
      </a>
    </>
  );
}

/** A table of the chosen database, or an object or a file of the chosen bucket or folder. */
export function SourceObjectWidget({ node, field, value, onChange }: WidgetProps) {
  const sources = useQuery(orpc.sources.list.queryOptions({ input: {} }));
  const chosen = (sources.data ?? []).find(
    ({ name }) => name.toLowerCase() === text(node.config.source).toLowerCase(),
  );
  const known = useQuery({
    ...orpc.sources.metadata.queryOptions({ input: { id: chosen?.id ?? '' } }),
    enabled: chosen !== undefined,
    // It connects each time: what a person just saw is fresh enough.
    staleTime: 60_000,
    retry: false,
  });
  // A web address lists itself, without a name: that is the empty field.
  const tables = (known.data?.tables ?? []).filter(({ name }) => name !== '');
  const isTable = node.kind.includes('table');
  return (
    <>
      <Combobox
        mono
        freeText
        clearable
        value={text(value) || null}
        options={tables.map(({ name, rows, rowsExact, kind }) => ({
          value: name,
          label: name,
          note: rows === null ? kind : `${rowsExact ? '' : 'about '}${formatCount(rows)} rows`,
          icon: isTable ? Table2 : File,
        }))}
        placeholder={field.hint.placeholder}
        searchPlaceholder={isTable ? 'Search tables or type a name' : 'Search files or type a name'}
        empty={known.isFetching ? 'Asking the source…' : 'Nothing is listed. Type the name.'}
        onChange={(name) => onChange(name ?? '')}
      />
      {known.isError && (
        <p role="status" className="mt-1 text-meta text-status-warning">
          {callError(known.error).message}
        </p>
      )}
      <Columns names={tables.find(({ name }) => name === text(value))?.columns ?? []} />
    </>
  );
}

function Columns({ names }: { names: readonly { name: string; type: string }[] }) {
  if (names.length === 0) return null;
  return (
    <details className="mt-1 text-meta text-muted">
      <summary className="cursor-default">{formatPlural(names.length, 'column')}</summary>
      <ul className="mt-1 space-y-0.5 font-mono text-data">
        {names.map(({ name, type }) => (
          <li key={name} className="flex gap-2">
            <span className="min-w-0 flex-1 truncate" title={name}>
              {name}
            </span>
            <span className="text-faint">{type}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
