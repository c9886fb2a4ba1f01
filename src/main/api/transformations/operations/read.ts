import type { PipelineNode } from '../../../../shared/pipeline/document.ts';
import type { ConditionTree } from '../../../../shared/plan/condition.ts';
import { castWordOf } from '../forms/cast-types.ts';
import type { ConditionForm } from '../forms/filter.ts';
import type { ChainNode } from '../steps/read-chain.ts';
import { sourceFormOf } from '../steps/read-ends.ts';
import { fieldFormOf } from './map-expressions.ts';
import type { OperationForms, OperationName } from './operations.ts';
import { defined } from './write.ts';

/**
 * Nodes as the operation that writes them. A guess: whoever asks writes it again and compares, so nothing here needs to
 * be sure, and what no operation can say is undefined or comes out different.
 */
export interface ReadOperation {
  readonly operation: OperationName;
  readonly form: Readonly<Record<string, unknown>>;
  /** How many nodes of the chain it took. */
  readonly taken: number;
}

type Config = Readonly<Record<string, unknown>>;
type Rows = readonly Readonly<Record<string, unknown>>[];
const rows = (value: unknown): Rows => (Array.isArray(value) ? (value as Rows) : []);

export function readOperation(
  chain: readonly ChainNode[],
  at: number,
  rejectedByDefault: string,
): ReadOperation | undefined {
  const link = chain[at];
  if (!link) return undefined;
  const { config } = link.node;
  const one = (operation: OperationName, form: Config | undefined): ReadOperation | undefined =>
    form && { operation, form: defined(form), taken: 1 };
  switch (link.node.kind) {
    case 'filter':
      return one('filter', readFilter(config));
    case 'derive':
      return readMap(chain, at);
    case 'select':
      return config.mode === 'remove' || config.mode === 'all'
        ? readMap(chain, at)
        : one('select', readSelect(config));
    case 'aggregate':
      return one('aggregate', readAggregate(config));
    case 'join':
      return one('join', readJoin(link));
    case 'validate':
      return one('validate', readValidate(link, rejectedByDefault));
    case 'text':
      return readText(config);
    case 'sort':
      return one('sort', { by: rows(config.by).map(sortFieldOf) });
    case 'dedupe': {
      const { keys, order, keep } = config;
      return one('dedupe', { keys: some(keys), order: some(order) && rows(order).map(sortFieldOf), keep });
    }
    case 'limit':
      return one('limit', { count: config.count ?? 1000, offset: config.offset });
    case 'sql':
      return one('sql', { sql: config.sql });
    default:
      return undefined;
  }
}

/** An empty list in a config means the same as none; a form takes only a list that names something. */
const some = (value: unknown): unknown => (Array.isArray(value) && value.length === 0 ? undefined : value);

function readFilter({ where }: Config): Config | undefined {
  if (typeof where === 'string') return { condition: where };
  return typeof where === 'object' && where !== null
    ? { ...(where as ConditionTree as ConditionForm) }
    : undefined;
}

/** The nodes of one map bear its id: the first alone, the others with what they do behind it. */
function readMap(chain: readonly ChainNode[], at: number): ReadOperation {
  const base = chain[at]?.node.id ?? '';
  const form: { -readonly [Key in keyof OperationForms['map']]: OperationForms['map'][Key] } = {};
  let taken = 0;
  for (const suffix of ['', '_drop', '_rename']) {
    const node = chain[at + taken]?.node;
    if (node?.id !== `${base}${suffix}` || !addToMap(form, node)) continue;
    taken += 1;
  }
  return { operation: 'map', form, taken: Math.max(1, taken) };
}

function addToMap(form: Record<string, unknown>, { kind, config }: PipelineNode): boolean {
  const columns = rows(config.columns);
  if (kind === 'derive')
    form.fields = Object.fromEntries(
      columns.map(({ name, expression }) => [name, fieldFormOf(String(name), String(expression))]),
    );
  else if (kind === 'select' && config.mode === 'remove') form.drop = columns.map(({ column }) => column);
  else if (kind === 'select' && config.mode === 'all')
    form.rename = Object.fromEntries(columns.map(({ column, as }) => [column, as]));
  else return false;
  return true;
}

function readSelect({ columns }: Config): Config {
  return {
    columns: rows(columns).map(({ column, as, type }) =>
      as === undefined && type === undefined
        ? column
        : defined({ field: column, as, cast: type === undefined ? undefined : castWordOf(String(type)) }),
    ),
  };
}

function readAggregate({ group_by, aggregations }: Config): Config {
  const figures = aggregations === undefined ? undefined : rows(aggregations);
  return {
    group_by,
    aggregations: figures?.map(({ function: name, column, ...rest }) =>
      defined({ function: name, field: column, ...rest }),
    ),
  };
}

function readJoin({ node, reference }: ChainNode): Config | undefined {
  if (!reference || reference.fields) return undefined;
  const { how, suffix, keys, take, keep_order } = node.config;
  const pairs = rows(keys);
  const on = pairs.every(({ left, right }) => left === right)
    ? pairs.map(({ left }) => left)
    : Object.fromEntries(pairs.map(({ left, right }) => [left, right]));
  return {
    ...readReference(reference.source),
    on,
    how,
    fields: some(take),
    suffix,
    keep_order: keep_order === true ? undefined : false,
  };
}

function readReference(source: PipelineNode): Config {
  if (source.kind === 'rows') return { records: source.config.rows };
  const form = sourceFormOf(source);
  if (form?.dataset !== undefined)
    return source.config.version_id ? { dataset_id: form.dataset } : { dataset: form.dataset };
  const { path, format } = form ?? {};
  return { file: format === undefined ? path : { path, format } };
}

function readValidate({ node, rejected }: ChainNode, byDefault: string): Config | undefined {
  const { rules, schema, on_fail, nulls } = node.config;
  const written =
    some(rules) && rows(rules).map(({ column, ...rest }) => defined({ field: column, ...rest }));
  if (rejected && rejected.kind !== 'save-dataset') return undefined;
  const name = rejected?.config.name;
  return { schema, rules: written, on_fail, nulls, rejected: name === byDefault ? undefined : name };
}

const textOperations: Readonly<Record<string, OperationName>> = {
  upper: 'uppercase',
  lower: 'lowercase',
  trim: 'trim',
  reverse: 'reverse',
};

function readText({ operation, columns }: Config): ReadOperation | undefined {
  const name = textOperations[String(operation)];
  return name && { operation: name, form: defined({ columns: some(columns) }), taken: 1 };
}

function sortFieldOf({ column, descending, nulls }: Readonly<Record<string, unknown>>): unknown {
  return descending === undefined && nulls === undefined
    ? column
    : defined({ field: column, descending, nulls });
}
