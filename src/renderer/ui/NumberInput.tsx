import { type ComponentProps, type KeyboardEvent, useState } from 'react';
import { Input } from './Input.tsx';
import { nudge, parseNumber } from './number-text.ts';

export interface NumberInputProps
  extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'size' | 'min' | 'max' | 'step' | 'type'> {
  value: number | null;
  /** Called when the text is a number within the limits, or with null when it is empty. */
  onChange: (value: number | null) => void;
  min?: number;
  max?: number;
  /** Distance of one arrow key press; Shift makes it ten. */
  step?: number;
  /** Refuses fractions. */
  integer?: boolean;
  /** Unit shown at the end: "ms", "rows". */
  unit?: string;
  size?: 'md' | 'lg';
}

/** A number as text: thousands separators may be typed or pasted, the wheel never changes it, arrows step. */
export function NumberInput(props: NumberInputProps) {
  const { value, onChange, min, max, step = 1, integer = false, unit, onBlur, onKeyDown, ...rest } = props;
  const limits = { min, max, integer };
  const [draft, setDraft] = useState<string | null>(null);
  const shown = draft ?? (value === null ? '' : String(value));
  const unreadable = draft !== null && draft.trim() !== '' && parseNumber(draft, limits) === undefined;

  const take = (text: string) => {
    setDraft(text);
    const parsed = parseNumber(text, limits);
    if (parsed !== undefined && parsed !== value) onChange(parsed);
  };
  const stepBy = (event: KeyboardEvent<HTMLInputElement>) => {
    onKeyDown?.(event);
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const distance = step * (event.shiftKey ? 10 : 1) * (event.key === 'ArrowUp' ? 1 : -1);
    setDraft(null);
    onChange(nudge(value, distance, limits));
  };
  return (
    <Input
      aria-invalid={unreadable || undefined}
      {...rest}
      inputMode={integer ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={shown}
      suffix={unit}
      onChange={(event) => take(event.target.value)}
      onKeyDown={stepBy}
      onBlur={(event) => {
        setDraft(null);
        onBlur?.(event);
      }}
    />
  );
}
