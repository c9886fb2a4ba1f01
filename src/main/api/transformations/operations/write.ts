import type { AggregateForm } from '../forms/aggregate.ts';
import { castTypeOf } from '../forms/cast-types.ts';
import { conditionTreeOf, type FilterForm } from '../forms/filter.ts';
import type { JoinForm } from '../forms/join.ts';
import type { MapForm } from '../forms/map.ts';
import type { DedupeForm, LimitForm, SelectForm, SortForm, SqlForm, TextForm } from '../forms/more.ts';
import type { ValidateForm } from '../forms/validate.ts';
import type { SortFieldForm } from '../forms/words.ts';
import { fileSource } from '../steps/file-formats.ts';
import { expressionOf } from './map-expressions.ts';
import type { WriteContext } from './operation.ts';

/** Each operation as nodes of the kinds that the palette offers; a part that is left out is left out there too. */

export function writeFilter({ graph, id }: WriteContext, { condition, ...tree }: FilterForm): void {
  const where = condition ?? conditionTreeOf(tree);
  graph.add({ id, kind: 'filter', config: { where } });
}

/** Fields first, then what is dropped, then new names: all three speak of the names as they arrive. */
export function writeMap({ graph, id }: WriteContext, { fields, rename, drop }: MapForm): void {
  const made = Object.entries(fields ?? {});
  const names = Object.entries(rename ?? {});
  const ids = (suffix: string): string =>
    graph.nodes.some((node) => node.id === id) ? `${id}_${suffix}` : id;
  if (made.length > 0) {
    const columns = made.map(([name, form]) => ({ name, expression: expressionOf(name, form) }));
    graph.add({ id: ids('fields'), kind: 'derive', config: { columns } });
  }
  if (drop && drop.length > 0) {
    const columns = drop.map((column) => ({ column }));
    graph.add({
      id: ids('drop'),
      kind: 'select',
      title: 'Drop columns',
      config: { mode: 'remove', columns },
    });
  }
  if (names.length > 0) {
    const columns = names.map(([column, as]) => ({ column, as }));
    graph.add({
      id: ids('rename'),
      kind: 'select',
      title: 'Rename columns',
      config: { mode: 'all', columns },
    });
  }
}

export function writeAggregate({ graph, id }: WriteContext, { group_by, aggregations }: AggregateForm): void {
  const figures = aggregations?.map(({ function: name, field, p, percentile, value, ...rest }) =>
    defined({
      function: name,
      column: name === 'count' && field === '*' ? undefined : field,
      ...rest,
      p: shareOf(p ?? percentile ?? value),
    }),
  );
  graph.add({ id, kind: 'aggregate', config: defined({ group_by, aggregations: figures }) });
}

/** 95 and 0.95 both mean the 95th. */
const shareOf = (p: number | undefined): number | undefined => (p !== undefined && p > 1 ? p / 100 : p);

export function writeJoin(context: WriteContext, form: JoinForm): void {
  const { graph, id } = context;
  const { on, how, fields, suffix, keep_order = true } = form;
  const keys = Array.isArray(on)
    ? on.map((name) => ({ left: name, right: name }))
    : Object.entries(on).map(([left, right]) => ({ left, right }));
  const right = graph.beside({ id: `${id}_reference`, ...referenceNode(context, form) });
  graph.skip(1);
  graph.add({ id, kind: 'join', config: defined({ how, keys, take: fields, suffix, keep_order }) }, 'left');
  graph.wire(right, `${id}.right`);
}

function referenceNode(
  { findDataset, refuse }: WriteContext,
  { dataset_id, dataset, records, file }: JoinForm,
): { kind: string; title?: string; config: Record<string, unknown> } {
  if (records) return { kind: 'rows', title: 'Reference rows', config: { rows: records } };
  if (dataset !== undefined) return { kind: 'dataset', config: { name: dataset } };
  if (file !== undefined) {
    const { path, format } = typeof file === 'string' ? { path: file, format: undefined } : file;
    return fileSource(path, format) ?? refuse(['file'], unknownEnding(path));
  }
  const found = findDataset(dataset_id ?? '');
  if (!found) return refuse(['dataset_id'], `There is no dataset with the id ${String(dataset_id)}.`);
  return { kind: 'dataset', config: defined({ name: found.name, version_id: found.versionId }) };
}

export const unknownEnding = (path: string): string =>
  `What kind of file ${JSON.stringify(path)} is cannot be told from its ending. Add "format": csv, json or parquet.`;

export function writeValidate(context: WriteContext, form: ValidateForm): void {
  const { graph, id } = context;
  const { schema, rules, on_fail, nulls = context.nulls, rejected = context.rejected } = form;
  const columnRules = rules?.map(({ field, ...rest }) => defined({ column: field, ...rest }));
  graph.add({ id, kind: 'validate', config: defined({ rules: columnRules, schema, on_fail, nulls }) });
  graph.last = `${id}.out`;
  if (on_fail === 'fail' || rejected === undefined) return;
  const aside = graph.beside({
    id: `${id}_rejected`,
    kind: 'save-dataset',
    title: 'Rejected rows',
    config: { name: rejected },
  });
  graph.wire(`${id}.rejected`, `${aside}.in`);
}

export function writeText(
  { graph, id }: WriteContext,
  operation: 'upper' | 'lower' | 'trim' | 'reverse',
  { columns }: TextForm,
): void {
  graph.add({
    id,
    kind: 'text',
    config: defined({ operation, columns: columns === undefined ? undefined : listOf(columns) }),
  });
}

export function writeSort({ graph, id }: WriteContext, { by, columns, order, descending }: SortForm): void {
  const isDown = descending ?? (order?.startsWith('desc') || undefined);
  const keys = listOf(by ?? columns ?? []).map(sortKeyOf);
  graph.add({ id, kind: 'sort', config: { by: keys.map((key) => defined({ descending: isDown, ...key })) } });
}

export function writeDedupe({ graph, id }: WriteContext, { keys, columns, order, keep }: DedupeForm): void {
  graph.add({
    id,
    kind: 'dedupe',
    config: defined({
      keys: keys === undefined && columns === undefined ? undefined : listOf(keys ?? columns ?? []),
      order: order === undefined ? undefined : listOf(order).map(sortKeyOf),
      keep,
    }),
  });
}

export function writeSelect({ graph, id }: WriteContext, { columns }: SelectForm): void {
  const chosen = columns.map((choice) => {
    if (typeof choice === 'string') return { column: choice };
    const { field, as, cast } = choice;
    return defined({ column: field, as, type: cast === undefined ? undefined : castTypeOf(cast) });
  });
  graph.add({ id, kind: 'select', config: { columns: chosen } });
}

export function writeLimit({ graph, id }: WriteContext, { count, limit, offset }: LimitForm): void {
  graph.add({ id, kind: 'limit', config: defined({ count: count ?? limit, offset }) });
}

export function writeSql({ graph, id }: WriteContext, { sql }: SqlForm): void {
  graph.add({ id, kind: 'sql', config: { sql } });
}

/** A single one may stand without its list. */
const listOf = <Item>(value: Item | readonly Item[]): readonly Item[] =>
  Array.isArray(value) ? value : [value as Item];

const sortKeyOf = (key: SortFieldForm): Record<string, unknown> =>
  typeof key === 'string'
    ? { column: key }
    : defined({ column: key.field, descending: key.descending, nulls: key.nulls });

/** Without the keys that hold nothing, so that equal forms give equal documents. */
export function defined(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
