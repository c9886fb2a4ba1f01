import type { KeySummary } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { parseDuration } from '../../shared/kernel/time.ts';
import type { StoredKey } from '../store/keys-repository.ts';
import { hashSecret, keyText, newKeyParts, parseKey, secretMatches } from './key-format.ts';
import type { ServiceContext } from './service-context.ts';
import type { KeysService } from './service-types.ts';

const minute = 60_000;
/** The latest time a date can hold: where a lifetime of absurd length ends. */
const lastTime = Date.UTC(9999, 11, 31);
const nobody = hashSecret('');

export function createKeysService(context: ServiceContext): KeysService {
  const { store } = context;
  const { keys } = store;
  const latestTime = createLatestTime(context);
  /** When a use was last written, Unix milliseconds: so that a busy key costs one write a minute. */
  const usedAt = new Map<string, number>();

  function find(id: string): StoredKey {
    const key = keys.find(id);
    if (!key) throw new SluiceError('not_found', { what: 'API key', id });
    return key;
  }

  /** The change as a domain event, and as a hint for the windows. */
  function tell({ id: keyId, name, prefix, environment }: KeySummary, change: 'created' | 'revoked'): void {
    context.record(`key.${change}`, environment, { keyId, name, prefix });
    context.announce({ type: 'key.changed', keyId, change });
  }

  function noteUse(key: StoredKey, now: number): void {
    const before =
      usedAt.get(key.id) ?? (key.lastUsedAt ? Date.parse(key.lastUsedAt) : Number.NEGATIVE_INFINITY);
    if (now - before < minute && now >= before) return;
    writeIfPossible(() => store.write(() => keys.setLastUsed(key.id, new Date(now).toISOString())));
    usedAt.set(key.id, now);
  }

  return {
    list: () => keys.list().map(withoutSecret),

    create: (input) =>
      store.write(() => {
        const parts = newKeyParts(input.environment);
        const key: KeySummary = {
          id: context.newId(),
          name: input.name,
          prefix: '',
          environment: input.environment,
          scopes: [...new Set(input.scopes)],
          plan: input.plan,
          createdAt: context.now(),
          expiresAt: expiry(input.expires, context.clock.now()),
          lastUsedAt: null,
          revokedAt: null,
        };
        const { workspaceId } = context;
        keys.insert({ ...key, workspaceId, lookup: parts.lookup, secretSha256: hashSecret(parts.secret) });
        const made = withoutSecret(find(key.id));
        tell(made, 'created');
        return { ...made, key: keyText(parts) };
      }),

    revoke: (id) =>
      store.write(() => {
        const key = find(id);
        if (keys.revoke(id, context.now())) tell(key, 'revoked');
        return withoutSecret(find(id));
      }),

    authenticate(text, now) {
      const parts = parseKey(text);
      if (!parts) return undefined;
      const key = keys.findByLookup(parts.lookup);
      // An unknown key is compared too, so that the time taken does not tell which keys exist.
      const genuine = secretMatches(parts.secret, key?.secretSha256 ?? nobody);
      if (!key || !genuine || key.environment !== parts.environment || key.revokedAt !== null)
        return undefined;
      const time = now?.getTime() ?? context.clock.now();
      if (key.expiresAt !== null && latestTime.atLeast(time) >= Date.parse(key.expiresAt)) return undefined;
      noteUse(key, time);
      return { key: withoutSecret(key) };
    },

    allows: (key, scope) => key.scopes.includes('all') || key.scopes.includes(scope),
  };
}

/** A full disk must not turn good keys away: reading goes on there. */
function writeIfPossible(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
  }
}

function withoutSecret({ secretSha256: _hash, ...key }: StoredKey): KeySummary {
  return key;
}

function expiry(lifetime: string | undefined, now: number): string | null {
  if (lifetime === undefined) return null;
  const milliseconds = parseDuration(lifetime);
  if (!milliseconds) {
    throw new SluiceError('invalid_input', {
      reason: `A key cannot live for "${lifetime}". Write e.g. 720h.`,
    });
  }
  return new Date(Math.min(now + milliseconds, lastTime)).toISOString();
}

/**
 * The latest time ever seen, kept to the minute across restarts: a key that has expired stays so when the wall clock
 * is set back.
 */
function createLatestTime({ store }: ServiceContext): { atLeast(time: number): number } {
  let written = Number(store.settings.get('latest_time') ?? 0);
  let latest = written;
  return {
    atLeast(time) {
      latest = Math.max(latest, time);
      if (latest - written >= minute) {
        writeIfPossible(() => store.write(() => store.settings.set('latest_time', latest)));
        written = latest;
      }
      return latest;
    },
  };
}
