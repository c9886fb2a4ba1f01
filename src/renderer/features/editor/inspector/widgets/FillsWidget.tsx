import { typeFamily } from '../../../../../shared/kernel/columns.ts';
import { Combobox, Input, Select } from '../../../../ui/index.ts';
import { valueFor } from '../../form/condition-edit.ts';
import { problemAt } from '../../form/form-model.ts';
import { columnOptions } from '../column-icon.ts';
import { ListEditor } from '../ListEditor.tsx';
import { list, useColumns, type WidgetProps } from '../widget-props.ts';

interface Fill {
  readonly column?: string;
  readonly every?: string;
  readonly with?: string;
  readonly value?: string | number | boolean;
  readonly from?: string;
}

const everyPrefix = '\u0000every ';
const everyOptions = [
  { value: `${everyPrefix}any`, label: 'All columns', group: 'Several' },
  { value: `${everyPrefix}text`, label: 'All text columns', group: 'Several' },
  { value: `${everyPrefix}number`, label: 'All number columns', group: 'Several' },
];
const fillers = [
  { value: 'value', label: 'this value' },
  { value: 'zero', label: 'zero' },
  { value: 'empty_text', label: 'empty text' },
  { value: 'column', label: 'another column' },
];

/** What empty values become, column by column or for all columns of a kind. */
export function FillsWidget({ node, field, value, problems, onChange }: WidgetProps) {
  const columns = useColumns(node, field);
  const items = list<Fill>(value);
  const options = columnOptions(columns);
  const target = (item: Fill) => (item.every ? everyPrefix + item.every : (item.column ?? null));
  const setTarget = ({ column: _column, every: _every, ...rest }: Fill, next: string | null): Fill => {
    if (next === null) return rest;
    return next.startsWith(everyPrefix)
      ? { ...rest, every: next.slice(everyPrefix.length) }
      : { ...rest, column: next };
  };
  const typeOf = (item: Fill) => columns.find((column) => column.name === item.column)?.type;
  return (
    <ListEditor<Fill>
      items={items}
      noun="fill"
      make={() => ({ with: 'value', value: '' })}
      addLabel="Add a column to fill"
      onChange={(next) => onChange(next, next.length === items.length)}
      errorAt={(index) => problemAt(problems, [field.key, index])}
      render={(item, index, change) => (
        <div className="space-y-1 pb-1.5">
          <Combobox
            mono
            value={target(item)}
            options={[...options, ...everyOptions]}
            placeholder="Choose a column"
            freeText={columns.length === 0}
            aria-label={`Column to fill ${index + 1}`}
            onChange={(next) => change(setTarget(item, next))}
          />
          <div className="grid grid-cols-2 gap-1">
            <Select
              value={item.with ?? 'value'}
              options={fillers}
              aria-label={`Filled with, line ${index + 1}`}
              onChange={(next) => {
                const { value: _value, from: _from, ...rest } = item;
                change({ ...rest, with: next, ...(next === 'value' && { value: '' }) });
              }}
            />
            {(item.with ?? 'value') === 'value' && (
              <Input
                value={String(item.value ?? '')}
                placeholder={typeOf(item) && typeFamily(typeOf(item) ?? '') === 'number' ? '0' : 'unknown'}
                aria-label={`Value, line ${index + 1}`}
                onChange={(event) => change({ ...item, value: valueFor(event.target.value, typeOf(item)) })}
              />
            )}
            {item.with === 'column' && (
              <Combobox
                mono
                value={item.from ?? null}
                options={options}
                placeholder="Column"
                freeText={columns.length === 0}
                aria-label={`Taken from, line ${index + 1}`}
                onChange={(from) => change({ ...item, from: from ?? undefined })}
              />
            )}
          </div>
        </div>
      )}
    />
  );
}
