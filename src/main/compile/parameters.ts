import type { ParameterValues, PipelineDocument, PipelineParameter } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import { parameterTypeNames } from './dialect.ts';
import type { BoundParameter, BoundParameters } from './oracle.ts';

/** The document's parameters with the values of this run, checked against their types. */
export function bindValues(
  document: PipelineDocument,
  values: ParameterValues,
): { parameters: BoundParameters; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const parameters: Record<string, BoundParameter> = {};
  for (const [name, parameter] of Object.entries(document.parameters)) {
    const given = Object.hasOwn(values, name) ? values[name] : parameter.default;
    const type = parameterTypeNames[parameter.type];
    const value = given === undefined ? undefined : fitted(given, parameter);
    if (value === undefined) problems.push(problemOf(name, parameter, given));
    parameters[name] = { type, value: value ?? null };
  }
  return { parameters, problems };
}

/** A value in the form that is bound: integers as text when they are beyond 2^53; undefined where it does not fit. */
function fitted(
  value: string | number | boolean,
  { type }: PipelineParameter,
): BoundParameter['value'] | undefined {
  const text = String(value).trim();
  switch (type) {
    case 'text':
      return String(value);
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
    case 'integer':
      return isBigint(value, text) ? text : undefined;
    case 'number':
      return typeof value !== 'boolean' && text !== '' && Number.isFinite(Number(text))
        ? Number(text)
        : undefined;
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) && isDay(text) ? text : undefined;
    case 'timestamp':
      return isTimestamp(text) ? text : undefined;
  }
}

function isBigint(value: string | number | boolean, text: string): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return (
    typeof value === 'string' && /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
  );
}

/** Date.parse takes 30 February for 1 March. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isTimestamp(text: string): boolean {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(
    text,
  );
  if (!parts?.[1] || !isDay(parts[1])) return false;
  return parts[2] === undefined || !Number.isNaN(Date.parse(`${parts[1]}T${parts[2]}${parts[3] ?? 'Z'}`));
}

const spoken: Readonly<Record<PipelineParameter['type'], string>> = {
  text: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date such as 2024-01-31',
  timestamp: 'a time such as 2024-01-31T12:00:00Z',
};

function problemOf(name: string, { type }: PipelineParameter, given: unknown): Problem {
  const message =
    given === undefined
      ? `The parameter $${name} has no value. Give the run ${spoken[type]}, or set a default.`
      : `The parameter $${name} must be ${spoken[type]}; ${JSON.stringify(given)} is not.`;
  return {
    code: given === undefined ? 'missing_parameter' : 'invalid_parameter',
    severity: 'error',
    message,
  };
}
