import { aggregationName } from '../../../nodes/aggregate/definition.ts';
import { foldName } from '../../../shared/kernel/columns.ts';
import { nearest } from '../../../shared/kernel/nearest.ts';
import type { AggregateForm } from './forms/aggregate.ts';
import type { ConditionForm, FilterForm } from './forms/filter.ts';
import type { JoinForm } from './forms/join.ts';
import type { MapForm } from './forms/map.ts';
import type { ValidateForm } from './forms/validate.ts';
import { refuseAt } from './operations/operation.ts';
import type { Transformation } from './transformations.ts';

/** Folded name -> the name; undefined where it cannot be told without reading something. */
type Fields = ReadonlyMap<string, string> | undefined;
type Path = readonly (string | number)[];

/**
 * Follows the fields of records through a list and refuses the first name that cannot be there. What it would have to
 * read or parse to judge (expressions, datasets, files) it passes over: nothing that could run is refused.
 * @param names The fields of all records, where known; names that differ in the case of A to Z count as one.
 * @param at Where the list stands in the request.
 * @returns Whether everything was judged; false where something was passed over.
 * @throws SluiceError invalid_transformation with `path` and `reason`
 */
export function checkFields(
  list: readonly Transformation[],
  names: Iterable<string> | undefined,
  at = 'transformations',
): boolean {
  const walk = new FieldWalk(at, names && fieldsOf(names));
  for (const [index, transformation] of list.entries()) walk.take(transformation, index);
  return walk.complete;
}

const fieldsOf = (names: Iterable<string>): Map<string, string> =>
  new Map(Array.from(names, (name) => [foldName(name), name]));

class FieldWalk {
  readonly #root: string;
  /** Before the transformation under way. */
  #fields: Fields;
  #index = 0;
  complete = true;

  constructor(root: string, fields: Fields) {
    this.#root = root;
    this.#fields = fields;
  }

  take(transformation: Transformation, index: number): void {
    this.#index = index;
    if (transformation.type === 'filter') this.#filter(transformation);
    else if (transformation.type === 'map') this.#map(transformation);
    else if (transformation.type === 'aggregate') this.#aggregate(transformation);
    else if (transformation.type === 'join') this.#join(transformation);
    else this.#validate(transformation);
  }

  #filter({ condition, ...tree }: FilterForm): void {
    if (condition === undefined) this.#tree(tree, []);
    else this.complete = false;
  }

  #tree(tree: ConditionForm, path: Path): void {
    const { field, all, any, not } = tree;
    if (field !== undefined) this.#need(field, [...path, 'field']);
    for (const [at, part] of (all ?? []).entries()) this.#tree(part, [...path, 'all', at]);
    for (const [at, part] of (any ?? []).entries()) this.#tree(part, [...path, 'any', at]);
    if (not) this.#tree(not, [...path, 'not']);
  }

  /** In the order in which it happens: fields are made, then some are dropped, then renamed. */
  #map({ fields = {}, drop = [], rename = {} }: MapForm): void {
    for (const [name, form] of Object.entries(fields)) {
      if (typeof form === 'string') this.complete = false;
      else if (isRecord(form) && 'cast' in form && !('value' in form))
        this.#need(
          fromOf(form) ?? name,
          fromOf(form) === undefined ? ['fields', name] : ['fields', name, 'from'],
        );
      this.#fields = this.#fields && new Map(this.#fields).set(foldName(name), name);
    }
    this.#needAll(drop, 'drop');
    this.#fields = this.#fields && without(this.#fields, drop);
    for (const name of Object.keys(rename)) this.#need(name, ['rename', name]);
    this.#rename(Object.entries(rename));
  }

  #rename(names: readonly (readonly [string, string])[]): void {
    const rest =
      this.#fields &&
      without(
        this.#fields,
        names.map(([from]) => from),
      );
    if (!rest) return;
    for (const [from, as] of names) {
      this.#refuseTaken(rest, as, ['rename', from]);
      rest.set(foldName(as), as);
    }
    this.#fields = rest;
  }

  #aggregate({ group_by, aggregations = [] }: AggregateForm): void {
    const groups = listOf(group_by ?? []);
    this.#needAll(groups, 'group_by');
    const made = aggregations.map(({ field, ...figure }, at) => {
      const isEveryRecord = field === '*' && figure.function === 'count';
      if (field !== undefined && !isEveryRecord) this.#need(field, ['aggregations', at, 'field']);
      if (figure.by !== undefined) this.#need(figure.by, ['aggregations', at, 'by']);
      if (figure.expression !== undefined) this.complete = false;
      return aggregationName({ ...figure, ...(isEveryRecord ? {} : { column: field }) });
    });
    // The name of an unnamed one depends on how its p was written.
    const isUnnamed = aggregations.some(
      ({ function: name, as }) => name === 'percentile' && as === undefined,
    );
    this.#figureNames(groups, aggregations, made);
    this.#fields = isUnnamed ? undefined : fieldsOf([...groups, ...made]);
  }

  #figureNames(
    groups: readonly string[],
    figures: NonNullable<AggregateForm['aggregations']>,
    made: readonly string[],
  ): void {
    const taken = fieldsOf(groups);
    for (const [at, { as, function: name }] of figures.entries()) {
      if (name === 'percentile' && as === undefined) continue;
      const result = made[at] ?? '';
      this.#refuseTaken(taken, result, ['aggregations', at, ...(as === undefined ? [] : ['as'])]);
      taken.set(foldName(result), result);
    }
  }

  #refuseTaken(fields: ReadonlyMap<string, string>, name: string, path: Path): void {
    const other = fields.get(foldName(name));
    if (other === undefined) return;
    const note = other === name ? '' : ` Names that differ in the case of A to Z count as one.`;
    const reason = `Two fields would be called "${name}".${note} Give one of them another name, or drop it before.`;
    refuseAt(this.#root, [this.#index, ...path], reason);
  }

  #join({ records, on, how, fields }: JoinForm): void {
    const isList = !isRecord(on);
    const pairs = isList ? listOf(on).map((name) => [name, name] as const) : Object.entries(on);
    const right = records && fieldsOf(records.flatMap((record) => Object.keys(record as object)));
    pairs.forEach(([mine, theirs], at) => {
      const path = ['on', isList ? at : mine];
      this.#need(mine, path);
      this.#needRight(right, theirs, path);
    });
    for (const [at, name] of (fields ?? []).entries()) this.#needRight(right, name, ['fields', at]);
    if (how === 'semi' || how === 'anti') return;
    const taken = fields?.length ? right && fieldsOf(fields) : right;
    const shared = pairs.filter(([mine, theirs]) => foldName(mine) === foldName(theirs));
    this.#takeOver(taken, new Set(shared.map(([mine]) => foldName(mine))));
  }

  /** Which of two equal names gets which suffix is the join's to know. */
  #takeOver(right: Fields, shared: ReadonlySet<string>): void {
    const left = this.#fields;
    const clash = [...(right?.keys() ?? [])].some((folded) => left?.has(folded) && !shared.has(folded));
    this.#fields = left && right && !clash ? new Map([...right, ...left]) : undefined;
  }

  #validate({ rules = [] }: ValidateForm): void {
    for (const [at, { field, condition }] of rules.entries()) {
      if (field !== undefined) this.#need(field, ['rules', at, 'field']);
      if (condition !== undefined) this.complete = false;
    }
  }

  #needAll(names: readonly string[], part: string): void {
    for (const [at, name] of names.entries()) this.#need(name, [part, at]);
  }

  #need(name: string, path: Path): void {
    this.#find(this.#fields, name, path, 'The records that arrive here have');
  }

  #needRight(right: Fields, name: string, path: Path): void {
    this.#find(right, name, path, 'The records to join with have');
  }

  #find(fields: Fields, name: string, path: Path, who: string): void {
    if (!fields) this.complete = false;
    else if (!fields.has(foldName(name))) {
      const reason = `${who} no field "${name}". ${advice(name, [...fields.values()])}`;
      refuseAt(this.#root, [this.#index, ...path], reason);
    }
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fromOf = (form: object): string | undefined =>
  'from' in form && typeof form.from === 'string' ? form.from : undefined;

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

function without(fields: ReadonlyMap<string, string>, names: readonly string[]): Map<string, string> {
  const rest = new Map(fields);
  for (const name of names) rest.delete(foldName(name));
  return rest;
}

const mostShown = 8;

function advice(name: string, known: readonly string[]): string {
  const [near] = nearest(name, known, 1);
  if (near !== undefined) return `Did you mean "${near}"?`;
  const shown = known.slice(0, mostShown).map((each) => `"${each}"`);
  return `They have: ${shown.join(', ')}${known.length > mostShown ? ' and others' : ''}.`;
}
