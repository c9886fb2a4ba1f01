import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tempStore } from './testing/temp-home.ts';

test('what is asked for in one turn shares one commit, and each is answered after it', async () => {
  const store = tempStore();
  const order: string[] = [];
  let groups = 0;
  store.onGroup(() => {
    groups += 1;
    order.push('end');
  });
  const asked = ['a', 'b', 'c'].map((name) =>
    store
      .together(() => {
        store.settings.set(name, 1);
        store.afterCommit(() => order.push(`committed ${name}`));
        order.push(name);
        return name;
      })
      .then((answer) => order.push(`answered ${answer}`)),
  );
  expect(order).toEqual([]);
  await Promise.all(asked);
  expect(groups).toBe(1);
  expect(order).toEqual([
    ...['a', 'b', 'c', 'end'],
    ...['committed a', 'committed b', 'committed c'],
    ...['answered a', 'answered b', 'answered c'],
  ]);
});

test('one that throws is undone alone, with what it wanted to announce', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), async (fails) => {
      const store = tempStore();
      const announced: number[] = [];
      const settled = await Promise.allSettled(
        fails.map((fail, at) =>
          store.together(() => {
            store.settings.set(`n${at}`, at);
            store.afterCommit(() => announced.push(at));
            if (fail) throw new Error('no');
            return at;
          }),
        ),
      );
      expect(settled.map(({ status }) => status === 'rejected')).toEqual(fails);
      expect(fails.map((_fail, at) => store.settings.get(`n${at}`) === undefined)).toEqual(fails);
      expect(announced).toEqual(fails.flatMap((fail, at) => (fail ? [] : [at])));
    }),
    { numRuns: 15 },
  );
});

test('what fails at the end of a group undoes only itself', async () => {
  const store = tempStore();
  store.onGroup(() => {
    store.settings.set('half', 1);
    throw new Error('no');
  });
  await store.together(() => store.settings.set('whole', 1));
  expect([store.settings.get('half'), store.settings.get('whole')]).toEqual([undefined, 1]);
});

test('when the commit itself fails nobody is told that it went well', async () => {
  const store = tempStore();
  const announced: string[] = [];
  const works = [
    () => store.settings.set('a', 1),
    () => {
      store.afterCommit(() => announced.push('b'));
      store.settings.set('b', 1);
      // The store is gone before the commit.
      store.close();
    },
  ];
  const settled = await Promise.allSettled(works.map((work) => store.together(work)));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(announced).toEqual([]);
});
