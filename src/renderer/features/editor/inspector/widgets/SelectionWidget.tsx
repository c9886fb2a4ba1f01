import { useState } from 'react';
import { Button, Combobox, Input, SearchInput } from '../../../../ui/index.ts';
import { problemAt } from '../../form/form-model.ts';
import { columnIcon, columnOptions, typeOptions } from '../column-icon.ts';
import { ListEditor } from '../ListEditor.tsx';
import { list, useColumns, type WidgetProps } from '../widget-props.ts';

interface Chosen {
  readonly column: string;
  readonly as?: string;
  readonly type?: string;
}

/** Columns to keep in order, each with a new name and a new type where wanted. */
export function SelectionWidget({ node, field, value, problems, onChange }: WidgetProps) {
  const columns = useColumns(node, field);
  const items = list<Chosen>(value);
  const [search, setSearch] = useState('');
  const used = new Set(items.map((item) => item.column));
  const left = columns.filter((column) => !used.has(column.name));
  const removing = node.config.mode === 'remove';
  const found = left.filter((column) => column.name.toLowerCase().includes(search.toLowerCase()));
  return (
    <div className="space-y-2">
      <div className="flex gap-1">
        <Button
          size="sm"
          disabled={left.length === 0}
          onClick={() => onChange([...items, ...left.map(({ name }) => ({ column: name }))])}
        >
          Add all
        </Button>
        <Button size="sm" disabled={items.length === 0} onClick={() => onChange([])}>
          Clear
        </Button>
      </div>
      <ListEditor<Chosen>
        items={items}
        noun="column"
        onChange={(next) => onChange(next, next.length === items.length)}
        errorAt={(index) => problemAt(problems, [field.key, index])}
        render={(item, index, change) => (
          <div className={removing ? '' : 'grid grid-cols-[1fr_1fr_86px] gap-1'}>
            <Combobox
              mono
              value={item.column || null}
              options={columnOptions(columns)}
              freeText={columns.length === 0}
              aria-label={`Column ${index + 1}`}
              onChange={(column) => change({ ...item, column: column ?? '' })}
            />
            {!removing && (
              <>
                <Input
                  mono
                  value={item.as ?? ''}
                  placeholder={item.column}
                  aria-label={`New name of ${item.column}`}
                  onChange={(event) => change(without(item, 'as', event.target.value))}
                />
                <Combobox
                  clearable
                  freeText
                  value={item.type ?? null}
                  options={typeOptions}
                  placeholder="as is"
                  aria-label={`New type of ${item.column}`}
                  onChange={(type) => change(without(item, 'type', type ?? ''))}
                />
              </>
            )}
          </div>
        )}
      />
      {left.length > 0 && (
        <div className="rounded-md border border-line bg-sunken p-1.5">
          <div className="mb-1 flex items-center justify-between px-1 text-meta text-muted">Not chosen</div>
          {left.length > 8 && (
            <SearchInput value={search} onChange={setSearch} label="Search columns" className="mb-1 w-full" />
          )}
          <div className="flex max-h-44 flex-wrap gap-1 overflow-y-auto">
            {found.map(({ name, type }) => {
              const Icon = columnIcon(type);
              return (
                <button
                  key={name}
                  type="button"
                  aria-label={`Add ${name}`}
                  title={`${name} ${type}`}
                  className="flex h-6 max-w-full items-center gap-1 rounded-sm border border-line-strong bg-raised px-1.5 font-mono text-data hover:border-accent"
                  onClick={() => onChange([...items, { column: name }])}
                >
                  <Icon size={12} aria-hidden className="shrink-0 text-muted" />
                  <span className="truncate">{name}</span>
                </button>
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}

function without(item: Chosen, key: 'as' | 'type', value: string): Chosen {
  const { [key]: _old, ...rest } = item;
  return value === '' ? rest : { ...rest, [key]: value };
}
