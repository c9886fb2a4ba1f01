import type { ParameterType, PipelineDocument } from '../../../../shared/pipeline/document.ts';

export type ParameterValue = string | number | boolean;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** Parameters that a run could not start without: no default, and no value given yet. */
export function missingParameters(document: PipelineDocument, values: ParameterValues): string[] {
  return Object.entries(document.parameters)
    .filter(([name, parameter]) => parameter.default === undefined && values[name] === undefined)
    .map(([name]) => name);
}

/** A typed text as a value of the type, or undefined when it is none. */
export function readParameter(text: string, type: ParameterType): ParameterValue | undefined {
  const bare = text.trim();
  switch (type) {
    case 'text':
      return text;
    case 'integer':
      if (!/^[+-]?\d{1,19}$/.test(bare)) return undefined;
      return Number.isSafeInteger(Number(bare)) ? Number(bare) : bare;
    case 'number':
      return bare !== '' && Number.isFinite(Number(bare)) ? Number(bare) : undefined;
    case 'boolean':
      return bare === 'true' ? true : bare === 'false' ? false : undefined;
    case 'date':
      return isDate(bare) ? bare : undefined;
    case 'timestamp':
      return /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/.test(bare) && isDate(bare.slice(0, 10))
        ? bare
        : undefined;
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

export const parameterExamples: Record<ParameterType, string> = {
  text: 'EU',
  integer: '100',
  number: '0.5',
  boolean: 'true',
  date: '2024-01-31',
  timestamp: '2024-01-31 08:00:00',
};

const storageKey = (pipelineId: string): string => `sluice.parameters.${pipelineId}`;

export function rememberValues(pipelineId: string, values: ParameterValues): void {
  localStorage.setItem(storageKey(pipelineId), JSON.stringify(values));
}

export function rememberedValues(pipelineId: string): ParameterValues {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey(pipelineId)) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const plain = Object.entries(stored).filter(([, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value),
    );
    return Object.fromEntries(plain) as ParameterValues;
  } catch {
    return {};
  }
}
