import type { ZodType } from 'zod';
import { SluiceError } from '../../shared/errors/sluice-error.ts';

/** The part of the platform's secrets that services use. */
export interface SecretStore {
  read(name: string): Promise<string | undefined>;
  write(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Secrets of one kind by the id of what they belong to: read from memory, written through. */
export interface SecretBook<Secret> {
  /** Once, before anything is asked. A book that cannot be read is empty; the failure is answered. */
  load(): Promise<unknown>;
  get(id: string): Secret | undefined;
  /** Resolves when the secret is on disk; only then may a row speak of it. Throws secrets_unreadable, as `remove` does. */
  set(id: string, secret: Secret): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** Forgets what belongs to nothing any more: a kill may fall between a secret and its row. */
  keepOnly(ids: ReadonlySet<string>): Promise<void>;
}

/** All secrets of a kind are one entry of the store, so that a start asks the keychain once. */
export function createSecretBook<Secret>(
  store: SecretStore,
  name: string,
  schema: ZodType<Secret>,
): SecretBook<Secret> {
  let known = new Map<string, Secret>();
  let writing = Promise.resolve();
  /** What could not be read is neither swept away nor written over: the keychain may open later. */
  let complete = false;

  async function read(): Promise<void> {
    const text = await store.read(name);
    const found: Record<string, unknown> = text === undefined ? {} : JSON.parse(text);
    known = new Map(Object.entries(found).map(([id, secret]) => [id, schema.parse(secret)]));
    complete = true;
  }

  async function requireComplete(): Promise<void> {
    if (complete) return;
    await read().catch((cause: unknown) => {
      throw new SluiceError('secrets_unreadable', { name }, { cause });
    });
  }

  /** One change after the other; memory follows the disk. Throws secrets_unreadable. */
  function change(make: (next: Map<string, Secret>) => void): Promise<void> {
    const done = writing.then(async () => {
      await requireComplete();
      const next = new Map(known);
      make(next);
      await store.write(name, JSON.stringify(Object.fromEntries(next)));
      known = next;
    });
    writing = done.catch(() => undefined);
    return done;
  }

  return {
    async load() {
      try {
        await read();
        return undefined;
      } catch (error) {
        return error;
      }
    },
    get: (id) => known.get(id),
    set: (id, secret) => change((next) => void next.set(id, secret)),
    remove: (ids) =>
      change((next) => {
        for (const id of ids) next.delete(id);
      }),
    async keepOnly(ids) {
      if (!complete || [...known.keys()].every((id) => ids.has(id))) return;
      await change((next) => {
        for (const id of next.keys()) if (!ids.has(id)) next.delete(id);
      });
    },
  };
}

export function memorySecretStore(): SecretStore {
  const values = new Map<string, string>();
  return {
    read: async (name) => values.get(name),
    write: async (name, value) => void values.set(name, value),
    remove: async (name) => void values.delete(name),
  };
}
