/** The types that a conversion may name, and the column type each stands for. */
const plain: Readonly<Record<string, string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
  json: 'JSON',
  uuid: 'UUID',
};

/** Other words for them that people bring along. Such a one reads back under its first name. */
const others: Readonly<Record<string, string>> = {
  string: 'text',
  varchar: 'text',
  int: 'integer',
  int64: 'integer',
  bigint: 'integer',
  long: 'integer',
  float: 'number',
  double: 'number',
  bool: 'boolean',
  datetime: 'timestamp',
};

const decimal = /^(?:decimal|numeric)\((\d{1,2}),(\d{1,2})\)$/;

const anyCase = (word: string): string =>
  word.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);

/** `18,(\\d|1[0-8])`: the widths of a decimal, each with the scales that fit. */
const widths = Array.from({ length: 38 }, (_, index) => {
  const tens = Math.floor((index + 1) / 10);
  const ones = (index + 1) % 10;
  const below = tens === 0 ? [] : tens === 1 ? ['[0-9]'] : [`[1-${tens - 1}]?[0-9]`];
  return `${index + 1},(${[...below, `${tens || ''}[0-${ones}]`].join('|')})`;
});

/** The words as API documents describe them. */
export const castTypePattern = `^(${[...Object.keys(plain), ...Object.keys(others), 'decimal', 'numeric']
  .map(anyCase)
  .join('|')}|(${anyCase('decimal')}|${anyCase('numeric')})[(](${widths.join('|')})[)])$`;

/** The column type of a word, whatever the case of its letters; undefined for an unknown one. */
export function castTypeOf(word: string): string | undefined {
  const name = word.toLowerCase().replace(/\s+/g, '');
  if (name === 'decimal' || name === 'numeric') return 'DECIMAL(18,3)';
  const [, width, scale] = decimal.exec(name) ?? [];
  if (width !== undefined && scale !== undefined) {
    const fits = Number(width) >= 1 && Number(width) <= 38 && Number(scale) <= Number(width);
    return fits ? `DECIMAL(${Number(width)},${Number(scale)})` : undefined;
  }
  const known = Object.hasOwn(others, name) ? (others[name] ?? '') : name;
  return Object.hasOwn(plain, known) ? plain[known] : undefined;
}

/** The word of a column type that a conversion made. */
export function castWordOf(type: string): string | undefined {
  if (/^DECIMAL\(\d+,\d+\)$/.test(type)) return type.toLowerCase();
  return Object.keys(plain).find((word) => plain[word] === type);
}
