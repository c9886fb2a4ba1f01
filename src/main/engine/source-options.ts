import type { KindEntry } from '../../nodes/_kit/kind-entry.ts';
import { kinds } from '../../nodes/registry.gen.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Relation } from '../../shared/plan/relation.ts';
import type { SniffTask } from '../runner/protocol.ts';

export type SourceOptions = Pick<SniffTask, 'format' | 'csv' | 'json'>;

const entries: Readonly<Record<string, KindEntry | undefined>> = kinds;

/**
 * How a source node would read its file: the kind's own plan says it, so that what a form shows is what a run
 * reads. `config` may be incomplete; what does not parse is left at its default.
 */
export function sourceOptions(kind: string, config: Readonly<Record<string, unknown>>): SourceOptions {
  const entry = Object.hasOwn(entries, kind) ? entries[kind] : undefined;
  const relation = entry && fileRelation(entry, config);
  if (!relation)
    throw new SluiceError('invalid_input', { reason: `A step of the kind "${kind}" reads no file.` });
  if (relation.rel === 'read-csv') return { format: 'csv', csv: relation.options };
  if (relation.rel === 'read-json') return { format: 'json', json: relation.options };
  return { format: 'parquet' };
}

type FileRelation = Extract<Relation, { rel: 'read-csv' | 'read-json' | 'read-parquet' }>;

function fileRelation(
  { definition, plan }: KindEntry,
  config: Readonly<Record<string, unknown>>,
): FileRelation | undefined {
  const schema = definition.config;
  const whole = schema.safeParse(config);
  const parsed = whole.success ? whole : schema.safeParse(soundParts(schema.shape, config));
  if (!parsed.success) return undefined;
  const planned = plan({ nodeId: 'source', config: parsed.data, inputs: {}, problem: () => undefined });
  return Object.values(planned?.outputs ?? {})
    .map(innermost)
    .find(isFileRelation);
}

/** The fields that are fine by themselves. */
function soundParts(shape: Readonly<Record<string, FieldSchema>>, config: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(config).filter(([name, value]) => shape[name]?.safeParse(value).success),
  );
}

type FieldSchema = { safeParse(value: unknown): { success: boolean } };

function innermost(relation: Relation): Relation {
  return 'input' in relation && typeof relation.input === 'object' ? innermost(relation.input) : relation;
}

function isFileRelation(relation: Relation): relation is FileRelation {
  return relation.rel === 'read-csv' || relation.rel === 'read-json' || relation.rel === 'read-parquet';
}
