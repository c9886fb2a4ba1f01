import { randomBytes } from 'node:crypto';
import type { OauthRequest } from '../../../../shared/contract/oauth.ts';

/**
 * What the browser shows that came from an app but is not signed in here: it asks again every two seconds and goes on
 * once the owner has answered elsewhere. No script, no form, nothing to click.
 */
export function waitPage({ clientId, redirectUri, state }: OauthRequest): { html: string; policy: string } {
  const nonce = randomBytes(12).toString('base64url');
  const waits = state === 'pending';
  const sentence = waits
    ? 'Answer it in Sluice: in its window, or in a browser that was signed in with the link that <code>sluice sign-in</code> prints. This page goes on by itself.'
    : 'The request was not answered in time. Start again in the app.';
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${waits ? 'Waiting for your answer' : 'Too late'} - Sluice</title>
${waits ? '<meta http-equiv="refresh" content="2">' : ''}
<style nonce="${nonce}">
:root { color-scheme: light dark; background: light-dark(#eef2f5, #161c22) }
body { font: 14px/1.5 system-ui, sans-serif; margin: 12vh 1.5rem; color: light-dark(#4b5560, #aab4be) }
main {
  max-width: 32rem; margin: auto; padding: 1.5rem; overflow-wrap: anywhere;
  background: light-dark(#fdfdfe, #0f1419); border: 1px solid light-dark(#dfe4e9, #2b333b); border-radius: 8px
}
h1 { font-size: 16px; margin: 0; color: light-dark(#17202a, #e8edf2) }
p { margin: .6rem 0 0 }
code { font: 12px/1.5 ui-monospace, monospace; color: light-dark(#17202a, #e8edf2) }
</style>
</head>
<body>
<main>
<h1>${escaped(clientId)} asks for access to your pipelines</h1>
<p>${sentence}</p>
<p>The answer goes to <code>${escaped(redirectUri)}</code>.</p>
</main>
</body>
</html>
`;
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { html, policy };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
