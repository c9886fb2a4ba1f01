import { dialect } from './dialect.ts';
import { fileIdentity } from './digest.ts';
import type { Oracle } from './oracle.ts';

/**
 * Answers that hold beyond one task, up to a total size; the longest unused go first. Shared by all tasks of a process,
 * so only for what compiling asks: such a question names files by path and nothing else that lives in a session.
 */
export class OracleMemory {
  readonly #answers = new Map<string, { readonly answer: unknown; readonly size: number }>();
  readonly #limit: number;
  #size = 0;

  constructor(limit = 16_000_000) {
    this.#limit = limit;
  }

  get(key: string): unknown {
    const found = this.#answers.get(key);
    if (!found) return undefined;
    // Last in the order of the map is the most recently used.
    this.#answers.delete(key);
    this.#answers.set(key, found);
    return found.answer;
  }

  set(key: string, answer: unknown): void {
    const size = key.length + JSON.stringify(answer).length;
    if (size > this.#limit / 4) return;
    this.#forget(key);
    this.#answers.set(key, { answer, size });
    this.#size += size;
    for (const oldest of this.#answers.keys()) {
      if (this.#size <= this.#limit) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#size -= this.#answers.get(key)?.size ?? 0;
    this.#answers.delete(key);
  }
}

/**
 * An oracle that asks only what no earlier task of the process asked. The answer to a question that names files holds
 * while each of them is the same file with the same content, by what `fileIdentity` tells; failures are not kept.
 * `files` are all the paths that a question can name.
 */
export function rememberingOracle(oracle: Oracle, files: readonly string[], memory: OracleMemory): Oracle {
  const named = [...new Set(files)].map((path) => ({ path, quoted: dialect.text(path) }));
  const identities = new Map<string, Promise<string>>();

  async function ask<Answer>(topic: string, sql: string, answer: () => Promise<Answer>): Promise<Answer> {
    const read = named.filter(({ quoted }) => sql.includes(quoted)).map(({ path }) => identityOf(path));
    const key = JSON.stringify([topic, await Promise.all(read), sql]);
    const known = memory.get(key) as Answer | undefined;
    if (known !== undefined) return known;
    const found = await answer();
    memory.set(key, found);
    return found;
  }

  /** As it was when the task first asked: a change in between then counts as one. */
  function identityOf(path: string): Promise<string> {
    const identity = identities.get(path) ?? fileIdentity(path);
    identities.set(path, identity);
    return identity;
  }

  return {
    describe: (sql, parameters) =>
      ask(`describe ${JSON.stringify(parameters ?? {})}`, sql, () => oracle.describe(sql, parameters)),
    parse: (sql) => ask('parse', sql, () => oracle.parse(sql)),
    rows: (sql) => ask('rows', sql, () => oracle.rows(sql)),
  };
}
