import { setImmediate as turn } from 'node:timers/promises';
import type { KeySummary } from '../../shared/contract/domain.ts';
import { runsAtOnce } from '../../shared/contract/plans.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { parseDuration } from '../../shared/kernel/time.ts';
import { withoutUndefined } from '../../shared/kernel/without-undefined.ts';
import type { KeyChange, StoredKey } from '../store/keys-repository.ts';
import { createKeyCheck, withoutSecret } from './key-check.ts';
import { hashSecret, type KeyParts, keyText, newKeyParts } from './key-format.ts';
import { clipTo, holds, isPlan, requireWithin } from './key-rights.ts';
import { createRightsCheck } from './key-rights-check.ts';
import type { KeyUse } from './key-use.ts';
import type { RateLimits } from './rate-limits.ts';
import type { ServiceContext } from './service-context.ts';
import type { KeysService, MintKeyInput, NewKeyRights } from './service-types.ts';

/** The latest time a date can hold: where a lifetime of absurd length ends. */
const lastTime = Date.UTC(9999, 11, 31);
const longestOverlap = 7 * 86_400_000;
/** Living keys that one key may have made. */
const mintLimit = 1_000;
/** Queued runs that end in one commit when their key ends. */
const runsPerCommit = 200;

export interface KeysServiceParts {
  readonly use: KeyUse;
  readonly rates: RateLimits;
  /** Ends a queued run. */
  cancelRun(runId: string): void;
}

export function createKeysService(context: ServiceContext, parts: KeysServiceParts): KeysService {
  const { store } = context;
  const { keys } = store;
  const check = createKeyCheck(context, parts.use);
  const checkedRights = createRightsCheck(context);
  /** Runs at once by key, for the look that every claim takes; forgotten whenever a key changes. */
  const atOnce = new Map<string, number>();

  function find(id: string): StoredKey {
    const key = keys.find(id);
    if (!key) throw new SluiceError('not_found', { what: 'API key', id });
    return key;
  }

  function findLiving(id: string): StoredKey {
    const key = find(id);
    if (check.lives(key)) return key;
    const ended = key.revokedAt === null ? 'has expired' : 'was revoked';
    throw new SluiceError('invalid_input', { reason: `The key "${key.name}" ${ended}. Create a new one.` });
  }

  /** With its last use, which is written later. */
  function present(key: StoredKey): KeySummary {
    const summary = withoutSecret(key);
    const used = parts.use.lastUsed(key.id);
    const previousUntil = summary.previousUntil !== null && summary.previousUntil > context.now();
    return {
      ...summary,
      previousUntil: previousUntil ? summary.previousUntil : null,
      ...(used !== undefined && { lastUsedAt: new Date(used).toISOString() }),
    };
  }

  /** The change as a domain event, and as a hint for the windows. */
  function tell(id: string, change: 'created' | 'updated' | 'rotated' | 'revoked'): KeySummary {
    atOnce.clear();
    const key = present(find(id));
    const { id: keyId, name, prefix, environment, previousUntil } = key;
    if (change === 'rotated')
      context.record('key.rotated', environment, { keyId, name, prefix, previousUntil });
    else context.record(`key.${change}`, environment, { keyId, name, prefix });
    context.announce({ type: 'key.changed', keyId, change });
    return key;
  }

  function insert(
    input: NewKeyRights,
    expiresAt: string | null,
    maker: StoredKey | null = null,
  ): KeySummary & { key: string } {
    const { name, environment, scopes, plan, pipelineIds = null, folders = [] } = input;
    const secret = newKeyParts(environment);
    const id = context.newId();
    const checked = checkedRights(
      { scopes: [...scopes], pipelineIds, folders },
      environment,
      maker ?? undefined,
    );
    keys.insert({
      id,
      name,
      environment,
      plan,
      scopes: checked.scopes ?? [...scopes],
      pipelineIds: checked.pipelineIds ?? null,
      folders: checked.folders ?? [],
      expiresAt,
      mintedBy: maker?.id ?? null,
      prefix: '',
      createdAt: context.now(),
      lastUsedAt: null,
      revokedAt: null,
      previousUntil: null,
      previousSha256: null,
      workspaceId: context.workspaceId,
      lookup: secret.lookup,
      secretSha256: hashSecret(secret.secret),
    });
    return { ...tell(id, 'created'), key: keyText(secret) };
  }

  function mint(maker: KeySummary, { expires, ...input }: MintKeyInput): KeySummary & { key: string } {
    const living = findLiving(maker.id);
    // The caller may hold less than its row says: a token stands in for a part of a key.
    const allowed = { ...living, scopes: maker.scopes };
    const wanted = {
      plan: living.plan,
      pipelineIds: living.pipelineIds,
      folders: living.folders,
      ...withoutUndefined(input),
      environment: living.environment,
      expiresAt: expires === undefined ? living.expiresAt : expiry(expires),
    };
    // Before anything is looked up: what lies outside must not be found out. Links are resolved later, and judged again.
    requireWithin(wanted, allowed);
    if (keys.mintedBy(maker.id).filter((key) => check.lives(key)).length >= mintLimit)
      throw new SluiceError('beyond_key', { reason: `it has made ${mintLimit} keys that still live` });
    const plan = isPlan(wanted.plan) ? wanted.plan : 'standard';
    const made = insert({ ...wanted, plan }, wanted.expiresAt, living);
    requireWithin(made, allowed);
    return made;
  }

  /** Keys that this one made never hold more than it does. */
  function clipMinted(id: string): void {
    const maker = find(id);
    for (const child of keys.mintedBy(id)) {
      const change = child.revokedAt === null ? clipTo(child, maker) : undefined;
      if (!change) continue;
      if (change.scopes?.length === 0) {
        revoke(child.id);
        continue;
      }
      keys.update(child.id, change);
      tell(child.id, 'updated');
      clipMinted(child.id);
    }
  }

  function update(id: string, change: KeyChange): KeySummary {
    return store.write(() => {
      const key = findLiving(id);
      const maker = key.mintedBy === null ? undefined : find(key.mintedBy);
      const checked = checkedRights(change, key.environment, key);
      if (maker) requireWithin({ ...key, ...withoutUndefined(checked) }, maker);
      keys.update(id, checked);
      clipMinted(id);
      return tell(id, 'updated');
    });
  }

  /** With all keys that it made. Answers those that ended. */
  function revoke(id: string): void {
    if (!keys.revoke(id, context.now())) return;
    tell(id, 'revoked');
    for (const child of keys.mintedBy(id)) revoke(child.id);
  }

  /** Some of the queued runs that have lost their key; whether there may be more. */
  function endSomeRuns(): boolean {
    const ids = keys.orphanedRuns(runsPerCommit);
    for (const id of ids) parts.cancelRun(id);
    return ids.length === runsPerCommit;
  }

  async function endOrphanedRuns(): Promise<void> {
    while (store.write(endSomeRuns)) await turn();
  }

  function expiry(lifetime: string | undefined): string | null {
    if (lifetime === undefined) return null;
    const milliseconds = parseDuration(lifetime);
    if (!milliseconds) {
      throw new SluiceError('invalid_input', {
        reason: `A key cannot live for "${lifetime}". Write e.g. 720h.`,
      });
    }
    return new Date(Math.min(context.clock.now() + milliseconds, lastTime)).toISOString();
  }

  return {
    authenticate: check.authenticate,
    alive: check.alive,
    lives(id) {
      const key = keys.find(id);
      return key !== undefined && check.lives(key);
    },
    allows: (key, scope) => holds(key.scopes, scope),
    list: () => keys.list().map(present),
    get: (id) => present(find(id)),
    create: (input) => store.write(() => insert(input, expiry(input.expires))),
    update: ({ id, ...change }) => update(id, change),

    rotate: (id, overlap = '24h') =>
      store.write(() => {
        const key = findLiving(id);
        const milliseconds = overlapOf(overlap);
        const until = milliseconds > 0 ? new Date(context.clock.now() + milliseconds).toISOString() : null;
        const made: KeyParts = { ...newKeyParts(key.environment), lookup: key.prefix.slice(-8) };
        keys.rotate(id, hashSecret(made.secret), until);
        return { ...tell(id, 'rotated'), key: keyText(made) };
      }),

    allowPipeline: (id, pipelineId, allowed) =>
      store.write(() => {
        const key = findLiving(id);
        if (key.pipelineIds === null) {
          if (allowed) return present(key);
          throw new SluiceError('invalid_input', {
            reason: `The key "${key.name}" reaches all pipelines. Choose first which ones it may reach.`,
          });
        }
        const others = key.pipelineIds.filter((each) => each !== pipelineId);
        return update(id, { pipelineIds: allowed ? [...others, pipelineId] : others });
      }),

    revoke(id) {
      const moreRuns = store.write(() => {
        find(id);
        revoke(id);
        return endSomeRuns();
      });
      // The rest in commits of their own, so that others have their turn; a stop in between is made up for at start.
      if (moreRuns)
        void turn()
          .then(endOrphanedRuns)
          .catch((error: unknown) => process.emitWarning(String(error)));
      return present(find(id));
    },

    endOrphanedRuns,

    mint: (maker, input) => store.write(() => mint(maker, input)),

    minted: (maker) => keys.mintedBy(maker.id).map(present),

    revokeMinted(maker, id) {
      const key = keys.find(id);
      if (key?.mintedBy !== maker.id) throw new SluiceError('not_found', { what: 'token', id });
      return this.revoke(id);
    },

    usage(id, span) {
      const key = find(id);
      return {
        ...parts.use.usage(id, span),
        limits: check.lives(key) ? parts.rates.standings(withoutSecret(key)) : [],
      };
    },

    recentUse: () => parts.use.recent(),
    countUse: (keyId, door, outcome) => parts.use.count(keyId, door, outcome),

    mostRuns(lane) {
      if (!lane.startsWith('key:')) return Number.POSITIVE_INFINITY;
      const known = atOnce.get(lane);
      if (known !== undefined) return known;
      const plan = keys.find(lane.slice(4))?.plan ?? 'standard';
      const most = (isPlan(plan) ? runsAtOnce(plan) : undefined) ?? Number.POSITIVE_INFINITY;
      atOnce.set(lane, most);
      return most;
    },
  };
}

function overlapOf(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds <= longestOverlap) return milliseconds;
  throw new SluiceError('invalid_input', {
    reason: `The earlier text of a key cannot work on for "${text}". Write 0s to 7d, e.g. 24h.`,
  });
}
