import { expect, test } from 'vitest';
import { xmlToJson } from './xml-values.ts';

const dataOf = (data: string): unknown => JSON.parse(xmlToJson(`<i><source>a</source>${data}</i>`)).data;

test.each([
  ['a record of plain fields', '<data><id>1</id><name>n</name></data>', { id: '1', name: 'n' }],
  [
    'a record with an object and a list in it',
    '<data><id type="number">1</id><at><x>2</x></at><tag>a</tag><tag>b</tag></data>',
    { id: 1, at: { x: '2' }, tag: ['a', 'b'] },
  ],
  ['a record with a null', '<data><id null="true"/><name/></data>', { id: null, name: '' }],
  [
    'a record of objects, where type says so',
    '<data type="object"><at><x>2</x></at></data>',
    { at: { x: '2' } },
  ],
  ['no field, where type says so', '<data type="object"/>', {}],
  ['records', '<data><r><id>1</id></r><other><id>2</id></other></data>', [{ id: '1' }, { id: '2' }]],
  ['records without fields', '<data><r/><r><id>2</id></r></data>', [{}, { id: '2' }]],
  ['nothing', '<data></data>', []],
])('data is %s', (_what, data, expected) => {
  expect(dataOf(data)).toEqual(expected);
});

test.each([
  [
    'a record that holds a text beside others',
    '<data><r><id>1</id></r><r>2</r></data>',
    /<r> has no elements/,
  ],
  ['a text in a list', '<data type="array"><id>1</id></data>', /<id> has no elements/],
  ['another type', '<data type="number">1</data>', /type of <data> must be array or object/],
  ['text beside the fields', '<data>x<id>1</id></data>', /text beside its elements/],
])('data is refused: %s', (_what, data, reason) => {
  expect(() => dataOf(data)).toThrow(reason);
});
