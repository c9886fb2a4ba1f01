import { useMemo } from 'react';
import type { Column } from '../../../../shared/kernel/columns.ts';
import type { PipelineNode } from '../../../../shared/pipeline/document.ts';
import type { Problem } from '../../../../shared/pipeline/problem.ts';
import { portsOf, wiresOf } from '../../../graph/ports.ts';
import type { FormField } from '../form/form-model.ts';
import { useDocument, useView } from '../state/editor-context.ts';

/** What every control of the inspector is given. */
export interface WidgetProps {
  readonly node: PipelineNode;
  readonly field: FormField;
  readonly value: unknown;
  /** Problems of this node whose path starts with this field. */
  readonly problems: readonly Problem[];
  /** `typing` joins quick changes into one undo step. Undefined takes the field out of the config. */
  readonly onChange: (value: unknown, typing?: boolean) => void;
  /** Changes other fields of the same config along with it. */
  readonly onPatch: (patch: Record<string, unknown>) => void;
}

const noColumns: readonly Column[] = [];

/** Columns that arrive at an input port, by wire; the first port when none is named. */
export function useInputColumns(node: PipelineNode, port?: string): readonly (readonly Column[])[] {
  const document = useDocument((current) => current);
  const columns = useView((view) => view.checked.columns);
  return useMemo(() => {
    const name = port ?? portsOf(document, node).inputs[0]?.name;
    return wiresOf(document)
      .filter((wire) => wire.to.node === node.id && wire.to.port === name)
      .map((wire) => columns.get(wire.from.node)?.[wire.from.port] ?? noColumns);
  }, [columns, document, node, port]);
}

/** The columns a field speaks of: those of the first wire at its port. */
export function useColumns(node: PipelineNode, field: FormField): readonly Column[] {
  return useInputColumns(node, field.hint.input)[0] ?? noColumns;
}

export const list = <Item>(value: unknown): readonly Item[] =>
  Array.isArray(value) ? (value as Item[]) : [];
