/** The OpenAPI documents: sound by a linter's judgement, with examples that fit, and nothing left out. */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTempApp, type TempApp } from '../support/temp-app.ts';
import {
  documentPaths,
  fetchDocument,
  type JsonObject,
  type MediaType,
  type OpenApiDocument,
  routesOf,
  schemaChecks,
} from './kit/openapi-documents.ts';

let temp: TempApp;
const documents = new Map<string, OpenApiDocument>();

beforeAll(async () => {
  temp = await startTempApp();
  for (const path of documentPaths) documents.set(path, await fetchDocument(temp.url, path));
});
afterAll(() => temp.stop());

const documentAt = (path: string): OpenApiDocument => {
  const document = documents.get(path);
  if (!document) throw new Error(`There is no document ${path}`);
  return document;
};

describe.each(documentPaths)('%s', (path) => {
  test('has no fault in the eyes of a linter', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      rules: {
        // Their names say it.
        'tag-description': 'off',
        'security-defined': 'error',
        'no-invalid-media-type-examples': 'error',
        'no-invalid-parameter-examples': 'error',
        'no-invalid-schema-examples': 'error',
        'operation-operationId-unique': 'error',
        'operation-operationId-url-safe': 'error',
        'path-parameters-defined': 'error',
        'no-unused-components': 'off',
        // Signed calls and health answer to no key; what they answer is declared like everything.
        'operation-4xx-response': 'off',
      },
    });
    const problems = await lintFromString({ source: JSON.stringify(documentAt(path)), config });
    expect(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
    ).toEqual([]);
  });

  test('has examples that fit their schemas, for every body and every answer', () => {
    const document = documentAt(path);
    const check = schemaChecks(document);
    const misfits: string[] = [];
    const look = (place: string, content: Record<string, MediaType> = {}): void => {
      for (const [type, { schema, examples }] of Object.entries(content)) {
        for (const [name, { value }] of Object.entries(examples ?? {})) {
          // The text of a body in YAML or XML is not its data.
          if (typeof value === 'string' && !/json/.test(type)) continue;
          const valid = check(schema);
          if (!valid(value)) misfits.push(`${place} ${type} ${name}: ${JSON.stringify(valid.errors?.[0])}`);
        }
      }
    };
    for (const { operation, method, path: at } of routesOf(document)) {
      look(`${method} ${at} body`, operation.requestBody?.content);
      for (const [status, { content }] of Object.entries(operation.responses))
        look(`${method} ${at} ${status}`, content);
    }
    expect(misfits).toEqual([]);
  });

  test('declares what every route behind a key may refuse, and shows an example of each answer', () => {
    const document = documentAt(path);
    const missing = routesOf(document).flatMap(({ method, path: at, operation }) => {
      const { responses, requestBody } = operation;
      const wanted = operation['x-scope']
        ? ['400', '401', '403', '429', '500', '503', ...(requestBody ? ['413', '415'] : [])]
        : [];
      const bare = [
        ...bodiless(requestBody?.content ?? {}),
        ...(operation['x-scope']
          ? Object.values(responses).flatMap(({ content }) => bodiless(content ?? {}))
          : []),
      ];
      return [
        ...wanted.filter((status) => !(status in responses)).map((status) => `${method} ${at}: no ${status}`),
        ...bare.map((type) => `${method} ${at}: no example of ${type}`),
      ];
    });
    expect(missing).toEqual([]);
  });

  test('names a way to carry a key for each route that asks for one', () => {
    const document = documentAt(path);
    for (const { operation } of routesOf(document)) {
      const names = operation.security.flatMap((alternative) => Object.keys(alternative));
      expect(names.length > 0).toBe(operation['x-scope'] !== undefined);
      for (const name of names) expect(document.components.securitySchemes).toHaveProperty(name);
    }
  });
});

/** Media types without an example. */
function bodiless(content: Record<string, MediaType>): string[] {
  return Object.entries(content)
    .filter(([, { examples }]) => Object.keys((examples ?? {}) as JsonObject).length === 0)
    .map(([type]) => type);
}

test('the whole document holds every route of the doors, each with an id of its own', () => {
  const all = routesOf(documentAt('/openapi.json'));
  const ids = all.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const doors = documentPaths.slice(1).flatMap((path) => routesOf(documentAt(path)));
  const named = new Set(all.map(({ method, path }) => `${method} ${path}`));
  for (const { method, path } of doors) expect(named).toContain(`${method} ${path}`);
  expect(doors.length).toBeGreaterThan(5);
});
