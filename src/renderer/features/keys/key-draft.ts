import type { Environment, KeyPlan, KeyScope, KeySummary } from '../../../shared/contract/domain.ts';
import { presets } from '../../access/presets.ts';

/** What the form of a key holds. */
export interface KeyDraft {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly environment: Environment;
  readonly plan: KeyPlan;
  readonly lifetime: Lifetime;
  /** Where the lifetime is `days`. */
  readonly days: number | null;
  /** The only pipelines it reaches; null is all. */
  readonly pipelineIds: readonly string[] | null;
  readonly folders: readonly string[];
}

export type Lifetime = '720h' | '2160h' | '8760h' | 'never' | 'days';

export const lifetimes: readonly { readonly value: Lifetime; readonly label: string }[] = [
  { value: '720h', label: '30 days' },
  { value: '2160h', label: '90 days' },
  { value: '8760h', label: 'A year' },
  { value: 'days', label: 'Other' },
  { value: 'never', label: 'Never' },
];

/** The longest lifetime that can be typed: a hundred years. */
export const mostDays = 36_500;

export const freshDraft: KeyDraft = {
  name: '',
  scopes: presets.find(({ value }) => value === 'start')?.scopes ?? [],
  environment: 'live',
  plan: 'standard',
  lifetime: '2160h',
  days: 180,
  pipelineIds: null,
  folders: [],
};

export function draftOf(key: KeySummary): KeyDraft {
  return {
    ...freshDraft,
    name: key.name,
    scopes: key.scopes as KeyScope[],
    environment: key.environment,
    plan: key.plan as KeyPlan,
    pipelineIds: key.pipelineIds,
    folders: key.folders,
  };
}

/** What is missing before it can be sent, as a sentence. */
export function missing(draft: KeyDraft): string | undefined {
  if (draft.name.trim() === '') return 'Give the key a name.';
  if (draft.scopes.length === 0) return 'Choose at least one thing that it may do.';
  const { lifetime, days } = draft;
  if (lifetime === 'days' && (days === null || days < 1 || days > mostDays))
    return `Say in how many days it expires, 1 to ${mostDays}.`;
  return undefined;
}

/** The rights, which can be changed later. */
export function rightsOf(draft: KeyDraft) {
  return {
    name: draft.name.trim(),
    scopes: [...draft.scopes],
    plan: draft.plan,
    pipelineIds: draft.pipelineIds && [...draft.pipelineIds],
    folders: [...draft.folders],
  };
}

/** All of a new key. */
export function inputOf(draft: KeyDraft) {
  const { lifetime, days, environment } = draft;
  const expires = lifetime === 'days' ? `${(days ?? 0) * 24}h` : lifetime;
  return { ...rightsOf(draft), environment, ...(expires !== 'never' && { expires }) };
}
