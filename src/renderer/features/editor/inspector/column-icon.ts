import { Braces, CalendarDays, Hash, type LucideIcon, Shapes, ToggleLeft, Type } from 'lucide-react';
import { commonTypes } from '../../../../nodes/_kit/column-type.ts';
import { type Column, type TypeFamily, typeFamily } from '../../../../shared/kernel/columns.ts';
import type { Option } from '../../../ui/index.ts';

const icons: Record<TypeFamily, LucideIcon> = {
  text: Type,
  number: Hash,
  boolean: ToggleLeft,
  time: CalendarDays,
  nested: Braces,
  other: Shapes,
};

export const columnIcon = (type: string): LucideIcon => icons[typeFamily(type)];

/** Columns as choices, with the icon and the name of their type. */
export function columnOptions(columns: readonly Column[]): Option[] {
  return columns.map(({ name, type }) => ({
    value: name,
    label: name,
    note: shortType(type),
    icon: columnIcon(type),
  }));
}

export const shortType = (type: string): string => (type.length > 22 ? `${type.slice(0, 21)}…` : type);

export const typeOptions: Option[] = commonTypes.map(({ value, label }) => ({
  value,
  label,
  note: shortType(value),
  icon: columnIcon(value),
}));
