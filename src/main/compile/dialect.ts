import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { ParameterType } from '../../shared/pipeline/document.ts';
import type { FileFormat, LiteralValue } from '../../shared/plan/relation.ts';

export interface CopyOptions {
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly compression?: 'snappy' | 'zstd';
}

/**
 * All of DuckDB's spelling: the only place that turns names and values into SQL text.
 * Everything printed here comes from a document, a file or a person, so nothing is trusted to be well formed.
 */
export const dialect = {
  /** A quoted name. DuckDB has no empty names and none with NUL. */
  identifier(name: string): string {
    if (name === '')
      throw new SluiceError('invalid_input', { reason: 'A column or table needs a name; one is empty.' });
    if (name.includes('\0')) {
      throw new SluiceError('invalid_input', {
        reason: `The name ${JSON.stringify(name)} holds a NUL character. Rename it.`,
      });
    }
    return `"${name.replaceAll('"', '""')}"`;
  },

  /** A text literal. NUL cannot stand in SQL text, so it is spliced in as chr(0). */
  text(value: string): string {
    if (!value.includes('\0')) return `'${value.replaceAll("'", "''")}'`;
    return `(${value
      .split('\0')
      .map((part) => `'${part.replaceAll("'", "''")}'`)
      .join(' || chr(0) || ')})`;
  },

  literal(value: LiteralValue, type?: string): string {
    if (type === undefined) return plainLiteral(value);
    // Numbers go by their text: a decimal literal on its way to DOUBLE would be rounded twice.
    const plain = typeof value === 'number' ? dialect.text(numberText(value)) : plainLiteral(value);
    return `CAST(${plain} AS ${dialect.type(type)})`;
  },

  list(values: readonly string[]): string {
    return `[${values.map((value) => dialect.text(value)).join(', ')}]`;
  },

  /** A name -> text struct, as the `columns` and `types` options of readers take it. */
  textStruct(entries: readonly (readonly [string, string])[]): string {
    return `{${entries.map(([name, value]) => `${dialect.text(name)}: ${dialect.text(value)}`).join(', ')}}`;
  },

  /** The name of a type, as DuckDB prints it or as a person wrote it; refused unless it can be nothing else. */
  type(name: string): string {
    const trimmed = name.trim();
    if (!isTypeName(trimmed)) {
      throw new SluiceError('invalid_input', {
        reason: `"${name}" is not the name of a type. Use one such as VARCHAR, BIGINT, DOUBLE, DECIMAL(18,2), DATE or TIMESTAMP.`,
      });
    }
    // DESCRIBE names the type of a bare NULL so; no column can be declared with it.
    return trimmed === '"NULL"' ? 'INTEGER' : trimmed;
  },

  /** A call of a table function with named options; undefined options are left out. */
  tableFunction(
    name: string,
    first: string,
    options: Readonly<Record<string, string | undefined>> = {},
  ): string {
    const printed = Object.entries(options).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${value}`],
    );
    return `${name}(${[first, ...printed].join(', ')})`;
  },

  /** Rows of a Parquet file. Hive partitioning is off: a folder named `a=1` must not add a column. */
  readParquet(path: string): string {
    return dialect.tableFunction('read_parquet', dialect.text(path), { hive_partitioning: 'false' });
  },

  /** Writes the rows of a query to a file at exactly this path (no temporary file of DuckDB's own beside it). */
  copyTo(query: string, path: string, format: FileFormat, options: CopyOptions = {}): string {
    return `COPY (\n${query}\n) TO ${dialect.text(path)} (${copyOptions(format, options).join(', ')})`;
  },

  parameter(name: string): string {
    return `$${name}`;
  },
} as const;

/** DuckDB's type of each type a parameter can have. */
export const parameterTypeNames: Readonly<Record<ParameterType, string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

function plainLiteral(value: LiteralValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'string') return dialect.text(value);
  // NaN and the infinities have no literal; -0 would lose its sign as a number.
  if (!Number.isFinite(value)) return `CAST(${dialect.text(String(value))} AS DOUBLE)`;
  if (Object.is(value, -0)) return "CAST('-0' AS DOUBLE)";
  const text = String(value);
  // A short fraction is an exact decimal; a longer one must be a DOUBLE, which the exponent makes it.
  return Number.isInteger(value) || text.replace(/^-?0?\.?0*|\./g, '').length <= 15
    ? text
    : value.toExponential();
}

/** JavaScript's own text of a number, which reads back as the same number; -0 keeps its sign. */
export const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

function copyOptions(format: FileFormat, options: CopyOptions): string[] {
  // Without use_tmp_file false DuckDB writes beside the target first; the caller already writes aside and renames.
  const common = ['USE_TMP_FILE false'];
  switch (format) {
    case 'parquet':
      return ['FORMAT parquet', `COMPRESSION ${options.compression ?? 'snappy'}`, ...common];
    case 'csv':
      return [
        'FORMAT csv',
        `HEADER ${options.header ?? true}`,
        `DELIMITER ${dialect.text(options.delimiter ?? ',')}`,
        ...common,
      ];
    case 'json':
      return ['FORMAT json', 'ARRAY true', ...common];
    case 'ndjson':
      return ['FORMAT json', ...common];
  }
}

const typeToken = /\s+|"(?:[^"]|"")+"|'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*|\d+|[(),[\]:]/y;

/**
 * True for a text made of nothing but the words, numbers, quoted names and balanced brackets of a type. Such a text
 * cannot leave the place it is printed in; whether the type exists is for DuckDB to say.
 */
function isTypeName(text: string): boolean {
  if (text.length > 20_000 || !/^[A-Za-z_"]/.test(text)) return false;
  const open: string[] = [];
  typeToken.lastIndex = 0;
  while (typeToken.lastIndex < text.length) {
    const token = typeToken.exec(text)?.[0];
    if (token === undefined) return false;
    if (token === '(') open.push(')');
    else if (token === '[') open.push(']');
    else if ((token === ')' || token === ']') && open.pop() !== token) return false;
    else if (token === ',' && open.length === 0) return false;
  }
  return open.length === 0;
}
