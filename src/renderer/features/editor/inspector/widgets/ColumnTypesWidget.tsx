import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Column } from '../../../../../shared/kernel/columns.ts';
import { isPlainObject } from '../../../../../shared/kernel/json.ts';
import { Button, Combobox } from '../../../../ui/index.ts';
import { useView } from '../../state/editor-context.ts';
import { columnIcon, columnOptions, shortType, typeOptions } from '../column-icon.ts';
import { ListEditor } from '../ListEditor.tsx';
import type { WidgetProps } from '../widget-props.ts';

const none: readonly Column[] = [];

/** Types that replace the detected ones, for the columns that need it. */
export function ColumnTypesWidget({ node, value, onChange }: WidgetProps) {
  const columns = useView((view) => view.checked.columns.get(node.id)?.out ?? none);
  const types = isPlainObject(value) ? (value as Record<string, string>) : {};
  const entries = Object.entries(types);
  const [adding, setAdding] = useState(false);
  const left = columns.filter((column) => !Object.hasOwn(types, column.name));
  return (
    <div className="space-y-1">
      <ListEditor<[string, string]>
        items={entries}
        noun="type"
        fixedOrder
        onChange={(next) => onChange(Object.fromEntries(next))}
        render={([name, type], _index, change) => {
          const Icon = columnIcon(type);
          return (
            <div className="grid grid-cols-2 items-center gap-1">
              <span className="flex min-w-0 items-center gap-1.5 font-mono text-data" title={name}>
                <Icon size={13} aria-hidden className="shrink-0 text-muted" />
                <span className="truncate">{name}</span>
              </span>
              <Combobox
                freeText
                value={type}
                options={typeOptions}
                aria-label={`Type of ${name}`}
                onChange={(next) => change([name, next ?? 'VARCHAR'])}
              />
            </div>
          );
        }}
      />
      {adding ? (
        <Combobox
          mono
          freeText
          value={null}
          options={columnOptions(left).map((option) => ({ ...option, note: shortType(option.note ?? '') }))}
          placeholder="Choose the column"
          aria-label="Column to give a type"
          onChange={(name) => {
            setAdding(false);
            if (name)
              onChange({
                ...types,
                [name]: columns.find((column) => column.name === name)?.type ?? 'VARCHAR',
              });
          }}
        />
      ) : (
        <Button size="sm" variant="ghost" icon={Plus} onClick={() => setAdding(true)}>
          Set a column’s type
        </Button>
      )}
    </div>
  );
}
