import { type ErrorCode, type ErrorEntry, errorCatalog } from './catalog.ts';

export type ErrorDetails = Readonly<Record<string, unknown>>;

/** An error that may be shown to a person or sent by a door. Anything else thrown is a bug and becomes `internal`. */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(fillText(errorCatalog[code].text, details), options);
    this.code = code;
    this.details = details;
  }

  get entry(): ErrorEntry {
    return errorCatalog[this.code];
  }
}

/** The plain form of an error: what a run stores as its cause and what the window is sent. */
export interface ErrorReport {
  code: ErrorCode;
  message: string;
  details: Record<string, unknown>;
}

/** Any thrown value as a report. An unknown one says nothing of its inside; the caller logs the original. */
export function reportError(error: unknown): ErrorReport {
  const known = error instanceof SluiceError ? error : new SluiceError('internal');
  return { code: known.code, message: known.message, details: { ...known.details } };
}

function fillText(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}/g, (_place, name: string) => String(details[name] ?? ''));
}
