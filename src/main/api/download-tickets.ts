import { randomBytes } from 'node:crypto';

const ticketLifeMilliseconds = 5 * 60_000;
const maxTickets = 1_000;

export interface Download {
  /** Absolute path of a file that is not changed any more. */
  readonly path: string;
  readonly fileName: string;
}

/**
 * One-time addresses of exported files. A browser's download carries no header, so the address itself is the
 * permission: random, for five minutes, for one use.
 */
export class DownloadTickets {
  readonly #now: () => number;
  readonly #open = new Map<string, Download & { endsAt: number }>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The path part of the address. */
  issue(download: Download): string {
    for (const [ticket, { endsAt }] of this.#open) if (endsAt <= this.#now()) this.#open.delete(ticket);
    const [oldest] = this.#open.keys();
    if (this.#open.size >= maxTickets && oldest !== undefined) this.#open.delete(oldest);
    const ticket = randomBytes(24).toString('base64url');
    this.#open.set(ticket, { ...download, endsAt: this.#now() + ticketLifeMilliseconds });
    return `/app/downloads/${ticket}`;
  }

  take(ticket: string): Download | undefined {
    const found = this.#open.get(ticket);
    this.#open.delete(ticket);
    return found && found.endsAt > this.#now() ? found : undefined;
  }
}
