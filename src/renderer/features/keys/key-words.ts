import type { KeySummary } from '../../../shared/contract/domain.ts';

export type KeyState = 'active' | 'expired' | 'revoked';

export function keyState(key: Pick<KeySummary, 'revokedAt' | 'expiresAt'>, now = Date.now()): KeyState {
  if (key.revokedAt) return 'revoked';
  return key.expiresAt && Date.parse(key.expiresAt) <= now ? 'expired' : 'active';
}

const words: Record<string, string> = {
  all: 'everything',
  'execution:run': 'start runs',
  'execution:read': 'read run states',
};

/** Scopes as a person says them. */
export function scopeText(scopes: readonly string[]): string {
  return scopes.map((scope) => words[scope] ?? scope).join(', ');
}

export type SnippetLanguage = 'curl' | 'python' | 'javascript';

/** A first call with the key: starts a pipeline through the execution API and waits for its end. */
export function snippet(language: SnippetLanguage, url: string, key: string): string {
  const path = `${url}/api/pub/v1/dataflows/PIPELINE_ID/start?await=true`;
  switch (language) {
    case 'curl':
      return `curl -X POST -H "x-api-key: ${key}" \\\n  "${path}"`;
    case 'python':
      return [
        'import json, urllib.request',
        '',
        `request = urllib.request.Request("${path}", method="POST",`,
        `    headers={"x-api-key": "${key}"})`,
        'print(json.load(urllib.request.urlopen(request)))',
      ].join('\n');
    case 'javascript':
      return [
        `const response = await fetch("${path}", {`,
        '  method: "POST",',
        `  headers: { "x-api-key": "${key}" },`,
        '});',
        'console.log(await response.json());',
      ].join('\n');
  }
}
