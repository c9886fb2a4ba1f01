import { Check } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { SettingsChange } from '../../../shared/contract/domain.ts';
import { callError } from '../../data/errors.ts';
import { Field, formatCount, NumberInput } from '../../ui/index.ts';
import { useSaveSettings } from './use-save-settings.ts';

interface SavedNumberProps {
  readonly label: string;
  readonly help: string;
  readonly unit?: string;
  readonly min: number;
  readonly max?: number;
  readonly value: number;
  readonly change: (value: number) => SettingsChange;
}

/** A number that is saved when the person leaves the field or presses Enter, and says so beside its label. */
export function SavedNumber({ label, help, unit, min, max, value, change }: SavedNumberProps) {
  const [draft, setDraft] = useState<number | null>(value);
  const [typed, setTyped] = useState<string>();
  const save = useSaveSettings();
  // Another window may have changed it.
  useEffect(() => setDraft(value), [value]);
  const limits = limitsText(min, max, unit);
  const unreadable = typed !== undefined && typed.trim() !== '' && !fits(typed, min, max);
  const commit = () => {
    setTyped(undefined);
    if (draft === null) return setDraft(value);
    if (draft !== value) save.mutate(change(draft));
  };
  const error = unreadable ? `Give ${limits}.` : save.error ? callError(save.error).message : undefined;
  return (
    <Field
      label={label}
      help={help}
      error={error}
      hint={
        <span role="status">
          {save.isPending && 'Saving'}
          {save.isSuccess && draft === value && (
            <>
              <Check aria-hidden className="inline size-3 align-[-1px] text-status-succeeded" /> Saved
            </>
          )}
        </span>
      }
    >
      <NumberInput
        integer
        value={draft}
        onChange={setDraft}
        min={min}
        max={max}
        unit={unit}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !unreadable) commit();
          if (event.key === 'ArrowUp' || event.key === 'ArrowDown') setTyped(undefined);
        }}
      />
    </Field>
  );
}

function fits(text: string, min: number, max = Number.MAX_SAFE_INTEGER): boolean {
  const number = Number(text.replace(/[\s,]/g, ''));
  return Number.isInteger(number) && number >= min && number <= max;
}

function limitsText(min: number, max: number | undefined, unit = ''): string {
  const range =
    max === undefined ? `of at least ${formatCount(min)}` : `from ${formatCount(min)} to ${formatCount(max)}`;
  return `a whole number ${range}${unit && ` ${unit}`}`;
}
