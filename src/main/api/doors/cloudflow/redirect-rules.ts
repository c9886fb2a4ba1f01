import { type OauthScope, oauthScopes } from '../../../../shared/contract/oauth.ts';

/** This machine by its three names, any port; written out so that no spelling of another host passes. */
const loopback =
  /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::([1-9]\d{0,4}))?(?:\/[^\s#\\]*|\?[^\s#\\]*)?$/;
const names: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** What is wrong with an address that an app wants its answer at; undefined for a good one. RFC 8252, 7.3 and 8.3. */
export function redirectFault(text: string, ownPort: number | undefined): string | undefined {
  const [whole, portText] = loopback.exec(text) ?? [];
  if (whole === undefined || !URL.canParse(text)) {
    return 'redirect_uri must be an address of this machine: http://127.0.0.1, http://[::1] or http://localhost, with any port, and without a fragment.';
  }
  const { hostname, port, username, password } = new URL(text);
  const honest = names.has(hostname) && (portText ?? '80') === (port || '80') && username + password === '';
  if (!honest) return 'redirect_uri cannot be read as one address.';
  if (Number(port || '80') === ownPort) return 'redirect_uri leads to this server itself.';
  return undefined;
}

/** The scopes of a request, each once; undefined when one is unknown here. All of door 2 when none is named. */
export function scopesOf(text: string | undefined): OauthScope[] | undefined {
  const wanted = [...new Set((text ?? '').split(' ').filter((word) => word !== ''))];
  if (wanted.length === 0) return [...oauthScopes];
  return wanted.every(isScope) ? wanted : undefined;
}

const isScope = (text: string): text is OauthScope => (oauthScopes as readonly string[]).includes(text);
