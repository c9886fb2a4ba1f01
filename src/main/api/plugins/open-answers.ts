import type { ServerResponse } from 'node:http';
import type { KeysService } from '../../services/service-types.ts';

const lookMilliseconds = 1_000;

/**
 * Answers that are under way, by key. A stream or a long wait may outlive its key: once a second all keys with open
 * answers are looked at, and those that were revoked or have expired lose theirs.
 */
export class OpenAnswers {
  readonly #keys: Pick<KeysService, 'lives'>;
  readonly #open = new Map<string, Set<ServerResponse>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(keys: Pick<KeysService, 'lives'>) {
    this.#keys = keys;
  }

  add(keyId: string, response: ServerResponse): void {
    if (response.destroyed) return;
    const answers = this.#open.get(keyId) ?? new Set();
    this.#open.set(keyId, answers.add(response));
    response.once('close', () => {
      answers.delete(response);
      if (answers.size === 0) this.#open.delete(keyId);
    });
    this.#timer ??= setInterval(() => this.#look(), lookMilliseconds).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    if (this.#open.size === 0) this.stop();
    for (const [keyId, answers] of this.#open) {
      if (this.#keys.lives(keyId)) continue;
      for (const response of answers) response.destroy();
    }
  }
}
