import { expect, test } from 'vitest';
import { z } from 'zod';
import { SchemaShelf } from './schema-shelf.ts';

test('a schema without a name stays where it is used', () => {
  const shelf = new SchemaShelf();
  expect(shelf.of(z.object({ a: z.string() }), 'input', 'hint')).toMatchObject({ type: 'object' });
  expect(shelf.components).toEqual({});
});

test('a named schema is a component once, wherever it stands', () => {
  const shelf = new SchemaShelf();
  const named = z.object({ a: z.string() }).meta({ id: 'Thing' });
  expect(shelf.of(named, 'output', 'one')).toEqual({ $ref: '#/components/schemas/Thing' });
  const holder = shelf.of(z.object({ all: z.array(named) }), 'output', 'two');
  expect(JSON.stringify(holder)).toContain('"$ref":"#/components/schemas/Thing"');
  expect(Object.keys(shelf.components)).toEqual(['Thing']);
  expect(shelf.components.Thing).not.toHaveProperty('id');
});

test('a schema that contains itself is a component, and its references lead there', () => {
  interface Tree {
    all: Tree[];
  }
  const tree: z.ZodType<Tree> = z.object({ all: z.lazy(() => z.array(tree)) });
  const shelf = new SchemaShelf();
  expect(shelf.of(tree, 'input', 'conditionBody')).toEqual({ $ref: '#/components/schemas/conditionBody' });
  shelf.of(z.object({ inner: tree }), 'input', 'other');
  const text = JSON.stringify(shelf.components);
  for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    expect(shelf.components).toHaveProperty(name);
  }
  expect(text).not.toMatch(/"\$ref":"#(\/\$defs|")/);
});

test('what is taken and what is answered under one name get two', () => {
  const shelf = new SchemaShelf();
  const thing = z.object({ a: z.string().default('x') }).meta({ id: 'Thing' });
  const names = (['input', 'output'] as const).map((io) => shelf.of(thing, io, 'hint').$ref);
  expect(new Set(names).size).toBe(2);
});

test('two schemas of one name are a mistake that shows at once', () => {
  const shelf = new SchemaShelf();
  const of = (schema: z.ZodType) => shelf.of(z.object({ a: schema }), 'output', 'hint');
  of(z.object({ a: z.string() }).meta({ id: 'Same' }));
  of(z.object({ b: z.string() }).meta({ id: 'Same' }));
  expect(() => of(z.object({ c: z.string() }).meta({ id: 'Same' }))).toThrow(/have the name Same/);
});
