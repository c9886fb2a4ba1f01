import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DownloadTickets } from './download-tickets.ts';
import { equalSecrets, proofFor, SignIn } from './sign-in.ts';

const owner = 'the-owners-token';

describe('signing in', () => {
  test('a code opens exactly one session, and 999 replays open none', () => {
    const signIn = new SignIn(owner);
    const { code } = signIn.issueCode();
    const first = signIn.redeem(code);
    expect(first.outcome).toBe('signed-in');
    for (let replay = 0; replay < 999; replay += 1) expect(signIn.redeem(code).outcome).not.toBe('signed-in');
    expect(first.outcome === 'signed-in' && signIn.callerOf(first.token)).toBe('window');
  });

  test('a code lives 60 seconds', () => {
    let now = 1_000;
    const signIn = new SignIn(owner, () => now);
    const early = signIn.issueCode().code;
    const late = signIn.issueCode().code;
    now += 59_999;
    expect(signIn.redeem(early).outcome).toBe('signed-in');
    now += 1;
    expect(signIn.redeem(late).outcome).toBe('refused');
  });

  test('wrong tries are limited, and a right code still works then', () => {
    let now = 0;
    const signIn = new SignIn(owner, () => now);
    const { code } = signIn.issueCode();
    for (let tried = 0; tried < 20; tried += 1) expect(signIn.redeem('wrong').outcome).toBe('refused');
    expect(signIn.redeem('wrong').outcome).toBe('too-many-tries');
    expect(signIn.redeem(code).outcome).toBe('signed-in');
    now = 60_001;
    expect(signIn.redeem('wrong').outcome).toBe('refused');
  });

  test('only the exact owner token is the owner, and only issued tokens are windows', () => {
    const signIn = new SignIn(owner);
    expect(signIn.callerOf(owner)).toBe('cli');
    expect(signIn.callerOf(undefined)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(signIn.callerOf(text)).toBe(text === owner ? 'cli' : undefined);
      }),
    );
  });

  test('the oldest session ends when there are too many', () => {
    const signIn = new SignIn(owner);
    const tokens = Array.from({ length: 201 }, () => {
      const redeemed = signIn.redeem(signIn.issueCode().code);
      return redeemed.outcome === 'signed-in' ? redeemed.token : '';
    });
    expect(signIn.callerOf(tokens[0])).toBeUndefined();
    expect(signIn.callerOf(tokens[1])).toBe('window');
    expect(signIn.callerOf(tokens[200])).toBe('window');
  });

  test('an impostor without the token cannot prove anything', () => {
    const signIn = new SignIn(owner);
    expect(equalSecrets(signIn.prove('nonce-1'), proofFor(owner, 'nonce-1'))).toBe(true);
    expect(equalSecrets(signIn.prove('nonce-1'), proofFor(owner, 'nonce-2'))).toBe(false);
    expect(equalSecrets(signIn.prove('nonce-1'), proofFor('another', 'nonce-1'))).toBe(false);
  });
});

test('a download ticket works once, for five minutes', () => {
  let now = 0;
  const tickets = new DownloadTickets(() => now);
  const take = (path: string) => tickets.take(path.split('/').at(-1) ?? '');
  const path = tickets.issue({ path: '/x/a.csv', fileName: 'a.csv' });
  expect(take(path)).toMatchObject({ fileName: 'a.csv' });
  expect(take(path)).toBeUndefined();
  const old = tickets.issue({ path: '/x/b.csv', fileName: 'b.csv' });
  now += 5 * 60_000;
  expect(take(old)).toBeUndefined();
});
