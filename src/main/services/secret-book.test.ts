import { expect, test } from 'vitest';
import { z } from 'zod';
import { createSecretBook, memorySecretStore } from './secret-book.ts';

const open = (store = memorySecretStore()) => createSecretBook(store, 'things', z.string());

test('a secret that was set is there after the next load', async () => {
  const store = memorySecretStore();
  await open(store).set('a', 'one');
  const again = open(store);
  expect(await again.load()).toBeUndefined();
  expect(again.get('a')).toBe('one');
});

test('what belongs to nothing any more is forgotten', async () => {
  const store = memorySecretStore();
  const book = open(store);
  await book.load();
  await Promise.all([book.set('a', 'one'), book.set('b', 'two')]);
  await book.keepOnly(new Set(['b']));
  expect([book.get('a'), book.get('b')]).toEqual([undefined, 'two']);
});

test('secrets that cannot be read are not written over, and are all there once they can', async () => {
  const inner = memorySecretStore();
  await open(inner).set('a', 'one');
  let locked = true;
  const book = open({
    ...inner,
    read: (name) => (locked ? Promise.reject(new Error('the keychain is locked')) : inner.read(name)),
  });
  expect(await book.load()).toBeInstanceOf(Error);
  await book.keepOnly(new Set());
  await expect(book.set('b', 'two')).rejects.toMatchObject({ code: 'secrets_unreadable' });
  locked = false;
  await book.set('b', 'two');
  const again = open(inner);
  await again.load();
  expect([again.get('a'), again.get('b')]).toEqual(['one', 'two']);
});
