import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Environment } from '../../shared/contract/domain.ts';
import { orpc } from '../data/client.ts';
import { MultiCombobox } from '../ui/index.ts';

/** Rows shown at once: among thousands one types. */
const shownAtOnce = 100;

interface PipelinePickerProps {
  readonly value: readonly string[];
  readonly onChange: (ids: string[]) => void;
  /** Those of the other environment are not offered. */
  readonly environment: Environment;
}

/** The pipelines that a key may reach, out of thousands. */
export function PipelinePicker({ value, onChange, environment }: PipelinePickerProps) {
  const { data = [], isSuccess } = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  const [search, setSearch] = useState('');
  const options = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const fits = data.filter(
      (pipeline) =>
        (pipeline.environment === null || pipeline.environment === environment) &&
        pipeline.name.toLowerCase().includes(wanted),
    );
    const shown = fits.slice(0, shownAtOnce).map(({ id, name }) => ({ value: id, label: name }));
    // The chosen ones are named in the button, whatever is searched for.
    const named = value
      .filter((id) => !shown.some((option) => option.value === id))
      .map((id) => ({
        value: id,
        label: data.find((pipeline) => pipeline.id === id)?.name ?? (isSuccess ? 'A deleted pipeline' : '…'),
      }));
    return [...named, ...shown];
  }, [data, isSuccess, value, environment, search]);
  return (
    <MultiCombobox
      size="lg"
      aria-label="Chosen pipelines"
      value={value}
      onChange={onChange}
      onSearch={setSearch}
      placeholder="None yet"
      searchPlaceholder="Search pipelines"
      options={options}
    />
  );
}
