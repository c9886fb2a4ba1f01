import type { LucideIcon } from 'lucide-react';

/** One choice of a `Select` or `Combobox`. */
export interface Option<T extends string = string> {
  value: T;
  label: string;
  /** Small text at the right or under: a type, a count. */
  note?: string | undefined;
  icon?: LucideIcon | undefined;
  disabled?: boolean | undefined;
  /** Options with the same group stand under one heading. */
  group?: string | undefined;
}

/** Where to move the highlight: skips what is disabled and stops at the ends. -1 when nothing can be chosen. */
export function stepOption(options: readonly Option[], from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < options.length; at += step)
    if (!options[at]?.disabled) return at;
  return options[from] ? from : -1;
}

/** The option that typed letters mean: the next one starting with them, wrapping round. */
export function typeahead(options: readonly Option[], typed: string, from: number): number {
  const wanted = typed.toLocaleLowerCase();
  // A single letter moves on; more letters refine what is already highlighted.
  const start = typed.length === 1 ? from + 1 : Math.max(0, from);
  for (let n = 0; n < options.length; n++) {
    const at = (start + n) % options.length;
    const option = options[at];
    if (option && !option.disabled && option.label.toLocaleLowerCase().startsWith(wanted)) return at;
  }
  return from;
}
