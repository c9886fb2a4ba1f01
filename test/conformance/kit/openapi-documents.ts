import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { doorNames } from '../../../src/shared/contract/domain.ts';

export type JsonObject = Record<string, unknown>;

export interface MediaType {
  readonly schema: JsonObject;
  readonly examples?: Record<string, { readonly value: unknown }>;
}
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonObject;
  readonly example?: unknown;
}
export interface OperationObject {
  readonly operationId: string;
  readonly security: readonly Record<string, readonly string[]>[];
  readonly 'x-scope'?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, MediaType> };
  readonly responses: Record<
    string,
    { readonly content?: Record<string, MediaType>; readonly headers?: JsonObject }
  >;
}
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, OperationObject>>;
  readonly components: {
    readonly securitySchemes: Record<
      string,
      { readonly type: string; readonly in?: string; readonly name?: string }
    >;
    readonly schemas: JsonObject;
  };
}

/** Where each document is served: all in one, and one a door. */
export const documentPaths = ['/openapi.json', ...doorNames.map((door) => `/openapi/${door}.json`)];

export async function fetchDocument(url: string, path: string): Promise<OpenApiDocument> {
  const answer = await fetch(`${url}${path}`);
  if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`);
  return (await answer.json()) as OpenApiDocument;
}

export interface Route {
  readonly path: string;
  readonly method: string;
  readonly operation: OperationObject;
}

export function routesOf(document: OpenApiDocument): Route[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
}

/** Makes checks of the document's schemas; references into its components are resolved. */
export function schemaChecks(document: OpenApiDocument): (schema: JsonObject) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'api', components: document.components }, 'api');
  const known = new Map<JsonObject, ValidateFunction>();
  return (schema) => {
    const made = known.get(schema) ?? ajv.compile(absolute(schema) as JsonObject);
    known.set(schema, made);
    return made;
  };
}

function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' && inner.startsWith('#') ? `api${inner}` : absolute(inner),
    ]),
  );
}
