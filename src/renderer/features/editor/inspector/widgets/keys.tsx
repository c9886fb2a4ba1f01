import { ArrowDown, ArrowUp, Equal, MoreHorizontal } from 'lucide-react';
import { Button, Combobox, DropdownMenu, IconButton } from '../../../../ui/index.ts';
import { problemAt } from '../../form/form-model.ts';
import { columnOptions } from '../column-icon.ts';
import { ListEditor } from '../ListEditor.tsx';
import { list, useColumns, useInputColumns, type WidgetProps } from '../widget-props.ts';
import { noColumnsYet } from './columns.tsx';

interface SortKey {
  readonly column: string;
  readonly descending?: boolean;
  readonly nulls?: 'first' | 'last';
}

export function SortKeysWidget({ node, field, value, problems, onChange }: WidgetProps) {
  const columns = useColumns(node, field);
  const items = list<SortKey>(value);
  const used = new Set(items.map((item) => item.column));
  return (
    <ListEditor<SortKey>
      items={items}
      noun="sort column"
      make={() => ({ column: columns.find((column) => !used.has(column.name))?.name ?? '' })}
      onChange={onChange}
      errorAt={(index) => problemAt(problems, [field.key, index])}
      render={(item, index, change) => (
        <div className="flex items-center gap-1">
          <Combobox
            mono
            value={item.column || null}
            options={columnOptions(columns)}
            placeholder="Choose a column"
            empty={columns.length === 0 ? noColumnsYet : undefined}
            freeText={columns.length === 0}
            aria-label={`Sort column ${index + 1}`}
            onChange={(column) => change({ ...item, column: column ?? '' })}
          />
          <IconButton
            variant="secondary"
            icon={item.descending ? ArrowDown : ArrowUp}
            label={
              item.descending
                ? 'Largest first; change to smallest first'
                : 'Smallest first; change to largest first'
            }
            onClick={() => change({ ...item, descending: !item.descending })}
          />
          <DropdownMenu
            trigger={
              <Button
                variant="ghost"
                size="sm"
                icon={MoreHorizontal}
                aria-label={`Where empty values of sort column ${index + 1} go`}
              />
            }
            items={[
              { type: 'label', label: 'Empty values' },
              {
                type: 'check',
                label: 'Last',
                checked: item.nulls !== 'first',
                onChange: () => change({ ...item, nulls: 'last' }),
              },
              {
                type: 'check',
                label: 'First',
                checked: item.nulls === 'first',
                onChange: () => change({ ...item, nulls: 'first' }),
              },
            ]}
          />
        </div>
      )}
    />
  );
}

interface JoinKey {
  readonly left: string;
  readonly right: string;
}

export function JoinKeysWidget({ node, field, value, problems, onChange }: WidgetProps) {
  const left = useInputColumns(node, 'left')[0] ?? [];
  const right = useInputColumns(node, 'right')[0] ?? [];
  const items = list<JoinKey>(value);
  const make = (): JoinKey => {
    const used = new Set(items.map((item) => item.left));
    // A column of the same name on both sides is nearly always the key.
    const shared = left.filter(({ name }) => !used.has(name) && right.some((other) => other.name === name));
    const best = shared.find(({ name }) => /(^|_)(id|key|code|no|nr)$/i.test(name)) ?? shared[0];
    return { left: best?.name ?? '', right: best?.name ?? '' };
  };
  const side = (item: JoinKey, index: number, which: 'left' | 'right', change: (next: JoinKey) => void) => {
    const columns = which === 'left' ? left : right;
    return (
      <Combobox
        mono
        value={item[which] || null}
        options={columnOptions(columns)}
        placeholder={which === 'left' ? 'Left' : 'Right'}
        empty={columns.length === 0 ? `No columns yet: connect the ${which} input.` : undefined}
        freeText={columns.length === 0}
        aria-label={`Pair ${index + 1}, ${which} column`}
        onChange={(name) => {
          const next = { ...item, [which]: name ?? '' };
          const twin = which === 'left' && next.right === '' && right.some((column) => column.name === name);
          change(twin ? { ...next, right: name ?? '' } : next);
        }}
      />
    );
  };
  return (
    <ListEditor<JoinKey>
      items={items}
      noun="pair"
      fixedOrder
      make={make}
      onChange={onChange}
      errorAt={(index) => problemAt(problems, [field.key, index])}
      render={(item, index, change) => (
        <div className="grid grid-cols-[1fr_auto_1fr] items-center gap-1">
          {side(item, index, 'left', change)}
          <Equal size={13} aria-label="equals" className="text-muted" />
          {side(item, index, 'right', change)}
        </div>
      )}
    />
  );
}
