import { useQuery } from '@tanstack/react-query';
import { Database } from 'lucide-react';
import { orpc } from '../../../../data/client.ts';
import { definitionOf } from '../../../../graph/kinds.ts';
import { Combobox, formatCount } from '../../../../ui/index.ts';
import type { WidgetProps } from '../widget-props.ts';

/** A dataset by name; a step that saves may name a new one. */
export function DatasetWidget({ node, field, value, onChange }: WidgetProps) {
  const { data = [] } = useQuery(orpc.datasets.list.queryOptions({ input: {} }));
  const saves = (definitionOf(node.kind)?.inputs.length ?? 0) > 0;
  return (
    <Combobox
      freeText
      value={typeof value === 'string' && value !== '' ? value : null}
      options={data.map((dataset) => ({
        value: dataset.name,
        label: dataset.name,
        note: `${formatCount(dataset.rows)} rows`,
        icon: Database,
      }))}
      placeholder={saves ? (field.hint.placeholder ?? 'Name a dataset') : 'Choose a dataset'}
      searchPlaceholder={saves ? 'Search datasets' : 'Search datasets'}
      empty={saves ? 'Type a name to make a new dataset.' : 'No dataset yet: run a pipeline that saves one.'}
      onChange={(name) => onChange(name ?? '')}
    />
  );
}
