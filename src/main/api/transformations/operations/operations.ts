import type { z } from 'zod';
import { type AggregateForm, aggregateForm } from '../forms/aggregate.ts';
import { type FilterForm, filterForm } from '../forms/filter.ts';
import { type JoinForm, joinForm } from '../forms/join.ts';
import { type MapForm, mapForm } from '../forms/map.ts';
import {
  type DedupeForm,
  dedupeForm,
  type LimitForm,
  limitForm,
  type SelectForm,
  type SortForm,
  type SqlForm,
  selectForm,
  sortForm,
  sqlForm,
  type TextForm,
  textForm,
} from '../forms/more.ts';
import { type ValidateForm, validateForm } from '../forms/validate.ts';
import type { WriteContext } from './operation.ts';
import {
  writeAggregate,
  writeDedupe,
  writeFilter,
  writeJoin,
  writeLimit,
  writeMap,
  writeSelect,
  writeSort,
  writeSql,
  writeText,
  writeValidate,
} from './write.ts';

/** The parameters of every operation, by its name. */
export interface OperationForms {
  filter: FilterForm;
  map: MapForm;
  aggregate: AggregateForm;
  join: JoinForm;
  validate: ValidateForm;
  uppercase: TextForm;
  lowercase: TextForm;
  trim: TextForm;
  reverse: TextForm;
  sort: SortForm;
  dedupe: DedupeForm;
  select: SelectForm;
  limit: LimitForm;
  sql: SqlForm;
}
export type OperationName = keyof OperationForms;

interface OperationKind<Form> {
  readonly form: z.ZodObject & z.ZodType<Form>;
  readonly write: (context: WriteContext, form: Form) => void;
}

const kinds: { readonly [Name in OperationName]: OperationKind<OperationForms[Name]> } = {
  filter: { form: filterForm, write: writeFilter },
  map: { form: mapForm, write: writeMap },
  aggregate: { form: aggregateForm, write: writeAggregate },
  join: { form: joinForm, write: writeJoin },
  validate: { form: validateForm, write: writeValidate },
  uppercase: { form: textForm, write: (context, form) => writeText(context, 'upper', form) },
  lowercase: { form: textForm, write: (context, form) => writeText(context, 'lower', form) },
  trim: { form: textForm, write: (context, form) => writeText(context, 'trim', form) },
  reverse: { form: textForm, write: (context, form) => writeText(context, 'reverse', form) },
  sort: { form: sortForm, write: writeSort },
  dedupe: { form: dedupeForm, write: writeDedupe },
  select: { form: selectForm, write: writeSelect },
  limit: { form: limitForm, write: writeLimit },
  sql: { form: sqlForm, write: writeSql },
};

export const operationNames = Object.keys(kinds) as OperationName[];

export const isOperation = (name: string): name is OperationName => Object.hasOwn(kinds, name);

export const formOf = <Name extends OperationName>(name: Name): OperationKind<OperationForms[Name]>['form'] =>
  kinds[name].form;

/** An operation with parameters that its form gave. */
export type Operation = {
  [Name in OperationName]: { readonly name: Name; readonly form: OperationForms[Name] };
}[OperationName];

export function writeOperation(context: WriteContext, { name, form }: Operation): void {
  // The pair was made by the form of this very name.
  (kinds[name].write as (context: WriteContext, form: Operation['form']) => void)(context, form);
}

/** The names that the objects of the forms may hold, for suggestions. */
export const parameterWords: readonly string[] = [
  ...new Set([
    ...operationNames.flatMap((name) => Object.keys(kinds[name].form.shape)),
    ...'function field expression as p by operator value all any not cast from on_error required min max'.split(
      ' ',
    ),
    ...'min_length max_length pattern format in not_in condition message descending nulls path'.split(' '),
  ]),
];
