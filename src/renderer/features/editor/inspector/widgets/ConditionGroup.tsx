import { FolderPlus, Plus, X } from 'lucide-react';
import { type Column, typeFamily } from '../../../../../shared/kernel/columns.ts';
import type { Comparison, ConditionOperator } from '../../../../../shared/plan/condition.ts';
import { Button, Combobox, cx, IconButton, Input, Select } from '../../../../ui/index.ts';
import {
  type Group,
  isGroup,
  operatorsFor,
  operatorWord,
  refit,
  valueFor,
} from '../../form/condition-edit.ts';
import { columnOptions } from '../column-icon.ts';

interface ConditionGroupProps {
  group: Group;
  columns: readonly Column[];
  onChange: (group: Group, typing?: boolean) => void;
  depth?: number;
}

const joins = [
  { value: 'all', label: 'all of these hold' },
  { value: 'any', label: 'any of these holds' },
  { value: 'none', label: 'none of these holds' },
] as const;

/** Lines and groups of lines under all, any or none. */
export function ConditionGroup({ group, columns, onChange, depth = 0 }: ConditionGroupProps) {
  const replace = (index: number, part: Group | Comparison | undefined, typing?: boolean) =>
    onChange(
      {
        ...group,
        parts: group.parts.flatMap((old, at) => (at !== index ? [old] : part === undefined ? [] : [part])),
      },
      typing,
    );
  const line = (): Comparison =>
    refit({ field: columns[0]?.name ?? 'column', operator: 'eq' }, columns[0]?.type);
  return (
    // biome-ignore lint/a11y/useSemanticElements: groups nest inside the field's own group.
    <div
      role="group"
      className={cx('space-y-1.5', depth > 0 && 'rounded-md border border-line bg-sunken p-1.5')}
    >
      {(group.parts.length > 1 || group.join !== 'all' || depth > 0) && (
        <Select
          variant="inline"
          value={group.join}
          options={[...joins]}
          aria-label="How the lines are joined"
          onChange={(join) => onChange({ ...group, join })}
        />
      )}
      {group.parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place.
        <div key={index} className="flex items-start gap-1">
          <div className="min-w-0 flex-1">
            {isGroup(part) ? (
              <ConditionGroup
                group={part}
                columns={columns}
                depth={depth + 1}
                onChange={(next, typing) =>
                  replace(index, next.parts.length === 0 ? undefined : next, typing)
                }
              />
            ) : (
              <ConditionLine
                line={part}
                columns={columns}
                onChange={(next, typing) => replace(index, next, typing)}
              />
            )}
          </div>
          <IconButton
            size="sm"
            icon={X}
            label="Remove the condition"
            className="mt-0.5"
            onClick={() => replace(index, undefined)}
          />
        </div>
      ))}
      <div className="flex gap-1">
        <Button
          size="sm"
          variant="ghost"
          icon={Plus}
          onClick={() => onChange({ ...group, parts: [...group.parts, line()] })}
        >
          Add condition
        </Button>
        {depth < 3 && (
          <Button
            size="sm"
            variant="ghost"
            icon={FolderPlus}
            onClick={() =>
              onChange({
                ...group,
                parts: [...group.parts, { join: group.join === 'any' ? 'all' : 'any', parts: [line()] }],
              })
            }
          >
            Add group
          </Button>
        )}
      </div>
    </div>
  );
}

interface ConditionLineProps {
  line: Comparison;
  columns: readonly Column[];
  onChange: (line: Comparison, typing?: boolean) => void;
}

function ConditionLine({ line, columns, onChange }: ConditionLineProps) {
  const type = columns.find((column) => column.name === line.field)?.type;
  const operators = operatorsFor(type).map((operator) => ({
    value: operator,
    label: operatorWord(operator, type),
  }));
  return (
    <div className="space-y-1">
      <div className="grid grid-cols-2 gap-1">
        <Combobox
          mono
          value={line.field || null}
          options={columnOptions(columns)}
          placeholder="Column"
          freeText={columns.length === 0}
          aria-label="Column"
          onChange={(name) => {
            const next = columns.find((column) => column.name === name);
            onChange(refit({ ...line, field: name ?? '' }, next?.type));
          }}
        />
        <Select<ConditionOperator>
          value={line.operator}
          options={operators}
          aria-label="Comparison"
          onChange={(operator) => onChange(refit({ ...line, operator }, type))}
        />
      </div>
      <ConditionValue line={line} type={type} onChange={onChange} />
    </div>
  );
}

function ConditionValue({
  line,
  type,
  onChange,
}: {
  line: Comparison;
  type: string | undefined;
  onChange: ConditionLineProps['onChange'];
}) {
  const values = Array.isArray(line.value) ? line.value : [line.value ?? ''];
  const numeric = type !== undefined && typeFamily(type) === 'number';
  const input = (value: unknown, label: string, change: (text: string) => void) => (
    <Input
      value={value === null ? '' : String(value)}
      inputMode={numeric ? 'decimal' : undefined}
      placeholder={placeholderOf(type)}
      aria-label={label}
      aria-invalid={
        (numeric && value !== '' && typeof value === 'string' && !/^-?\d+(\.\d+)?$/.test(value)) || undefined
      }
      onChange={(event) => change(event.target.value)}
    />
  );
  switch (line.operator) {
    case 'is_null':
    case 'not_null':
      return null;
    case 'between':
      return (
        <div className="grid grid-cols-[1fr_auto_1fr] items-center gap-1">
          {input(values[0], 'From', (text) =>
            onChange({ ...line, value: [valueFor(text, type), values[1] ?? ''] }, true),
          )}
          <span className="text-meta text-muted">and</span>
          {input(values[1], 'To', (text) =>
            onChange({ ...line, value: [values[0] ?? '', valueFor(text, type)] }, true),
          )}
        </div>
      );
    case 'in':
    case 'not_in':
      return (
        <ListInput
          values={values}
          onChange={(texts) => onChange({ ...line, value: texts.map((text) => valueFor(text, type)) }, true)}
          placeholder={`${placeholderOf(type)}, …`}
        />
      );
    default:
      if (type !== undefined && typeFamily(type) === 'boolean') {
        const options = [
          { value: 'true', label: 'true' },
          { value: 'false', label: 'false' },
        ];
        return (
          <Select
            value={String(line.value)}
            options={options}
            aria-label="Value"
            onChange={(text) => onChange({ ...line, value: text === 'true' })}
          />
        );
      }
      return input(values[0], 'Value', (text) => onChange({ ...line, value: valueFor(text, type) }, true));
  }
}

/** Several values with commas between them; a value that holds a comma is put in double quotes. */
function ListInput({
  values,
  onChange,
  placeholder,
}: {
  values: readonly unknown[];
  onChange: (texts: string[]) => void;
  placeholder: string;
}) {
  const shown = values
    .map((value) => (/[",]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)))
    .join(', ');
  return (
    <Input
      key={shown}
      defaultValue={shown}
      placeholder={placeholder}
      aria-label="Values, separated by commas"
      onBlur={(event) => onChange(splitValues(event.target.value))}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChange(splitValues(event.currentTarget.value));
      }}
    />
  );
}

function splitValues(text: string): string[] {
  const parts = text.match(/\s*("(?:[^"]|"")*"|[^,]*)\s*(?:,|$)/g) ?? [];
  return parts
    .map((part) => part.replace(/,\s*$/, '').trim())
    .map((part) =>
      part.startsWith('"') && part.endsWith('"') && part.length > 1
        ? part.slice(1, -1).replaceAll('""', '"')
        : part,
    )
    .filter((part) => part !== '');
}

function placeholderOf(type: string | undefined): string {
  const family = type === undefined ? 'other' : typeFamily(type);
  if (family === 'number') return '100';
  if (family !== 'time') return 'value';
  return /^DATE$/i.test(type ?? '') ? '2024-01-31' : '2024-01-31 08:00';
}
