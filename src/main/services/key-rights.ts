import { type KeyPlan, type KeySummary, keyPlans } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { KeyChange, StoredKey } from '../store/keys-repository.ts';
import { liesWithin } from './path-rules.ts';

/** What a key may do; the part that another key made with it must not exceed. */
export type Rights = Pick<KeySummary, 'plan' | 'pipelineIds' | 'folders' | 'expiresAt'> & {
  readonly scopes: readonly string[];
};

/** From the tightest to the widest. */
const planOrder: readonly KeyPlan[] = ['starter', 'standard', 'professional', 'enterprise', 'unlimited'];

const rank = (plan: string): number => planOrder.indexOf(plan as KeyPlan);

export const isPlan = (plan: string): plan is KeyPlan => (keyPlans as readonly string[]).includes(plan);

export const holds = (scopes: readonly string[], scope: string): boolean =>
  scopes.includes('all') || scopes.includes(scope);

/** Throws beyond_key where `wanted` holds anything that `maker` does not. */
export function requireWithin(wanted: Rights, maker: Rights): void {
  const scope = wanted.scopes.find((each) => !holds(maker.scopes, each));
  if (scope !== undefined) throw beyond(`it lacks the scope ${scope}`);
  if (rank(wanted.plan) > rank(maker.plan)) throw beyond(`its plan is ${maker.plan}, not ${wanted.plan}`);
  const pipeline = strangers(wanted.pipelineIds, maker.pipelineIds);
  if (pipeline !== undefined) throw beyond(`it does not reach ${pipeline}`);
  const folder = wanted.folders.find((each) => !coveredBy(each, maker.folders));
  if (folder !== undefined) throw beyond(`it has no right to the folder ${folder}`);
  if (maker.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > maker.expiresAt))
    throw beyond(`it expires at ${maker.expiresAt} itself`);
}

/** What must change of a key so that it holds nothing that its maker does not hold any more; undefined where nothing must. */
export function clipTo(key: StoredKey, maker: KeySummary): KeyChange | undefined {
  const change: KeyChange = {
    ...(key.scopes.every((each) => holds(maker.scopes, each))
      ? {}
      : {
          scopes: key.scopes.includes('all')
            ? maker.scopes
            : key.scopes.filter((each) => holds(maker.scopes, each)),
        }),
    ...(rank(key.plan) > rank(maker.plan) ? { plan: maker.plan } : {}),
    ...(strangers(key.pipelineIds, maker.pipelineIds) === undefined
      ? {}
      : {
          pipelineIds:
            key.pipelineIds?.filter((id) => maker.pipelineIds?.includes(id) !== false) ?? maker.pipelineIds,
        }),
    ...(key.folders.every((each) => coveredBy(each, maker.folders))
      ? {}
      : { folders: key.folders.filter((each) => coveredBy(each, maker.folders)) }),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

/** The first pipeline of `wanted` that is not among `allowed`, in words; null is all of them. */
function strangers(
  wanted: KeySummary['pipelineIds'],
  allowed: KeySummary['pipelineIds'],
): string | undefined {
  if (allowed === null) return undefined;
  if (wanted === null) return 'all pipelines';
  const stranger = wanted.find((id) => !allowed.includes(id));
  return stranger === undefined ? undefined : `the pipeline ${stranger}`;
}

const coveredBy = (folder: string, folders: readonly string[]): boolean =>
  folders.some((each) => liesWithin(each, folder));

function beyond(reason: string): SluiceError {
  return new SluiceError('beyond_key', { reason });
}
