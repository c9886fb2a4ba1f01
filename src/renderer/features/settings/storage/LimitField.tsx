import { Check } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { SettingsChange } from '../../../../shared/contract/domain.ts';
import { callError } from '../../../data/errors.ts';
import { NumberInput, Spinner } from '../../../ui/index.ts';
import { useSaveSettings } from '../use-save-settings.ts';

export type LimitUnit = 'days' | 'count' | 'GiB';

interface LimitFieldProps {
  readonly label: string;
  readonly unit: LimitUnit;
  /** Null is no limit; sizes are bytes. */
  readonly value: number | null;
  /** It cannot be without a limit. */
  readonly required?: boolean;
  readonly change: (value: number | null) => SettingsChange;
}

const gibibyte = 1024 ** 3;
const limits = {
  days: { min: 1, max: 36_500, integer: true, words: 'a whole number of days from 1 to 36,500' },
  count: { min: 1, max: 1_000_000_000, integer: true, words: 'a whole number from 1' },
  GiB: { min: 0.001, max: 1_000_000, integer: false, words: 'a number of GiB from 0.001' },
};

/** A limit that is saved when the person leaves the field or presses Enter; empty is no limit. */
export function LimitField({ label, unit, value, required = false, change }: LimitFieldProps) {
  const shown = value === null ? null : unit === 'GiB' ? Number((value / gibibyte).toFixed(3)) : value;
  const [draft, setDraft] = useState<number | null>(shown);
  const [typed, setTyped] = useState<string>();
  const save = useSaveSettings();
  useEffect(() => setDraft(shown), [shown]);
  const { words, ...range } = limits[unit];
  const min = required ? 0 : range.min;
  const number = typed === undefined ? undefined : Number(typed.replace(/[\s,]/g, ''));
  const empty = typed?.trim() === '';
  const unfit =
    number !== undefined &&
    !empty &&
    !(number >= min && number <= range.max && (!range.integer || Number.isInteger(number)));
  const commit = () => {
    setTyped(undefined);
    if (unfit || (draft === null && required)) return setDraft(shown);
    if (draft !== shown)
      save.mutate(change(draft === null || unit !== 'GiB' ? draft : Math.round(draft * gibibyte)));
  };
  const error = unfit ? `Give ${words}.` : save.error ? callError(save.error).message : undefined;
  return (
    <div>
      <div className="flex items-center gap-1.5">
        <NumberInput
          aria-label={label}
          aria-invalid={error !== undefined || undefined}
          integer={range.integer}
          min={min}
          max={range.max}
          value={draft}
          unit={draft === null && typed === undefined ? undefined : unit === 'count' ? undefined : unit}
          placeholder="no limit"
          className="nums"
          onChange={setDraft}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !unfit) commit();
            if (event.key === 'ArrowUp' || event.key === 'ArrowDown') setTyped(undefined);
          }}
        />
        <span role="status" className="flex w-4 shrink-0 justify-center">
          {save.isPending && <Spinner size={12} label="Saving" />}
          {save.isSuccess && draft === shown && (
            <Check size={13} aria-label="Saved" className="text-status-succeeded" />
          )}
        </span>
      </div>
      {error && (
        <p role="alert" className="mt-1 text-meta text-status-failed">
          {error}
        </p>
      )}
    </div>
  );
}
