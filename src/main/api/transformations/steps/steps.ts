import { z } from 'zod';
import { datasetName, filePath } from '../../../../nodes/_kit/config.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { describedBy } from '../../../../shared/kernel/described-by.ts';
import { isPlainObject } from '../../../../shared/kernel/json.ts';
import { nearest } from '../../../../shared/kernel/nearest.ts';
import { type FormFault, formFault } from '../form-fault.ts';
import { oneOfFields } from '../forms/alternatives.ts';
import { pathText } from '../operations/operation.ts';
import {
  formOf,
  isOperation,
  type OperationForms,
  type OperationName,
  operationNames,
  parameterWords,
} from '../operations/operations.ts';

const format = z.enum(['csv', 'json', 'parquet']).optional();
const sourceName = z.string().trim().min(1).max(200);

/** One of path, url, dataset, received and datasource; the fields of the others may not stand beside it. */
export const sourceForm = z
  .strictObject({
    path: filePath.optional().meta({ description: 'A file, or another address such as s3://bucket/key.' }),
    url: z.string().trim().min(1).max(4096).optional().meta({ description: 'A file on the web.' }),
    dataset: datasetName
      .optional()
      .meta({ description: 'Name of a dataset, or the id of one or of a version.' }),
    received: sourceName.optional().meta({
      description: 'Records that were ingested (DataFlow API) under this source: the newest batch.',
    }),
    datasource: sourceName.optional().meta({ description: 'Name of a data source, with table or query.' }),
    table: z.string().trim().min(1).max(1000).optional(),
    query: z.string().trim().min(1).max(65_536).optional(),
    format,
  })
  .check(({ value, issues }) => {
    const refuse = (path: string, message: string) =>
      issues.push({ code: 'custom', input: value, path: [path], message });
    const given = (['path', 'url', 'dataset', 'received', 'datasource'] as const).filter(
      (name) => value[name] !== undefined,
    );
    const [only, second] = given;
    if (only === undefined) return void refuse('path', 'Give path, url, dataset, received, or datasource.');
    if (second !== undefined) return void refuse(second, `Give one of ${given.join(' and ')}, not both.`);
    const { table, query } = value;
    if (only !== 'datasource') {
      const stray = table !== undefined ? 'table' : query !== undefined ? 'query' : undefined;
      if (stray) refuse(stray, `Only a datasource has a ${stray}.`);
    } else if (table === undefined && query === undefined) refuse('table', 'Give the table, or a query.');
    else if (table !== undefined && query !== undefined)
      refuse('query', 'Give a table or a query, not both.');
    if (value.format !== undefined && only !== 'path' && only !== 'url')
      refuse('format', 'Only a file has a format.');
  })
  .meta(
    oneOfFields([
      { fields: ['path'] },
      { fields: ['path', 'format'] },
      { fields: ['url'] },
      { fields: ['url', 'format'] },
      { fields: ['dataset'] },
      { fields: ['received'] },
      { fields: ['datasource', 'table'] },
      { fields: ['datasource', 'query'] },
    ]),
  );
export type SourceForm = z.infer<typeof sourceForm>;

export const sinkForm = z.strictObject({
  target: z
    .string()
    .trim()
    .min(1)
    .max(4096)
    .meta({ description: 'db://source/table, file:///path, dataset://name or s3://bucket/key.' }),
  mode: z
    .enum(['append', 'replace'])
    .optional()
    .meta({ description: 'What becomes of the rows already there.' }),
  format: z.enum(['csv', 'json', 'ndjson', 'parquet']).optional(),
});
export type SinkForm = z.infer<typeof sinkForm>;

type TransformForm = {
  [Name in OperationName]: { readonly operation: Name } & OperationForms[Name];
}[OperationName];

/** One step of a pipeline as door 2 writes it. */
export type Step =
  | { readonly type: 'source'; readonly config: SourceForm }
  | { readonly type: 'transform'; readonly config: TransformForm }
  | { readonly type: 'sink'; readonly config: SinkForm };

export const stepTypes = ['source', 'transform', 'sink'] as const;
const mostSteps = 200;

const stepsExample = [
  { type: 'source', config: { path: '/fake/data.csv' } },
  { type: 'transform', config: { operation: 'uppercase' } },
  { type: 'sink', config: { target: 'db://fake-database' } },
];
const stepsDescription = 'A source, transforms in their order, and a sink. See docs/api/transformations.md.';

/** The steps as answers hold them. */
export const stepsSchema = z.unknown().meta({
  type: 'array',
  minItems: 1,
  maxItems: mostSteps,
  description: stepsDescription,
  items: {
    type: 'object',
    required: ['type', 'config'],
    properties: { type: { type: 'string', enum: [...stepTypes] }, config: { type: 'object' } },
  },
  examples: [stepsExample],
});

const [firstOperation, ...otherOperations] = operationNames.map((operation) =>
  z
    .strictObject({ operation: z.literal(operation), ...formOf(operation).shape })
    .meta({ ...formOf(operation).meta(), title: operation }),
);
const stepOf = (type: Step['type'], config: z.ZodType) =>
  z.strictObject({ type: z.literal(type), config }).meta({ title: type });
const described = z
  .array(
    z.discriminatedUnion('type', [
      stepOf('source', sourceForm),
      stepOf(
        'transform',
        z.discriminatedUnion('operation', [
          firstOperation ?? z.strictObject({ operation: z.literal('') }),
          ...otherOperations,
        ]),
      ),
      stepOf('sink', sinkForm),
    ]),
  )
  .min(1)
  .max(mostSteps);

/**
 * The steps as bodies hold them. It takes whatever comes: what is wrong with it is said by `parseSteps`, in the words
 * that the door's document shows. API documents describe them by the forms.
 */
export const takenSteps = describedBy(described).meta({
  description: stepsDescription,
  examples: [stepsExample],
});

/**
 * A list of steps as it came, checked.
 * @throws SluiceError invalid_steps; its message names the step and the field: "Step 'transform' missing required
 * field 'operation'", and its details hold step, index and field
 */
export function parseSteps(value: unknown): Step[] {
  if (!Array.isArray(value)) throw refused("The field 'steps' must be a list of steps");
  if (value.length === 0) throw refused("The field 'steps' must hold at least one step");
  if (value.length > mostSteps) throw refused(`The field 'steps' holds more than ${mostSteps} steps`);
  const types = value.map((step: unknown, index) => typeOf(step, index));
  types.forEach((type, index) => {
    if (type === 'source' && index > 0)
      throw refused(`Step 'source' must come first, but it is step ${index + 1}`, { step: type, index });
    if (type === 'sink' && index < types.length - 1)
      throw refused(`Step 'sink' must come last, but step ${index + 2} follows it`, { step: type, index });
  });
  return value.map((step: unknown, index) => parseStep(step as Record<string, unknown>, types, index));
}

function typeOf(step: unknown, index: number): Step['type'] {
  const name = `Step ${index + 1}`;
  if (!isPlainObject(step)) throw refused(`${name} must be an object with 'type' and 'config'`, { index });
  const { type } = step;
  if (type === undefined) throw refused(`${name} missing required field 'type'`, { index, field: 'type' });
  const known = stepTypes.find((each) => each === type);
  if (known) return known;
  throw refused(`${name} has unknown type ${JSON.stringify(type).slice(0, 60)}${hint(type, stepTypes)}`, {
    index,
    field: 'type',
  });
}

function parseStep(step: Record<string, unknown>, types: readonly Step['type'][], index: number): Step {
  const type = types[index] ?? 'transform';
  const place: Place = { step: type, index, called: calledStep(types, index) };
  const { config } = step;
  const stray = Object.keys(step).find((key) => key !== 'type' && key !== 'config');
  if (stray !== undefined) throw unknownField(place, stray, ['type', 'config']);
  if (config === undefined) throw missingField(place, 'config');
  if (!isPlainObject(config))
    throw refused(`${place.called} field 'config' must be an object`, { ...facts(place), field: 'config' });
  if (type === 'source') return { type, config: checked(sourceForm, config, place) };
  if (type === 'sink') return { type, config: checked(sinkForm, config, place) };
  const { operation, ...parameters } = config;
  if (operation === undefined) throw missingField(place, 'operation');
  if (typeof operation !== 'string' || !isOperation(operation)) {
    const reason = `${place.called} has unknown operation ${JSON.stringify(operation).slice(0, 60)}${hint(operation, operationNames)}`;
    throw refused(reason, { ...facts(place), field: 'operation' });
  }
  const form = checked(formOf(operation), parameters, place);
  return { type, config: { operation, ...form } as TransformForm };
}

function checked<Form extends z.ZodObject>(
  form: Form,
  config: Record<string, unknown>,
  place: Place,
): z.infer<Form> {
  const parsed = form.safeParse(config);
  if (parsed.success) return parsed.data;
  throw faultOf(
    formFault(parsed.error, config, [...Object.keys(form.shape), ...parameterWords]),
    place,
    Object.keys(form.shape),
  );
}

function faultOf(
  { path, reason, missing, unknown }: FormFault,
  place: Place,
  words: readonly string[],
): SluiceError {
  const field = pathText('', path);
  if (missing !== undefined && path.length === 1) return missingField(place, field);
  if (unknown !== undefined && path.length === 1 && path[0] === unknown)
    return unknownField(place, unknown, words);
  return refused(`${place.called} field '${field || 'config'}': ${reason}`, {
    ...facts(place),
    field: field || 'config',
  });
}

interface Place {
  readonly step: Step['type'];
  readonly index: number;
  /** `Step 'transform'`, with its number where there are several. */
  readonly called: string;
}

function calledStep(types: readonly Step['type'][], index: number): string {
  const several = types.filter((type) => type === types[index]).length > 1;
  return `Step '${types[index]}'${several ? ` (step ${index + 1})` : ''}`;
}

const facts = ({ step, index }: Place) => ({ step, index });

const missingField = (place: Place, field: string): SluiceError =>
  refused(`${place.called} missing required field '${field}'`, { ...facts(place), field });

const unknownField = (place: Place, field: string, words: readonly string[]): SluiceError =>
  refused(`${place.called} has unknown field '${field}'${hint(field, words)}`, { ...facts(place), field });

function hint(wrong: unknown, words: readonly string[]): string {
  const [near] = typeof wrong === 'string' ? nearest(wrong, words, 1) : [];
  return near === undefined ? `. Possible: ${words.join(', ')}` : `. Did you mean '${near}'?`;
}

export function refused(reason: string, details: Record<string, unknown> = {}): SluiceError {
  return new SluiceError('invalid_steps', { ...details, reason });
}
