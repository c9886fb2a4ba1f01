import type { KeySummary } from '../../../shared/contract/domain.ts';
import type { ResourceType } from '../../../shared/contract/resources.ts';
import type { FoundResource, StoredResource } from '../../store/resources-repository.ts';
import { invalidResource } from './invalid-resource.ts';

/** Whose request it is: what it sees and makes belongs to the key's environment. */
export type ResourceCaller = Pick<KeySummary, 'id' | 'name' | 'prefix' | 'environment' | 'pipelineIds'>;

/** A resource as it is sent, whatever its type. */
export interface ResourceInput {
  readonly type: ResourceType;
  readonly name: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly description: string;
  /** What stands below the key of its type: `{workflow: {...}}`. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** An input with its place: the workspace exists, and the name is free or its own. */
export interface PlacedInput extends ResourceInput {
  readonly workspaceId: string;
}

/** What came of a change. */
export interface MadeResource {
  readonly row: StoredResource;
  /** Shown this once: what calls of a webhook trigger are signed with. */
  readonly signingSecret?: string | undefined;
}

/** How one type of resource is made of the core's things. Changes come one after the other. */
export interface ResourceKind {
  create(caller: ResourceCaller, input: PlacedInput): MadeResource | Promise<MadeResource>;
  update(
    caller: ResourceCaller,
    resource: FoundResource,
    input: PlacedInput,
  ): MadeResource | Promise<MadeResource>;
  remove(caller: ResourceCaller, resource: FoundResource): void | Promise<void>;
  /** What stands in `spec`, true to the thing as it is now; nothing secret. */
  spec(resource: FoundResource, caller: ResourceCaller): Record<string, unknown>;
  /** The thing's own description, where it has one. */
  description?(resource: FoundResource): string | undefined;
}

interface Parsed<Value> {
  readonly success: boolean;
  readonly data?: Value;
  readonly error?: { readonly issues: readonly { path: PropertyKey[]; message: string }[] };
}

/** The part of the spec that the type stands for. Throws invalid_resource with the place of what is wrong. */
export function partOf<Value>(
  { type, spec }: Pick<ResourceInput, 'type' | 'spec'>,
  schema: { safeParse(value: unknown): Parsed<Value> },
): Value {
  const parsed = schema.safeParse(spec[type]);
  if (parsed.success && parsed.data !== undefined) return parsed.data;
  const [issue] = parsed.error?.issues ?? [];
  throw invalidResource(placeOf(type, issue?.path ?? []), issue?.message ?? 'It does not fit.');
}

/** `workflow.dag[1].name`. */
export function placeOf(start: string, path: readonly PropertyKey[]): string {
  return start + path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
}

export type Spec = Record<string, unknown>;
