import { useMemo, useState } from 'react';
import type { KeySummary } from '../../shared/contract/domain.ts';
import { Combobox, type ComboboxProps, type Option } from '../ui/index.ts';

/** Rows shown at once: among thousands one types. */
const shownAtOnce = 100;

interface KeyPickerProps
  extends Pick<ComboboxProps, 'value' | 'variant' | 'placeholder' | 'className' | 'aria-label'> {
  readonly keys: readonly KeySummary[];
  readonly onChange: (id: string) => void;
  /** A line before the keys, such as "any key". */
  readonly first?: Option;
}

/** One key out of thousands, by its name or its prefix. */
export function KeyPicker({ keys, first, onChange, ...rest }: KeyPickerProps) {
  const [search, setSearch] = useState('');
  const options = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const fits = keys
      .filter(({ name, prefix }) => `${name} ${prefix}`.toLowerCase().includes(wanted))
      .slice(0, shownAtOnce);
    const chosen = keys.find(({ id }) => id === rest.value);
    const named = chosen && !fits.includes(chosen) ? [chosen] : [];
    return [
      ...(first ? [first] : []),
      ...[...named, ...fits].map(({ id, name, prefix }) => ({
        value: id,
        label: name,
        note: `…${prefix.slice(-8)}`,
      })),
    ];
  }, [keys, first, search, rest.value]);
  return (
    <Combobox
      {...rest}
      options={options}
      onSearch={setSearch}
      onChange={(id) => id !== null && onChange(id)}
      searchPlaceholder="Search keys"
    />
  );
}
