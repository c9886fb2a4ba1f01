import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { SourceConnection } from '../../shared/sources/connection.ts';
import type { SourceTestResult } from '../../shared/sources/source-facts.ts';

export type FailedAt = NonNullable<SourceTestResult['failed']>;

/** Why a source could not be used, in a sentence that names neither passwords nor statements of ours. */
export class SourceFailure extends Error {
  readonly at: FailedAt;
  /** The cause lies in the moment: another try may go well. */
  readonly passing: boolean;

  constructor(
    at: FailedAt,
    reason: string,
    { passing = false, cause }: { passing?: boolean; cause?: unknown } = {},
  ) {
    super(reason, { cause });
    this.at = at;
    this.passing = passing;
  }
}

export const fail = (at: FailedAt, reason: string): SourceFailure => new SourceFailure(at, reason);

/** What the network and TLS tell by their codes; undefined for errors of other kinds. */
export function networkFailure(error: unknown, place: string): SourceFailure | undefined {
  const code = codeOf(error);
  const passing = { passing: true, cause: error };
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return new SourceFailure('name', `the name of ${place} is not known. Check the host.`, passing);
    case 'ECONNREFUSED':
      return new SourceFailure(
        'port',
        `nothing listens at ${place}. Check the port, and whether the server runs.`,
        passing,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return new SourceFailure('timeout', `there is no way to ${place} from here.`, passing);
    case 'ETIMEDOUT':
    case 'ESOCKETTIMEDOUT':
    case 'TimeoutError':
      return new SourceFailure('timeout', `${place} did not answer in time.`, passing);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'ERR_SOCKET_CLOSED':
      return new SourceFailure('answer', `the connection to ${place} was lost.`, passing);
    default:
      if (/^(?:HPE|Z)_/.test(code))
        return new SourceFailure('answer', `what listens at ${place} does not answer as a web server does.`, {
          cause: error,
        });
      return isTls(code, error)
        ? new SourceFailure('tls', `a secure connection to ${place} failed: ${tlsReason(code, error)}`, {
            cause: error,
          })
        : undefined;
  }
}

function isTls(code: string, error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return (
    /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|UNABLE_TO_|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO|INVALID_CA|CRL_)/.test(
      code,
    ) || /\b(?:wrong version number|certificate)\b/i.test(text)
  );
}

function tlsReason(code: string, error: unknown): string {
  if (/SELF_SIGNED|UNABLE_TO_|DEPTH_ZERO/.test(code))
    return 'its certificate is not signed by a known authority. Choose TLS without checking it if you trust the network.';
  if (/EXPIRED/.test(code)) return 'its certificate has expired.';
  if (/ALTNAME|HOSTNAME/.test(code)) return 'its certificate is for another name.';
  const text = error instanceof Error ? error.message : '';
  return /wrong version number/i.test(text)
    ? 'the server does not speak TLS there.'
    : 'the server refused it.';
}

export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, name, errors } = error as { code?: unknown; name?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  // A name with several addresses fails with one error for all of them.
  if (Array.isArray(errors)) return codeOf(errors[0]);
  return name === 'TimeoutError' ? name : '';
}

/** The failure as an error of the catalogue. */
export function asSluiceError(error: unknown, source: SourceConnection): unknown {
  if (error instanceof SluiceError || !(error instanceof SourceFailure)) return error;
  const code = error.passing ? 'source_unreachable' : 'source_refused';
  return new SluiceError(
    code,
    { name: source.name, reason: error.message, failed: error.at },
    { cause: error },
  );
}

const leftOut = 'what it said is left out, as it might hold a secret.';

/**
 * What a server said, in one line that ends with a point, without what stands around the text of a query. Sentences of
 * ours hold no secrets; a server's might, if it repeats what it was sent: then nothing of it is told. Replacing the secret
 * alone would tell where it stood, and would spoil every name that happens to hold it.
 */
export function said(message: string, { secrets }: Pick<SourceConnection, 'secrets'>): string {
  const line = message
    .replace(/\s+/g, ' ')
    .replace(/\s*\) AS (?:asked|described|copied)\b[^'"]*/g, '')
    .replace(/check the manual that corresponds to your .*? server version for the right syntax to use /i, '')
    .trim()
    .slice(0, 500);
  if (Object.values(secrets).some((secret) => secret.length >= 3 && message.includes(secret)))
    return `the server refused it; ${leftOut}`;
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/** A sentence of ours, and after it what the server said of it. */
export function quoting(
  sentence: string,
  message: string,
  source: Pick<SourceConnection, 'secrets'>,
): string {
  const words = said(message, source);
  return words.endsWith(leftOut) ? `${sentence}.` : `${sentence}: ${words}`;
}
