import { z } from 'zod';

/**
 * What schemas find, in the words of a person who never saw a schema. A schema's own message goes before these.
 * Importing this module is enough: the words are set once for the whole program.
 */
z.config({ localeError: plainIssue });

export function plainIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `${nameOf(issue.expected)} is missing.`
        : `${nameOf(issue.expected)} is needed here${insteadOf(issue)}.`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_big':
      return `${amount(issue.origin, 'at most', issue.maximum)}.`;
    case 'too_small':
      return isEmptyText(issue)
        ? 'A text is needed here.'
        : `${amount(issue.origin, 'at least', issue.minimum)}.`;
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => JSON.stringify(key)).join(', ')} is not known here. Check the spelling, or remove it.`;
    case 'invalid_key':
      return `This name is not possible: ${issue.issues[0]?.message ?? 'choose another.'}`;
    case 'invalid_format':
      return issue.format === 'uuid' || issue.format === 'guid'
        ? 'This is not an id.'
        : 'This is not written the way it must be.';
    default:
      return issue.input === undefined ? 'A value is missing.' : 'This value does not fit here.';
  }
}

const names: Readonly<Record<string, string>> = {
  string: 'A text',
  number: 'A number',
  int: 'A whole number',
  bigint: 'A whole number',
  boolean: 'true or false',
  array: 'A list',
  tuple: 'A list',
  object: 'An object',
  record: 'An object',
};

const nameOf = (expected: string): string => names[expected] ?? 'Another value';

/** A text that was read as a number and is none arrives as NaN: what it was is not known any more. */
function insteadOf({ expected, input }: { expected: string; input?: unknown }): string {
  if (Number.isNaN(input)) return '';
  const isFraction = typeof input === 'number' && names[expected] === names.int;
  return `, not ${isFraction ? input : kindOf(input)}`;
}

function kindOf(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  const name = nameOf(typeof input);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** An empty choice stands for leaving the value out, and is no help to name. */
function oneOf(values: readonly unknown[]): string {
  const choices = values.filter((value) => value !== '').map(String);
  return choices.length === 1
    ? `Only ${choices[0]} is possible here.`
    : `Choose one of: ${choices.join(', ')}.`;
}

const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
  set: ['entry', 'entries'],
};

function amount(origin: string, bound: 'at most' | 'at least', limit: number | bigint): string {
  const figure = limit.toLocaleString('en');
  const unit = units[origin]?.[Number(limit) === 1 ? 0 : 1];
  if (!unit) return `It must be ${bound} ${figure}`;
  return `It ${bound === 'at most' ? 'may' : 'must'} have ${bound} ${figure} ${unit}`;
}

const isEmptyText = ({ origin, minimum }: { origin: string; minimum: number | bigint }): boolean =>
  origin === 'string' && Number(minimum) === 1;
