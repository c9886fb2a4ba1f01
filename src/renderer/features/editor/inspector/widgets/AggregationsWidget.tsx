import { Combobox, Input, NumberInput, Select } from '../../../../ui/index.ts';
import { elementChoices, problemAt } from '../../form/form-model.ts';
import { columnOptions } from '../column-icon.ts';
import { ListEditor } from '../ListEditor.tsx';
import { list, useColumns, type WidgetProps } from '../widget-props.ts';
import { ExpressionEditor } from './code.tsx';

interface Aggregation {
  readonly function: string;
  readonly column?: string;
  readonly expression?: string;
  readonly as?: string;
  readonly p?: number;
  readonly by?: string;
  readonly separator?: string;
}

const words: Readonly<Record<string, string>> = {
  count: 'Count',
  count_distinct: 'Count distinct',
  sum: 'Sum',
  avg: 'Average',
  min: 'Minimum',
  max: 'Maximum',
  median: 'Median',
  stddev: 'Standard deviation',
  percentile: 'Percentile',
  first: 'First',
  last: 'Last',
  string_agg: 'Join texts',
};

const computed = '\u0000expression';

/** Figures for each group: a function, what it is taken of, and the name of the result. */
export function AggregationsWidget({ node, field, value, problems, onChange }: WidgetProps) {
  const columns = useColumns(node, field);
  const items = list<Aggregation>(value);
  const functions = elementChoices(field.schema, 'function').map((choice) => ({
    ...choice,
    label: words[choice.value] ?? choice.label,
  }));
  const options = columnOptions(columns);
  const of = (item: Aggregation) => (item.expression !== undefined ? computed : (item.column ?? null));
  const setOf = (item: Aggregation, next: string | null): Aggregation => {
    const { column: _column, expression: _expression, ...rest } = item;
    if (next === computed) return { ...rest, expression: '' };
    return next === null ? rest : { ...rest, column: next };
  };
  return (
    <ListEditor<Aggregation>
      items={items}
      noun="figure"
      make={() => ({ function: items.length === 0 ? 'count' : 'sum' })}
      onChange={(next) => onChange(next, next.length === items.length)}
      errorAt={(index) => problemAt(problems, [field.key, index])}
      render={(item, index, change) => (
        <div className="space-y-1 pb-1.5">
          <div className="grid grid-cols-2 gap-1">
            <Select
              value={item.function}
              options={functions}
              aria-label={`Function of figure ${index + 1}`}
              onChange={(name) => change({ ...item, function: name })}
            />
            <Combobox
              mono
              value={of(item)}
              options={[...options, { value: computed, label: 'An expression …', group: 'Or' }]}
              placeholder={item.function === 'count' ? 'all rows' : 'of column'}
              clearable={item.function === 'count'}
              freeText={columns.length === 0}
              aria-label={`Column of figure ${index + 1}`}
              onChange={(next) => change(setOf(item, next))}
            />
          </div>
          {item.expression !== undefined && (
            <ExpressionEditor
              value={item.expression}
              columns={columns}
              label={`Expression of figure ${index + 1}`}
              placeholder="price * quantity"
              onChange={(expression) => change({ ...item, expression })}
            />
          )}
          {item.function === 'percentile' && (
            <NumberInput
              value={item.p ?? 0.5}
              min={0}
              max={1}
              step={0.05}
              unit="0 to 1"
              aria-label={`Which percentile, figure ${index + 1}`}
              onChange={(p) => change({ ...item, p: p ?? undefined })}
            />
          )}
          {(item.function === 'first' || item.function === 'last') && (
            <Combobox
              mono
              value={item.by ?? null}
              options={options}
              placeholder="ordered by column"
              freeText={columns.length === 0}
              aria-label={`Order of figure ${index + 1}`}
              onChange={(by) => change({ ...item, by: by ?? undefined })}
            />
          )}
          {item.function === 'string_agg' && (
            <Input
              value={item.separator ?? ', '}
              aria-label={`Separator of figure ${index + 1}`}
              onChange={(event) => change({ ...item, separator: event.target.value })}
            />
          )}
          <Input
            mono
            value={item.as ?? ''}
            placeholder={defaultName(item)}
            aria-label={`Name of figure ${index + 1}`}
            onChange={(event) => change(named(item, event.target.value))}
          />
        </div>
      )}
    />
  );
}

function named(item: Aggregation, as: string): Aggregation {
  const { as: _old, ...rest } = item;
  return as === '' ? rest : { ...rest, as };
}

const defaultName = ({ function: name, column }: Aggregation): string =>
  column ? `${name}_${column}` : `named ${name}`;
