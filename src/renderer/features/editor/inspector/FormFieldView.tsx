import { memo } from 'react';
import type { Widget } from '../../../../nodes/_kit/field.ts';
import { Field } from '../../../ui/index.ts';
import { problemAt } from '../form/form-model.ts';
import type { WidgetProps } from './widget-props.ts';
import { AggregationsWidget } from './widgets/AggregationsWidget.tsx';
import {
  ChoiceWidget,
  NumberWidget,
  SwitchWidget,
  TextAreaWidget,
  TextsWidget,
  TextWidget,
} from './widgets/basic.tsx';
import { ColumnTypesWidget } from './widgets/ColumnTypesWidget.tsx';
import { ConditionWidget } from './widgets/ConditionWidget.tsx';
import { ExpressionWidget, SqlWidget } from './widgets/code.tsx';
import { ColumnsWidget, ColumnWidget } from './widgets/columns.tsx';
import { DatasetWidget } from './widgets/DatasetWidget.tsx';
import { DerivationsWidget } from './widgets/DerivationsWidget.tsx';
import { FillsWidget } from './widgets/FillsWidget.tsx';
import { OpenFileWidget, SaveFileWidget } from './widgets/files.tsx';
import { JsonWidget } from './widgets/JsonWidget.tsx';
import { JoinKeysWidget, SortKeysWidget } from './widgets/keys.tsx';
import { RowRulesWidget } from './widgets/RowRulesWidget.tsx';
import { RowsWidget } from './widgets/RowsWidget.tsx';
import { SelectionWidget } from './widgets/SelectionWidget.tsx';
import { SourceObjectWidget, SourceWidget } from './widgets/sources.tsx';

const widgets: Record<Widget, (props: WidgetProps) => React.ReactNode> = {
  text: TextWidget,
  textarea: TextAreaWidget,
  number: NumberWidget,
  switch: SwitchWidget,
  choice: ChoiceWidget,
  expression: ExpressionWidget,
  condition: ConditionWidget,
  sql: SqlWidget,
  column: ColumnWidget,
  columns: ColumnsWidget,
  derivations: DerivationsWidget,
  selection: SelectionWidget,
  'sort-keys': SortKeysWidget,
  'join-keys': JoinKeysWidget,
  aggregations: AggregationsWidget,
  fills: FillsWidget,
  'column-types': ColumnTypesWidget,
  'open-file': OpenFileWidget,
  'save-file': SaveFileWidget,
  dataset: DatasetWidget,
  rows: RowsWidget,
  texts: TextsWidget,
  'row-rules': RowRulesWidget,
  json: JsonWidget,
  source: SourceWidget,
  'source-object': SourceObjectWidget,
};

/** Widgets made of lines show an error at the line it belongs to; the field itself shows what is wrong with the whole. */
const lined = new Set<Widget>([
  'derivations',
  'selection',
  'sort-keys',
  'join-keys',
  'aggregations',
  'fills',
  'row-rules',
]);

/** One labelled control, with its help or what is wrong with it. */
export const FormFieldView = memo(function FormFieldView(props: WidgetProps) {
  const { field, problems } = props;
  const { hint, key } = field;
  const Control = widgets[hint.widget];
  const isLined = lined.has(hint.widget);
  const error = problemAt(problems, [key], !isLined);
  if (hint.widget === 'switch') {
    return (
      <div data-field={key}>
        <Field label={hint.label} help={hint.help} error={error} layout="row">
          <Control {...props} />
        </Field>
      </div>
    );
  }
  const group =
    isLined ||
    ['condition', 'rows', 'texts', 'column-types', 'expression', 'sql', 'json'].includes(hint.widget);
  return (
    <div data-field={key}>
      <Field label={hint.label} help={hint.help} error={error} group={group}>
        <Control {...props} />
      </Field>
    </div>
  );
});
