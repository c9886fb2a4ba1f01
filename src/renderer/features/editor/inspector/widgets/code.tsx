import { useMemo } from 'react';
import type { Column } from '../../../../../shared/kernel/columns.ts';
import { wiresOf } from '../../../../graph/ports.ts';
import { CodeEditor } from '../../../../ui/index.ts';
import { completionSource } from '../../form/completions.ts';
import { useDocument } from '../../state/editor-context.ts';
import { useColumns, useInputColumns, type WidgetProps } from '../widget-props.ts';

interface ExpressionEditorProps {
  value: string;
  onChange: (text: string) => void;
  columns: readonly Column[];
  label: string;
  placeholder?: string;
  windows?: boolean;
}

/** A one-line SQL expression with completion of columns, functions and `$parameters`. */
export function ExpressionEditor({
  value,
  onChange,
  columns,
  label,
  placeholder,
  windows,
}: ExpressionEditorProps) {
  const parameters = useParameterNames();
  const completions = useMemo(
    () => completionSource({ columns, parameters, windows }),
    [columns, parameters, windows],
  );
  return (
    <CodeEditor
      singleLine
      language="sql"
      value={value}
      onChange={onChange}
      label={label}
      placeholder={placeholder}
      completions={completions}
    />
  );
}

export function useParameterNames(): readonly string[] {
  const text = useDocument((document) => Object.keys(document.parameters).join('\n'));
  return useMemo(() => text.split('\n').filter(Boolean), [text]);
}

export function ExpressionWidget({ node, field, value, onChange }: WidgetProps) {
  return (
    <ExpressionEditor
      value={typeof value === 'string' ? value : ''}
      columns={useColumns(node, field)}
      label={field.hint.label}
      placeholder={field.hint.placeholder}
      onChange={(text) => onChange(text, true)}
    />
  );
}

export function SqlWidget({ node, field, value, onChange }: WidgetProps) {
  const inputs = useInputColumns(node, field.hint.input);
  const names = useDocument((document) =>
    wiresOf(document)
      .filter((wire) => wire.to.node === node.id)
      .map((wire) => wire.from.node)
      .join('\n'),
  );
  const parameters = useParameterNames();
  const tables = useMemo(() => names.split('\n').filter(Boolean), [names]);
  const completions = useMemo(() => {
    const all = tables.length === 1 ? ['input', ...tables] : tables;
    return completionSource({ columns: distinct(inputs.flat()), parameters, tables: all, windows: true });
  }, [inputs, parameters, tables]);
  return (
    <>
      {tables.length > 0 && (
        <p className="mb-1 flex flex-wrap gap-x-2 font-mono text-data text-muted">
          {tables.length === 1 ? <span>input</span> : null}
          {tables.map((table) => (
            <span key={table}>{table}</span>
          ))}
        </p>
      )}
      <CodeEditor
        language="sql"
        value={typeof value === 'string' ? value : ''}
        onChange={(text) => onChange(text, true)}
        label={field.hint.label}
        placeholder={field.hint.placeholder}
        completions={completions}
        className="min-h-40"
      />
    </>
  );
}

function distinct(columns: readonly Column[]): readonly Column[] {
  return [...new Map(columns.map((column) => [column.name, column])).values()];
}
