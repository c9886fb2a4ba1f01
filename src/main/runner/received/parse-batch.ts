import type { BatchColumn } from '../../../shared/plan/ready-batch.ts';
import { absentColumn, moreColumn } from '../../../shared/plan/received.ts';
import { type Field, FieldTable } from './field-table.ts';
import { RecordWalker } from './record-walker.ts';

/** A batch in the form that the engine reads: one JSON object a record, its fields called by their places. */
export interface ParsedBatch {
  readonly lines: readonly string[];
  readonly columns: readonly BatchColumn[];
}

/** The fields of a record in their order: records of the same form share one. */
interface Form {
  readonly field: Field | undefined;
  readonly before: Form | undefined;
  readonly next: Map<Field, Form>;
}

const absentField = 'a';
const moreField = 'm';

/** `text` is valid JSON: an object, or an array of objects. */
export function parseBatch(text: string): ParsedBatch {
  const walker = new RecordWalker(text);
  const table = new FieldTable();
  const root: Form = { field: undefined, before: undefined, next: new Map() };
  const bodies: string[] = [];
  const forms: Form[] = [];
  let hasMore = false;
  const isArray = walker.peek() === 0x5b;
  if (isArray) walker.skip();
  while (walker.peek() === 0x7b || walker.peek() === 0x2c) {
    if (walker.peek() === 0x2c) walker.skip();
    walker.peek();
    const record = takeRecord(walker, table, root);
    bodies.push(record.body);
    forms.push(record.form);
    hasMore ||= record.hasMore;
    if (!isArray) break;
  }
  const missing = absentOf(forms, table.fields);
  const lines = bodies.map((body, at) => {
    const absent = missing?.get(forms[at] as Form);
    return absent ? `{${body}${body === '' ? '' : ','}"${absentField}":${absent}}` : `{${body}}`;
  });
  return { lines, columns: columnsOf(table.fields, missing !== undefined, hasMore) };
}

interface TakenRecord {
  readonly body: string;
  readonly form: Form;
  readonly hasMore: boolean;
}

/** The last value of a field that is given twice counts, as for every reader of JSON. */
function takeRecord(walker: RecordWalker, table: FieldTable, root: Form): TakenRecord {
  const values = new Map<Field, string | undefined>();
  const more = new Map<string, string>();
  let form = root;
  walker.skip();
  while (walker.peek() !== 0x7d) {
    if (walker.peek() === 0x2c) {
      walker.skip();
      walker.peek();
    }
    const literal = walker.string();
    walker.peek();
    walker.skip();
    const value = walker.value();
    const field = table.find(literal);
    if (!field) {
      more.set(literal, moreValue(walker, value));
      continue;
    }
    if (!values.has(field)) form = nextForm(form, field);
    values.set(field, field.note(walker.sort, value));
  }
  walker.skip();
  let body = '';
  for (const [{ index }, value] of values)
    if (value !== undefined) body += `${body === '' ? '' : ','}"${index}":${value}`;
  if (more.size === 0) return { body, form, hasMore: false };
  const fields = [...more].map(([literal, value]) => `${literal}:${value}`);
  return {
    body: `${body}${body === '' ? '' : ','}"${moreField}":{${fields.join(',')}}`,
    form,
    hasMore: true,
  };
}

/** Through the same walk as nested values: numbers that a double cannot hold become strings. */
function moreValue({ sort }: RecordWalker, value: string): string {
  if (sort !== 'number') return value;
  return new RecordWalker(`[${value}]`).value().slice(1, -1);
}

function nextForm(form: Form, field: Field): Form {
  const known = form.next.get(field);
  if (known) return known;
  const next: Form = { field, before: form, next: new Map() };
  form.next.set(field, next);
  return next;
}

/** Form -> the names of the fields its records lack, as JSON; undefined where none lacks any and there are columns. */
function absentOf(forms: readonly Form[], fields: readonly Field[]): Map<Form, string> | undefined {
  const found = new Map<Form, string>();
  for (const form of new Set(forms)) {
    const own = new Set<Field>();
    for (let at: Form | undefined = form; at; at = at.before) if (at.field) own.add(at.field);
    const lacks = fields.filter((field) => !own.has(field)).map(({ name }) => name);
    if (lacks.length > 0) found.set(form, JSON.stringify(lacks));
  }
  // Rows need a column; records without any field have only this one.
  return found.size > 0 || fields.length === 0 ? found : undefined;
}

function columnsOf(fields: readonly Field[], marked: boolean, hasMore: boolean): BatchColumn[] {
  const columns: BatchColumn[] = fields.map(({ name, index, type }) => {
    // A JSON number becomes a decimal through a double; as text it keeps every digit.
    return { name, type, field: String(index), readAs: type.startsWith('DECIMAL') ? 'VARCHAR' : type };
  });
  if (marked)
    columns.push({ name: absentColumn, type: 'VARCHAR[]', field: absentField, readAs: 'VARCHAR[]' });
  if (hasMore) columns.push({ name: moreColumn, type: 'JSON', field: moreField, readAs: 'JSON' });
  return columns;
}
