import { Plus, X } from 'lucide-react';
import { Button, Checkbox, Combobox, IconButton, Input, NumberInput, Select } from '../../../../ui/index.ts';
import { valueFor } from '../../form/condition-edit.ts';
import { problemAt } from '../../form/form-model.ts';
import { columnOptions } from '../column-icon.ts';
import { ListEditor } from '../ListEditor.tsx';
import { list, useColumns, type WidgetProps } from '../widget-props.ts';
import { ExpressionEditor } from './code.tsx';

interface ColumnRule {
  readonly column?: string;
  readonly required?: boolean;
  readonly type?: string;
  readonly format?: string;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly pattern?: string;
  readonly in?: readonly unknown[];
  readonly not_in?: readonly unknown[];
  readonly condition?: string;
  readonly message?: string;
}

const typeOptions = [
  { value: 'text', label: 'text' },
  { value: 'integer', label: 'whole number' },
  { value: 'number', label: 'number' },
  { value: 'boolean', label: 'yes / no' },
  { value: 'date', label: 'date' },
  { value: 'timestamp', label: 'date and time' },
];
const formatOptions = [
  ...['email', 'uuid', 'uri', 'date', 'time', 'date-time', 'hostname', 'ipv4', 'ipv6'].map((value) => ({
    value,
    label: value,
  })),
];

/** What rows must be like: lines about columns, and conditions over the whole row. */
export function RowRulesWidget({ node, field, value, problems, onChange }: WidgetProps) {
  const columns = useColumns(node, field);
  const items = list<ColumnRule>(value);
  const options = columnOptions(columns);
  return (
    <>
      <ListEditor<ColumnRule>
        items={items}
        noun="rule"
        make={() => ({ required: true })}
        addLabel="Add a rule for a column"
        onChange={(next) => onChange(next, next.length === items.length)}
        errorAt={(index) => problemAt(problems, [field.key, index])}
        render={(item, index, change) =>
          item.condition === undefined ? (
            <ColumnRuleLine
              rule={item}
              at={index + 1}
              options={options}
              typed={columns.length === 0}
              change={change}
            />
          ) : (
            <div className="space-y-1 pb-1.5">
              <ExpressionEditor
                value={item.condition}
                columns={columns}
                label={`Condition, rule ${index + 1}`}
                placeholder="shipped_at >= ordered_at"
                onChange={(condition) => change({ ...item, condition })}
              />
              <Input
                value={item.message ?? ''}
                placeholder="Reason, such as: shipped too early"
                aria-label={`Reason, rule ${index + 1}`}
                onChange={(event) => change(withPart(item, 'message', event.target.value || undefined))}
              />
            </div>
          )
        }
      />
      <Button size="sm" variant="ghost" icon={Plus} onClick={() => onChange([...items, { condition: '' }])}>
        Add a condition
      </Button>
    </>
  );
}

interface ColumnRuleLineProps {
  readonly rule: ColumnRule;
  readonly at: number;
  readonly options: ReturnType<typeof columnOptions>;
  /** Columns are not known: their names are typed. */
  readonly typed: boolean;
  readonly change: (rule: ColumnRule) => void;
}

type Check =
  | 'type'
  | 'format'
  | 'min'
  | 'max'
  | 'min_length'
  | 'max_length'
  | 'pattern'
  | 'in'
  | 'not_in'
  | 'message';

/** What a rule may ask besides `required`, in the order they stand, and what each begins with. */
const checks: readonly { readonly key: Check; readonly label: string; readonly begin: unknown }[] = [
  { key: 'type', label: 'Is a', begin: 'number' },
  { key: 'format', label: 'Has the form', begin: 'email' },
  { key: 'min', label: 'At least', begin: 0 },
  { key: 'max', label: 'At most', begin: 100 },
  { key: 'min_length', label: 'Length from', begin: 1 },
  { key: 'max_length', label: 'Length to', begin: 100 },
  { key: 'pattern', label: 'Matches', begin: '' },
  { key: 'in', label: 'Is one of', begin: [''] },
  { key: 'not_in', label: 'Is none of', begin: [''] },
  { key: 'message', label: 'Reason', begin: 'is not right' },
];

function ColumnRuleLine({ rule, at, options, typed, change }: ColumnRuleLineProps) {
  const open = checks.filter(({ key }) => rule[key] === undefined);
  const set = (key: keyof ColumnRule, value: unknown) => change(withPart(rule, key, value));
  return (
    <div className="space-y-1 pb-2">
      <Combobox
        mono
        value={rule.column ?? null}
        options={options}
        placeholder="Choose a column"
        freeText={typed}
        aria-label={`Column of rule ${at}`}
        onChange={(column) => set('column', column ?? undefined)}
      />
      <Checkbox
        label="Required: never empty"
        checked={rule.required === true}
        onChange={(on) => set('required', on ? true : undefined)}
      />
      {checks
        .filter(({ key }) => rule[key] !== undefined)
        .map(({ key, label }) => (
          <div key={key} className="grid grid-cols-[72px_1fr_auto] items-center gap-1">
            <span className="truncate text-meta text-muted">{label}</span>
            <CheckControl
              name={key}
              label={`${label}, rule ${at}`}
              rule={rule}
              set={(value) => set(key, value)}
            />
            <IconButton
              label={`Remove: ${label}, rule ${at}`}
              icon={X}
              size="sm"
              onClick={() => set(key, undefined)}
            />
          </div>
        ))}
      {open.length > 0 && (
        <Select
          value=""
          options={[
            { value: '', label: 'Add a check …' },
            ...open.map(({ key, label }) => ({ value: key, label })),
          ]}
          aria-label={`Add a check to rule ${at}`}
          onChange={(key) => {
            const chosen = checks.find((check) => check.key === key);
            if (chosen) set(chosen.key, chosen.begin);
          }}
        />
      )}
    </div>
  );
}

interface CheckControlProps {
  readonly name: Check;
  readonly label: string;
  readonly rule: ColumnRule;
  readonly set: (value: unknown) => void;
}

function CheckControl({ name, label, rule, set }: CheckControlProps) {
  const value = rule[name];
  switch (name) {
    case 'type':
    case 'format':
      return (
        <Select
          value={String(value)}
          options={name === 'type' ? typeOptions : formatOptions}
          aria-label={label}
          onChange={set}
        />
      );
    case 'min_length':
    case 'max_length':
      return (
        <NumberInput
          integer
          min={0}
          value={typeof value === 'number' ? value : null}
          aria-label={label}
          onChange={(found) => set(found ?? 0)}
        />
      );
    case 'min':
    case 'max':
      return (
        <Input
          value={String(value)}
          aria-label={label}
          onChange={(event) => set(boundOf(event.target.value))}
        />
      );
    case 'in':
    case 'not_in':
      return (
        <Input
          value={Array.isArray(value) ? value.join(', ') : ''}
          placeholder="EU, US"
          aria-label={label}
          onChange={(event) => set(event.target.value.split(/,\s?/))}
        />
      );
    default:
      return (
        <Input
          mono={name === 'pattern'}
          value={String(value)}
          placeholder={name === 'pattern' ? '^[A-Z]{2}$' : undefined}
          aria-label={label}
          onChange={(event) => set(event.target.value)}
        />
      );
  }
}

/** A number where it reads as one; else a text, such as a date. */
function boundOf(text: string): string | number {
  const found = valueFor(text.trim(), 'DOUBLE');
  return typeof found === 'number' ? found : text;
}

/** Without the part where it holds nothing: a rule that says nothing of it is not the same as one that says "". */
function withPart(rule: ColumnRule, key: keyof ColumnRule, value: unknown): ColumnRule {
  const { [key]: _old, ...rest } = rule;
  return (value === undefined ? rest : { ...rest, [key]: value }) as ColumnRule;
}
