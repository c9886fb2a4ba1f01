/** A route as `/openapi.json` tells it: what is there today, so that a door that is added is tested without being named. */
export interface DocumentedRoute {
  readonly method: string;
  /** With its places, as in `/v1/datasets/{id}`. */
  readonly path: string;
  /** Undefined where no key is asked for. */
  readonly scope: string | undefined;
  readonly places: readonly string[];
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-scope'?: string }>>>>;
}

export async function documentedRoutes(url: string): Promise<DocumentedRoute[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument;
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      scope: operation['x-scope'],
      places: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    })),
  );
}

export const mutates = ({ method }: DocumentedRoute): boolean => method !== 'GET';

/** The path with every place filled by the same text, or by what is named for it. */
export function filledPath(
  { path }: DocumentedRoute,
  fill: string | Readonly<Record<string, string>>,
): string {
  return path.replace(/\{(\w+)\}/g, (_place, name: string) =>
    encodeURIComponent(typeof fill === 'string' ? fill : (fill[name] ?? 'none')),
  );
}

/** Every way in which a door takes a key, all at once: each door takes its own. */
export const keyHeaders = (path: string, key: string): Record<string, string> =>
  path.startsWith('/api/pub/') ? { 'x-api-key': key } : { authorization: `Bearer ${key}` };
