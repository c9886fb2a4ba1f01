/** The browser head's session: a token that lives in this tab alone and travels in a header, never in a cookie. */
const storageKey = 'sluice.session';
const codePattern = /^#signin=([\w-]+)$/;

export function sessionToken(): string | undefined {
  return sessionStorage.getItem(storageKey) ?? undefined;
}

export function forgetSession(): void {
  sessionStorage.removeItem(storageKey);
}

/**
 * Exchanges the one-time code of a sign-in link (in the fragment, so that it reaches no log) for a session token.
 * The code is taken out of the address at once. False when the code is wrong, used, or older than a minute.
 */
export async function redeemSignInCode(): Promise<boolean> {
  const code = codePattern.exec(location.hash)?.[1];
  if (!code) return false;
  history.replaceState(null, '', `${location.pathname}#/`);
  const response = await fetch('/app/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  if (!response.ok) return false;
  const { token } = (await response.json()) as { token: string };
  sessionStorage.setItem(storageKey, token);
  return true;
}

export function hasSignInCode(): boolean {
  return codePattern.test(location.hash);
}
