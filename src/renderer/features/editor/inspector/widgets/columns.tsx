import { Combobox, MultiCombobox } from '../../../../ui/index.ts';
import { columnOptions } from '../column-icon.ts';
import { list, useColumns, type WidgetProps } from '../widget-props.ts';

export const noColumnsYet = 'No columns yet: connect an input first.';

export function ColumnWidget({ node, field, value, onChange }: WidgetProps) {
  const columns = useColumns(node, field);
  return (
    <Combobox
      mono
      value={typeof value === 'string' && value !== '' ? value : null}
      options={columnOptions(columns)}
      placeholder={field.hint.placeholder ?? 'Choose a column'}
      searchPlaceholder={columns.length === 0 ? 'Type a column' : 'Search columns'}
      empty={columns.length === 0 ? noColumnsYet : undefined}
      clearable={field.optional}
      freeText={columns.length === 0}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

export function ColumnsWidget({ node, field, value, onChange }: WidgetProps) {
  const columns = useColumns(node, field);
  return (
    <MultiCombobox
      mono
      value={list<string>(value)}
      options={columnOptions(columns)}
      placeholder={field.hint.placeholder ?? 'Choose columns'}
      searchPlaceholder={columns.length === 0 ? 'Type a column' : 'Search columns'}
      empty={columns.length === 0 ? noColumnsYet : undefined}
      freeText={columns.length === 0}
      onChange={onChange}
    />
  );
}
