import { expect, test } from 'vitest';
import { oauthScopes } from '../../../shared/contract/oauth.ts';
import { goesBackItself, scopeWords } from './consent-words.ts';

const tab = { desktop: false, here: false };

test('every right that an app can ask for has words', () => {
  expect(Object.keys(scopeWords)).toEqual([...oauthScopes]);
});

test('only the tab that the app sent here goes back', () => {
  expect(goesBackItself('http://127.0.0.1:8765/cb?code=x', tab)).toBe(true);
  expect(goesBackItself('http://127.0.0.1:8765/cb', { ...tab, desktop: true })).toBe(false);
  expect(goesBackItself('http://127.0.0.1:8765/cb', { ...tab, here: true })).toBe(false);
});

test('an address that is no page is never gone to', () => {
  for (const address of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//evil.example',
    '',
  ])
    expect(goesBackItself(address, tab)).toBe(false);
});
