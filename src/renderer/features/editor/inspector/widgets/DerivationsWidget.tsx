import { Combobox } from '../../../../ui/index.ts';
import { problemAt } from '../../form/form-model.ts';
import { columnOptions } from '../column-icon.ts';
import { ListEditor } from '../ListEditor.tsx';
import { list, useColumns, type WidgetProps } from '../widget-props.ts';
import { ExpressionEditor } from './code.tsx';

interface Derivation {
  readonly name: string;
  readonly expression: string;
}

/** New columns, each a name and an expression; later ones may use earlier ones. */
export function DerivationsWidget({ node, field, value, problems, onChange }: WidgetProps) {
  const columns = useColumns(node, field);
  const items = list<Derivation>(value);
  return (
    <ListEditor<Derivation>
      items={items}
      noun="column"
      make={() => ({ name: freeName(items, columns), expression: '' })}
      onChange={(next) => onChange(next, next.length === items.length)}
      errorAt={(index) => problemAt(problems, [field.key, index])}
      render={(item, index, change) => {
        const known = [...columns, ...items.slice(0, index).map(({ name }) => ({ name, type: 'computed' }))];
        return (
          <div className="space-y-1 pb-1.5">
            <Combobox
              freeText
              mono
              value={item.name || null}
              options={columnOptions(columns)}
              placeholder="Name of the column"
              searchPlaceholder="Replace a column"
              aria-label={`Name of column ${index + 1}`}
              onChange={(name) => change({ ...item, name: name ?? '' })}
            />
            <ExpressionEditor
              windows
              value={item.expression}
              columns={known}
              label={`Expression of ${item.name || `column ${index + 1}`}`}
              placeholder={field.hint.placeholder}
              onChange={(expression) => change({ ...item, expression })}
            />
          </div>
        );
      }}
    />
  );
}

function freeName(items: readonly Derivation[], columns: readonly { name: string }[]): string {
  const taken = new Set([...items, ...columns].map(({ name }) => name));
  let count = 1;
  while (taken.has(`column_${count}`)) count += 1;
  return `column_${count}`;
}
