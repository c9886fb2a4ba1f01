import type { KeySummary } from '../../shared/contract/domain.ts';
import type { StoredKey } from '../store/keys-repository.ts';
import { hashSecret, parseKey, secretMatches } from './key-format.ts';
import type { KeyUse } from './key-use.ts';
import type { ServiceContext } from './service-context.ts';
import type { AuthenticatedKey } from './service-types.ts';
import { writeIfPossible } from './write-if-possible.ts';

const minute = 60_000;
const nobody = hashSecret('');

export interface KeyCheck {
  authenticate(text: string, now?: Date): AuthenticatedKey | undefined;
  alive(id: string): AuthenticatedKey | undefined;
  /** Whether a key is neither revoked nor expired; not a use of it. */
  lives(key: KeySummary): boolean;
}

/** Which key a text is. The time taken does not tell which keys exist, nor how much of a secret was right. */
export function createKeyCheck(context: ServiceContext, use: KeyUse): KeyCheck {
  const { store, clock } = context;
  const latestTime = createLatestTime(context);

  const past = (time: string | null, now: number): boolean =>
    time !== null && latestTime.atLeast(now) >= Date.parse(time);

  function lives(key: KeySummary, now = clock.now()): boolean {
    return key.revokedAt === null && !past(key.expiresAt, now);
  }

  function answer(key: StoredKey, now: number): AuthenticatedKey {
    use.touch(key.id, now);
    const maker = key.mintedBy === null ? undefined : store.keys.find(store.keys.rootOf(key.id));
    return { key: withoutSecret(key), ...(maker && { maker: withoutSecret(maker) }) };
  }

  return {
    lives,

    authenticate(text, date) {
      const parts = parseKey(text);
      if (!parts) return undefined;
      const now = date?.getTime() ?? clock.now();
      const secrets = store.keys.secretsOf(parts.lookup);
      // An unknown key is compared too, and with as many texts as a known one.
      const newest = secretMatches(parts.secret, secrets?.secretSha256 ?? nobody);
      const earlier = secretMatches(parts.secret, secrets?.previousSha256 ?? nobody);
      if (!secrets || secrets.environment !== parts.environment || !(newest || earlier)) return undefined;
      const key = store.keys.find(secrets.id);
      if (!key || !lives(key, now)) return undefined;
      const genuine = newest || (key.previousSha256 !== null && !past(key.previousUntil, now));
      return genuine ? answer(key, now) : undefined;
    },

    alive(id) {
      const key = store.keys.find(id);
      return key && lives(key) ? answer(key, clock.now()) : undefined;
    },
  };
}

export function withoutSecret({
  secretSha256: _hash,
  previousSha256: _earlier,
  mintedBy: _maker,
  ...key
}: StoredKey): KeySummary {
  return key;
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
