import fc from 'fast-check';
import { icons } from 'lucide-react';
import { describe, expect, test } from 'vitest';
import { isColumnType } from './_kit/column-type.ts';
import { nodeGroups } from './_kit/define-node.ts';
import { fieldHints } from './_kit/field.ts';
import {
  catalogue,
  configJsonSchema,
  definitionOf,
  emptyNode,
  fieldsOf,
  orderedDefinitions,
} from './_kit/registry.ts';
import { reachedBy } from './_kit/test-kit.ts';
import { definitions, kindNames } from './registry.gen.ts';

const all = orderedDefinitions();
const iconNames = new Set(Object.keys(icons).map(kebab));

/** FileSpreadsheet -> file-spreadsheet, Columns3 -> columns-3: the names lucide itself uses. */
function kebab(name: string): string {
  return name
    .replace(/([a-z])([A-Z0-9])/g, '$1-$2')
    .replace(/([0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

test('every kind of the list is registered under the name of its folder', () => {
  expect(kindNames.filter((kind) => definitions[kind].kind !== kind)).toEqual([]);
  expect(kindNames).toEqual(
    expect.arrayContaining(
      `aggregate csv-file dataset dedupe derive fill filter join json-file limit parquet-file rows save-dataset select
       sort sql text union write-file`.split(/\s+/),
    ),
  );
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
});

test('unknown names have no definition, not even those every object inherits', () => {
  expect(['nowhere', 'constructor', '__proto__', 'toString'].map(definitionOf)).toEqual(
    Array(4).fill(undefined),
  );
});

describe.each(kindNames)('%s', (kind) => {
  const definition = definitions[kind];

  test('it has a group, an icon of lucide, a sentence and ports of distinct names', () => {
    expect(nodeGroups).toContain(definition.group);
    expect(iconNames, `icon ${definition.icon}`).toContain(definition.icon);
    expect(definition.description).toMatch(/^[A-Z].*\.$/);
    for (const ports of [definition.inputs, definition.outputs]) {
      expect(new Set(ports.map(({ name }) => name)).size).toBe(ports.length);
      for (const { name } of ports) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    }
  });

  test('every field of the config has a hint, and choices are values that the schema takes', () => {
    for (const [name, schema] of Object.entries(definition.config.shape)) {
      const hint = fieldHints.get(schema);
      expect(hint?.label, `${kind}.${name}`).toMatch(/\S/);
      for (const { value } of hint?.choices ?? [])
        expect(schema.safeParse(value).success, `${name}=${value}`).toBe(true);
      if (hint?.widget === 'choice') expect(hint.choices?.length).toBeGreaterThan(1);
      if (hint?.when) expect(Object.keys(definition.config.shape)).toContain(hint.when.field);
    }
  });

  test('its defaults parse, or lack only what a person has to choose', () => {
    const parsed = definition.config.safeParse(emptyNode(kind).config);
    const wrong = parsed.error?.issues ?? [];
    expect(wrong.filter(({ message }) => !/^(Choose|Write|Name|Add|Give) /.test(message))).toEqual([]);
  });

  test('its example is a whole config with a summary', () => {
    const parsed = definition.config.safeParse(definition.example);
    expect(parsed.error?.issues ?? []).toEqual([]);
    expect(definition.summary(definition.example)).not.toBe('');
    expect(() => definition.reach?.(parsed.data ?? {})).not.toThrow();
  });

  test('its JSON Schema describes every field, and only required ones are required', () => {
    const schema = configJsonSchema(definition) as {
      properties: Record<string, unknown>;
      required?: string[];
    };
    expect(Object.keys(schema.properties)).toEqual(Object.keys(definition.config.shape));
    const required = fieldsOf(definition).filter((field) => field.required);
    expect(schema.required ?? []).toEqual(required.map(({ name }) => name));
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  test('its summary never throws and stays one short line, whatever an unfinished config holds', () => {
    const names = Object.keys(definition.config.shape);
    const example: Record<string, unknown> = definition.example;
    const partial = fc
      .subarray(names)
      .map((kept) => Object.fromEntries(kept.map((name) => [name, example[name]])));
    const garbage = fc.dictionary(fc.constantFrom(...names, 'other'), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(partial, garbage), (config) => {
        const summary = definition.summary(config);
        expect(summary.length).toBeLessThanOrEqual(120);
        expect(summary).not.toMatch(/[\n\r]/);
      }),
      { numRuns: 200 },
    );
  });

  test('a config of garbage is refused or parsed, never a crash', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (config) => {
        expect(reachedBy(kind, config)).toBeTypeOf('object');
      }),
      { numRuns: 100 },
    );
  });
});

test('the catalogue is plain JSON with one entry a kind', () => {
  const entries = JSON.parse(JSON.stringify(catalogue())) as { kind: string }[];
  expect(entries.map(({ kind }) => kind).sort()).toEqual([...kindNames].sort());
});

test('a node and its defaults are fresh each time', () => {
  const first = emptyNode('sort');
  (first.config.by as unknown[]).push('changed');
  expect(emptyNode('sort').config).toEqual({ by: [] });
});

describe('column types in a config', () => {
  test.each([
    'VARCHAR',
    'bigint',
    'DECIMAL(18,2)',
    'DECIMAL( 18 , 2 )',
    'TIMESTAMP WITH TIME ZONE',
    'INTEGER[]',
    'INTEGER[3][]',
    'STRUCT(a INTEGER, "b c" VARCHAR[])',
    'MAP(VARCHAR, STRUCT(x DOUBLE))',
    'varchar(20)',
  ])('%s is one', (type) => expect(isColumnType(type)).toBe(true));

  test.each([
    '',
    'VARCHAR)',
    'INTEGER; DROP TABLE x',
    'VARCHAR) AS x, (SELECT 1',
    'DECIMAL(18,2',
    'STRUCT()',
    'STRUCT(a)',
    'MAP(VARCHAR)',
    "ENUM('a')",
    'money',
    'INTEGER -- x',
    'INTEGER/**/',
    'STRUCT("a INTEGER)',
    'INTEGER[',
    'UNION(a INTEGER)',
    'mood',
  ])('%j is none', (type) => expect(isColumnType(type)).toBe(false));

  test('deeply nested text is refused without harm', () => {
    expect(isColumnType(`${'STRUCT(a '.repeat(200)}INTEGER${')'.repeat(200)}`)).toBe(false);
  });
});
