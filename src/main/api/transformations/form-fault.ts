import type { z } from 'zod';
import { nearest } from '../../../shared/kernel/nearest.ts';

/** What is wrong with a form, in a sentence, at its place below the form. */
export interface FormFault {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
  /** The field that is needed there and was not given. */
  readonly missing?: string;
  /** A word that is not known there. */
  readonly unknown?: string;
}

type Issue = z.core.$ZodIssue;

/** The first fault of a form. `words` are the names that its objects may hold, to suggest the nearest of. */
export function formFault(error: z.ZodError, input: unknown, words: readonly string[]): FormFault {
  const [first] = error.issues;
  if (!first) return { path: [], reason: 'It does not fit here.' };
  return faultOf(first, input, words);
}

function faultOf(issue: Issue, input: unknown, words: readonly string[]): FormFault {
  const { path } = issue;
  const value = valueAt(input, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKey(issue.keys[0] ?? '', path, words);
    case 'invalid_union':
      return unionFault(issue, value, words);
    case 'invalid_value':
      if (value === undefined) break;
      return unknownWord(value, issue.values.map(String), path);
    case 'invalid_type':
      if (value === undefined) return { path, reason: issue.message, ...missing(path) };
      break;
    default:
  }
  return { path, reason: issue.message, ...(value === undefined ? missing(path) : {}) };
}

function missing(path: readonly PropertyKey[]): Pick<FormFault, 'missing'> {
  const last = path.at(-1);
  return typeof last === 'string' ? { missing: last } : {};
}

function unknownKey(key: string, path: readonly PropertyKey[], words: readonly string[]): FormFault {
  const reason = `There is no "${key}" here.${hint(key, words)}`;
  return { path: [...path, key], reason, unknown: key };
}

function unknownWord(value: unknown, choices: readonly string[], path: readonly PropertyKey[]): FormFault {
  const wrong = typeof value === 'string' ? value : '';
  const shown = JSON.stringify(value)?.slice(0, 60) ?? '';
  const reason = `${shown} is not known here.${hint(wrong, choices)} Possible: ${choices.join(', ')}.`;
  return { path, reason, ...(wrong === '' ? {} : { unknown: wrong }) };
}

function hint(wrong: string, words: readonly string[]): string {
  const [near] = nearest(
    wrong,
    words.filter((word) => word !== wrong),
    1,
  );
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}

/** Of several forms the one that was meant: the first that does not refuse the value as a whole. */
function unionFault(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: unknown,
  words: readonly string[],
): FormFault {
  const meant = issue.errors.find(
    ([first]) => first && !(first.code === 'invalid_type' && first.path.length === 0),
  );
  const [first] = meant ?? [];
  if (!first)
    return { path: issue.path, reason: issue.message, ...(value === undefined ? missing(issue.path) : {}) };
  const inner = faultOf(first, value, words);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}
