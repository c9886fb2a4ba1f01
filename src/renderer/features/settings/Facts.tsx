import { CopyButton } from '../../ui/index.ts';

/** Names and values that one may want to copy. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl className="grid grid-cols-[140px_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="flex min-w-0 items-center gap-1">
            <span className="truncate font-mono text-data" title={value}>
              {value}
            </span>
            <CopyButton label={`Copy ${name.toLowerCase()}`} text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
