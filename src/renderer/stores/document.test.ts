import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyDocument, type PipelineDocument } from '../../shared/pipeline/document.ts';
import { createDocumentStore } from './document.ts';

const describeAs = (description: string) => (document: PipelineDocument) => ({ ...document, description });

function open() {
  let time = 0;
  const store = createDocumentStore(emptyDocument('Test'), () => time);
  return {
    store,
    wait: (milliseconds: number) => {
      time += milliseconds;
    },
    now: () => store.getState().document.description,
  };
}

describe('the document store', () => {
  it('undoes and redoes one named step at a time', () => {
    const { store, now } = open();
    store.edit({ name: 'one', apply: describeAs('1') });
    store.edit({ name: 'two', apply: describeAs('2') });
    expect(store.undo()).toBe('two');
    expect(now()).toBe('1');
    expect(store.redo()).toBe('two');
    expect(now()).toBe('2');
    expect([store.undo(), store.undo(), store.undo()]).toEqual(['two', 'one', undefined]);
    expect(now()).toBeUndefined();
  });

  it('joins typing in one field, until a pause, another field, or an undo', () => {
    const { store, wait, now } = open();
    for (const text of ['a', 'ab', 'abc'])
      store.edit({ name: 'type', apply: describeAs(text), coalesce: 'field' });
    wait(5_000);
    store.edit({ name: 'type', apply: describeAs('abcd'), coalesce: 'field' });
    store.edit({ name: 'type', apply: describeAs('x'), coalesce: 'other' });
    store.undo();
    expect(now()).toBe('abcd');
    store.edit({ name: 'type', apply: describeAs('y'), coalesce: 'other' });
    store.undo();
    store.undo();
    expect(now()).toBe('abc');
    store.undo();
    expect(now()).toBeUndefined();
  });

  it('leaves no step for an edit that changes nothing', () => {
    const { store } = open();
    expect(store.edit({ name: 'nothing', apply: (document) => document })).toBe(false);
    expect(store.undo()).toBeUndefined();
  });

  it('forgets the history of a document that is replaced from elsewhere', () => {
    const { store, now } = open();
    store.edit({ name: 'one', apply: describeAs('1') });
    store.replace({ ...emptyDocument('Other'), description: 'theirs' });
    expect(store.undo()).toBeUndefined();
    expect(now()).toBe('theirs');
  });

  it('gives back every earlier document, whatever was done in between', () => {
    const action = fc.oneof(
      fc.record({ text: fc.string({ maxLength: 3 }) }),
      fc.constant('undo' as const),
      fc.constant('redo' as const),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const { store } = open();
        const past: PipelineDocument[] = [];
        let current = store.getState().document;
        let future: PipelineDocument[] = [];
        for (const each of actions) {
          if (each === 'undo') {
            store.undo();
            const before = past.pop();
            if (before) {
              future.push(current);
              current = before;
            }
          } else if (each === 'redo') {
            store.redo();
            const after = future.pop();
            if (after) {
              past.push(current);
              current = after;
            }
          } else {
            store.edit({ name: 'edit', apply: describeAs(each.text) });
            past.push(current);
            current = store.getState().document;
            future = [];
          }
          expect(store.getState().document).toBe(current);
        }
      }),
      { numRuns: 100 },
    );
  });
});
