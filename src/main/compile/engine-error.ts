import { nearest } from '../../shared/kernel/nearest.ts';

/** An error of DuckDB taken apart. The session asks for errors as JSON; a plain text is read as well. */
export interface EngineError {
  /** "Binder", "Conversion", "Parser", "Catalog", "Out of Memory" ... */
  readonly type: string;
  readonly message: string;
  readonly subtype: string | undefined;
  /** Byte offset in the statement. */
  readonly position: number | undefined;
  /** What was looked for. */
  readonly name: string | undefined;
  readonly candidates: readonly string[];
}

export function readEngineError(error: unknown): EngineError {
  const text = error instanceof Error ? error.message : String(error);
  const start = text.indexOf('{"exception_type"');
  if (start >= 0) {
    try {
      return fromJson(JSON.parse(text.slice(start)) as Record<string, string | undefined>);
    } catch {
      // Cut off or followed by more: the plain reading below still finds the first line.
    }
  }
  const [, type = '', message = text] = /^(?:.*?)([A-Z][A-Za-z ]*?) Error: ([\s\S]*)$/.exec(text) ?? [];
  return { type, message, subtype: undefined, position: undefined, name: undefined, candidates: [] };
}

function fromJson(fields: Record<string, string | undefined>): EngineError {
  const position = Number(fields.position);
  return {
    type: fields.exception_type ?? '',
    message: fields.exception_message ?? '',
    subtype: fields.error_subtype,
    position: fields.position === undefined || !Number.isSafeInteger(position) ? undefined : position,
    name: fields.name,
    candidates: fields.candidates?.split(',').map((each) => each.trim()) ?? [],
  };
}

export interface ExplainedError {
  /** Stable name, for problems. */
  readonly code: string;
  /** One or two sentences for a person; nothing of our SQL or of paths on disk. */
  readonly message: string;
}

export interface ErrorSetting {
  /** Names of the columns in reach, when they are known. */
  readonly columns?: readonly string[];
  /** Absolute path -> the name the document gives the file. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What an error means to the person whose step it is, and what to do about it. */
export function explainError(error: EngineError, setting: ErrorSetting = {}): ExplainedError {
  for (const explain of explainers) {
    const explained = explain(error, setting);
    if (explained) return { ...explained, message: hidePaths(explained.message, setting.files) };
  }
  const [line = ''] = error.message.split('\n');
  return {
    code: 'engine_error',
    message: hidePaths(sentence(line || 'The engine gave no reason'), setting.files),
  };
}

type Explainer = (error: EngineError, setting: ErrorSetting) => ExplainedError | undefined;

const explainers: readonly Explainer[] = [
  unknownColumn,
  unknownField,
  unknownFunction,
  wrongTypes,
  wrongComparison,
  csvError,
  csvDialect,
  jsonError,
  badPattern,
  conversion,
  outOfRange,
  resources,
  fileTrouble,
  grouping,
];

function unknownColumn({ subtype, name, message, candidates }: EngineError, { columns }: ErrorSetting) {
  const wanted = name ?? /Referenced column "(.+?)" not found/.exec(message)?.[1];
  const lacking = /does not have a column named "(.+?)"/.exec(message)?.[1];
  if (subtype !== 'COLUMN_NOT_FOUND' && wanted === undefined && lacking === undefined) return undefined;
  if (!/column/i.test(message)) return undefined;
  const missing = wanted ?? lacking ?? '';
  const known = columns?.length ? columns : candidates;
  const near = nearest(missing, known);
  const hint =
    near.length > 0
      ? `Did you mean ${either(near)}?`
      : known.length > 0
        ? `There are: ${listed(known)}.`
        : '';
  return { code: 'unknown_column', message: `There is no column "${missing}" here. ${hint}`.trim() };
}

function unknownField({ message }: EngineError) {
  const field = /Could not find key "(.+?)" in struct/.exec(message)?.[1];
  if (field === undefined) return undefined;
  const known = [...(message.split('Candidate Entries:')[1] ?? '').matchAll(/"(.+?)"/g)].map(
    ([, name = '']) => name,
  );
  return {
    code: 'unknown_column',
    message: `There is no field "${field}" in the value. It holds: ${listed(known)}.`,
  };
}

function unknownFunction({ message, name, candidates }: EngineError) {
  const wanted =
    /Function with name "?(.+?)"? does not exist/i.exec(message)?.[1] ??
    (/Function/.test(message) ? name : undefined);
  if (wanted === undefined || !/does not exist/.test(message)) return undefined;
  const [near] = candidates;
  return {
    code: 'unknown_function',
    message: `There is no function ${wanted}.${near ? ` Did you mean ${near}?` : ''}`,
  };
}

function wrongTypes({ message, candidates }: EngineError) {
  const call = /No function matches the given name and argument types '(.+?)\((.*)\)'/s.exec(message);
  if (!call) return undefined;
  const [, name = '', types = ''] = call;
  const given =
    types.replaceAll('STRING_LITERAL', 'VARCHAR').replaceAll('INTEGER_LITERAL', 'INTEGER') || 'nothing';
  const takes =
    candidates.length > 0
      ? listed([...new Set(candidates.map((each) => each.split(' ->')[0] ?? each))], 4)
      : '';
  if (name === '&&') {
    return { code: 'type_mismatch', message: '&& compares lists. Write AND where two conditions must hold.' };
  }
  if (/^\W+$/.test(name)) {
    const operands = given.split(', ').join(' and ');
    return {
      code: 'type_mismatch',
      message: `${name} cannot be used with ${operands}. Convert one side, such as CAST(x AS DOUBLE).`,
    };
  }
  const hint = takes ? ` It takes ${takes}.` : '';
  return {
    code: 'type_mismatch',
    message: `${name} does not take (${given}).${hint} Convert with CAST(x AS type).`,
  };
}

const numeric = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL.*)$/;

function wrongComparison({ message }: EngineError) {
  const types = /Cannot compare values of type (.+?) and (?:type )?(.+?)(?: - | in |$|\.)/.exec(message);
  const mixed = /Cannot (?:mix|combine|union|unify) .*?types? (.+?) and (.+?)(?: |$)/i.exec(message);
  const cast = /Unimplemented type for cast \((.+?) -> (.+?)\)/.exec(message);
  const found = types ?? mixed ?? cast;
  if (!found) return undefined;
  const [left = '', right = ''] = found
    .slice(1)
    .map((type) => plainType(type.replace(/_LITERAL$/, '').replace('STRING', 'VARCHAR')));
  if (left === 'VARCHAR' && numeric.test(right)) {
    return {
      code: 'type_mismatch',
      message: `A text (VARCHAR) cannot be compared with a number (${right}). Convert the text, such as CAST(x AS DOUBLE).`,
    };
  }
  return {
    code: 'type_mismatch',
    message: `${left} and ${right} cannot be put together. Convert one of them, such as CAST(x AS ${left}).`,
  };
}

function csvError({ message }: EngineError) {
  if (!/CSV Error/.test(message)) return undefined;
  const line = /on Line: (\d+)/.exec(message)?.[1];
  const where = line ? `Line ${line} of the CSV file` : 'The CSV file';
  const value = /Error when converting column "(.*?)"\. Could not convert string "(.*?)" to '(.*?)'/s.exec(
    message,
  );
  if (value) {
    const [, column, text = '', type] = value;
    return {
      code: 'csv_value',
      message: `${where} has "${shortened(text)}" in the column ${column}, which is not a ${type}. Set the type of ${column} to VARCHAR, or skip bad rows.`,
    };
  }
  const cause = csvCause(message);
  if (/not utf-8 encoded|Invalid unicode/i.test(cause)) {
    return {
      code: 'csv_encoding',
      message: `${where} holds letters that are not in the encoding set here. Choose the encoding of the file, such as Latin-1.`,
    };
  }
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(cause);
  const reason = counts
    ? `has ${counts[2]} values where ${counts[1]} are expected`
    : /Maximum line size/.test(cause)
      ? 'is longer than 2 MB, or a quote in it does not end'
      : /unterminated|quote/i.test(cause)
        ? 'has a quoted value that does not end as it should'
        : `cannot be read: ${cause || 'its form is not clear'}`;
  return { code: 'csv_row', message: `${where} ${reason}. Mend the file, or skip bad rows.` };
}

/** The line that says what is wrong; those after it repeat every option, those before it the row. */
function csvCause(message: string): string {
  const lines = message.split('\n').slice(1);
  const known =
    /^(Expected Number of Columns|Invalid unicode|Maximum line size|Value with unterminated quote)/;
  return lines.find((line) => known.test(line)) ?? lines.find((line) => !/^Original Line/.test(line)) ?? '';
}

function csvDialect({ message }: EngineError) {
  const path = /Error when sniffing file "(.+?)"/.exec(message)?.[1];
  if (path === undefined) return undefined;
  return {
    code: 'csv_form',
    message: `The file ${path} does not read as a table of text: no delimiter fits its lines. Check that it is a CSV file whose lines all end alike; if it is, set its delimiter, quote and encoding.`,
  };
}

function badPattern({ message }: EngineError) {
  const [line = ''] = message.split('\n');
  const known =
    /^(missing [)\]]|unexpected \)|bad repetition operator|no argument for repetition|invalid (perl operator|escape sequence|character class|repetition size|named capture)|trailing \\)/i;
  if (!known.test(line)) return undefined;
  return { code: 'bad_pattern', message: `The regular expression cannot be read: ${line.trim()}. Mend it.` };
}

function jsonError({ message }: EngineError) {
  const twice = /record\/value (\d+): Object .* has duplicate key "(.*)"/s.exec(message);
  if (twice) {
    return {
      code: 'json_row',
      message: `Record ${twice[1]} of the JSON file has the field "${twice[2]}" twice. Mend the file, or skip bad rows.`,
    };
  }
  const found = /Malformed JSON in file ".*?",? at (?:byte|line|record) ?(\S*?)[:.,]? /s.exec(message);
  if (!found && !/Malformed JSON|Failed to parse JSON|maximum_object_size|top-level JSON array/.test(message))
    return undefined;
  if (/maximum_object_size/.test(message)) {
    return {
      code: 'json_too_large',
      message:
        'One JSON record is larger than can be read at once. Split the file into one record a line (NDJSON).',
    };
  }
  if (/top-level JSON array/.test(message)) {
    return {
      code: 'json_row',
      message: 'The JSON file does not hold one array. Choose another format, such as one record a line.',
    };
  }
  const line = /line (\d+)|record\/value (\d+)/.exec(message);
  const at = line ? ` near record ${line[1] ?? line[2]}` : '';
  if (/invalid UTF-8/i.test(message))
    return { code: 'json_row', message: `The JSON file is not in UTF-8${at}. Save it as UTF-8.` };
  return {
    code: 'json_row',
    message: `The JSON file is not well formed${at}. Mend the file, or skip bad rows.`,
  };
}

function conversion({ type, message }: EngineError) {
  if (
    type !== 'Conversion' &&
    !/^Could not convert|invalid (?:date|timestamp) field|out of range for the destination/i.test(message)
  )
    return undefined;
  const value = /Could not convert (?:string )?'(.*?)' to (?:'?)([A-Z0-9_]+(?:\(.*?\))?)/s.exec(message);
  const column = /source column (\S+)/.exec(message)?.[1];
  const place = column ? ` (column ${column})` : '';
  const mend = 'Clean the values first, or use TRY_CAST to leave such values empty.';
  if (value)
    return {
      code: 'conversion',
      message: `"${shortened(value[1] ?? '')}" cannot be read as ${plainType(value[2] ?? '')}${place}. ${mend}`,
    };
  const [line = ''] = message.split('\n');
  return { code: 'conversion', message: `${sentence(line)} ${mend}` };
}

function outOfRange({ type, message }: EngineError) {
  if (type !== 'Out of Range') return undefined;
  const [line = ''] = message.split('\n');
  return { code: 'out_of_range', message: `${sentence(line)} Use a wider type, such as CAST(x AS DOUBLE).` };
}

function resources({ type, message }: EngineError) {
  if (type === 'INTERRUPT' || /interrupted/i.test(type))
    return { code: 'cancelled', message: 'The run was cancelled.' };
  if (/max_temp_directory_size|max temp directory/i.test(message)) {
    return {
      code: 'out_of_memory',
      message:
        'The data needs more temporary space on disk than is allowed. Reduce the rows earlier, or raise the limit in Settings.',
    };
  }
  if (/No space left/i.test(message))
    return { code: 'disk_full', message: 'The disk is full. Free some space, then try again.' };
  if (type === 'Out of Memory') {
    return {
      code: 'out_of_memory',
      message:
        'The data needs more memory than is allowed. Reduce the rows earlier, or raise the limit in Settings.',
    };
  }
  return undefined;
}

function fileTrouble({ type, message }: EngineError) {
  const path = /["'](\/[^"']*|[A-Za-z]:\\[^"']*)["']/.exec(message)?.[1];
  if (/magic bytes|not a parquet|too small to be a Parquet/i.test(message)) {
    return { code: 'file_unreadable', message: `The file ${path ?? ''} is not a Parquet file.` };
  }
  const damaged = /(?:Footer length error|metadata|thrift|corrupt|decompress).*file ["'](.+?)["']/is.exec(
    message,
  );
  if (damaged && /parquet|footer/i.test(message)) {
    return {
      code: 'file_unreadable',
      message: `The Parquet file ${damaged[1]} is damaged. Make or fetch it again.`,
    };
  }
  const notPacked = /not a GZIP stream: (\S.*)/i.exec(message)?.[1];
  if (notPacked) {
    return {
      code: 'file_unreadable',
      message: `The file ${notPacked} is not packed with gzip, though its name ends in .gz. Rename it, or pack it.`,
    };
  }
  if (type === 'Permission')
    return {
      code: 'file_not_allowed',
      message: `${path ? `The file ${path}` : 'A file'} may not be used by this pipeline.`,
    };
  if (type !== 'IO' && !/No files found|Cannot open file/.test(message)) return undefined;
  if (/No files found|No such file/.test(message))
    return { code: 'file_missing', message: `The file ${path ?? ''} does not exist.` };
  return { code: 'file_unreadable', message: sentence(message.split('\n')[0] ?? '') };
}

function grouping({ message }: EngineError) {
  const column = /column "(.+?)" must appear in the GROUP BY/.exec(message)?.[1];
  if (!column) return undefined;
  return {
    code: 'not_grouped',
    message: `The column ${column} is neither grouped by nor summed up. Add it to the groups, or wrap it such as any_value(${column}).`,
  };
}

const internalTypes: Readonly<Record<string, string>> = {
  INT8: 'TINYINT',
  INT16: 'SMALLINT',
  INT32: 'INTEGER',
  INT64: 'BIGINT',
  INT128: 'HUGEINT',
  UINT8: 'UTINYINT',
  UINT16: 'USMALLINT',
  UINT32: 'UINTEGER',
  UINT64: 'UBIGINT',
  BOOL: 'BOOLEAN',
};
const plainType = (type: string): string => internalTypes[type] ?? type;

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

function sentence(text: string): string {
  const clean = text.trim().replace(/[!.:]+$/, '');
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}.`;
}

const either = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

function listed(names: readonly string[], limit = 12): string {
  const more = names.length - limit;
  return names.slice(0, limit).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Paths as the document writes them; any other absolute path is cut to its last part. */
function hidePaths(message: string, files: Readonly<Record<string, string>> = {}): string {
  let text = message;
  for (const [path, name] of Object.entries(files)) text = text.replaceAll(path, name);
  return text.replace(/(?<![\w.])\/(?:[^\s/"']+\/)+([^\s/"']+)/g, '$1');
}
