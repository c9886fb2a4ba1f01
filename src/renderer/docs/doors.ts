export const doors = [
  { value: 'dataflow', label: 'DataFlow' },
  { value: 'cloudflow', label: 'CloudFlow' },
  { value: 'execution', label: 'Execution' },
  { value: 'dataos', label: 'DataOS' },
  { value: 'datapulse', label: 'DataPulse' },
] as const;
export type Door = (typeof doors)[number]['value'];

/** The door that the address names after its `#`. */
export function doorOf(hash: string): Door {
  const name = hash.replace(/^#\/?/, '');
  return doors.find(({ value }) => value === name)?.value ?? 'dataflow';
}

interface Scheme {
  readonly type: string;
  readonly in?: string;
  readonly name?: string;
  readonly scheme?: string;
}

export interface ApiDescription {
  readonly components: { readonly securitySchemes: Readonly<Record<string, Scheme>> };
}

/** What the page is about to send. */
export interface PageRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  /** A description is fetched, no operation sent. */
  readonly loadSpec?: boolean;
}

/** Puts the key where the door looks for it: a header, never the address. */
export function withKey<Request extends PageRequest>(
  request: Request,
  key: string,
  description: ApiDescription,
): Request {
  if (request.loadSpec || key === '') return request;
  const schemes = Object.values(description.components.securitySchemes);
  const header = schemes.find(({ type, in: place }) => type === 'apiKey' && place === 'header');
  if (header?.name && header.name.toLowerCase() !== 'authorization') request.headers[header.name] = key;
  else request.headers.Authorization = `Bearer ${key}`;
  return request;
}
