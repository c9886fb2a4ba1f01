import { CopyButton } from '../../ui/index.ts';

interface FactsProps {
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** One may want to copy each value, or all of them together. */
  readonly copy?: 'each' | 'all';
}

/** Names and values. */
export function Facts({ rows, copy = 'each' }: FactsProps) {
  return (
    <>
      <dl className="grid grid-cols-[140px_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="self-center text-muted">{name}</dt>
            <dd className="flex min-w-0 items-center gap-1">
              <span className="truncate font-mono text-data" title={value}>
                {value}
              </span>
              {copy === 'each' && <CopyButton label={`Copy ${name.toLowerCase()}`} text={value} />}
            </dd>
          </div>
        ))}
      </dl>
      {copy === 'all' && (
        <div>
          <CopyButton
            withText
            variant="secondary"
            label="Copy all"
            text={() => rows.map(([name, value]) => `${name}: ${value}`).join('\n')}
          />
        </div>
      )}
    </>
  );
}
