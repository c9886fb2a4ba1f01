import { useMemo } from 'react';
import type { Column } from '../../../../../shared/kernel/columns.ts';
import type { ConditionTree } from '../../../../../shared/plan/condition.ts';
import { Button } from '../../../../ui/index.ts';
import { conditionSql, fromGroup, type Group, toGroup } from '../../form/condition-edit.ts';
import { useColumns, type WidgetProps } from '../widget-props.ts';
import { ConditionGroup } from './ConditionGroup.tsx';
import { ExpressionEditor } from './code.tsx';

/** Trees that were turned into SQL here: unchanged text can go back to them. Lives as long as the window. */
const written = new Map<string, ConditionTree>();

/** A condition, clicked together (column, operator, value) or written as SQL. */
export function ConditionWidget({ node, field, value, onChange }: WidgetProps) {
  const columns = useColumns(node, field);
  const text = typeof value === 'string' ? value : undefined;
  const tree = typeof value === 'object' && value !== null ? (value as ConditionTree) : undefined;
  const group = useMemo(() => (tree ? toGroup(tree) : undefined), [tree]);
  const back = text === undefined ? undefined : written.get(`${node.id} ${text}`);

  if (group && tree) {
    return (
      <div className="space-y-1.5">
        <ConditionGroup
          group={group}
          columns={columns}
          onChange={(next, typing) => onChange(next.parts.length === 0 ? '' : fromGroup(next), typing)}
        />
        <Button
          size="sm"
          variant="ghost"
          onClick={() => {
            const sql = conditionSql(tree);
            written.set(`${node.id} ${sql}`, tree);
            onChange(sql);
          }}
        >
          Write as SQL
        </Button>
      </div>
    );
  }
  const canBuild = back !== undefined || (text ?? '').trim() === '';
  return (
    <div className="space-y-1.5">
      <ExpressionEditor
        value={text ?? ''}
        columns={columns}
        label={field.hint.label}
        placeholder={field.hint.placeholder}
        onChange={(next) => onChange(next, true)}
      />
      {canBuild && (
        <Button size="sm" variant="ghost" onClick={() => onChange(back ?? fromGroup(firstGroup(columns)))}>
          Build by clicking
        </Button>
      )}
    </div>
  );
}

function firstGroup(columns: readonly Column[]): Group {
  return { join: 'all', parts: [{ field: columns[0]?.name ?? 'column', operator: 'eq', value: '' }] };
}
