import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { watch } from 'chokidar';
import type { TriggerConfigOf } from '../../shared/contract/triggers.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { FilesService, FoundFile, TriggersService } from '../services/index.ts';
import { nameMatcher } from './wildcard.ts';

export interface WatchedTrigger {
  readonly id: string;
  readonly config: TriggerConfigOf<'file'>;
  /** It has looked at its folder before: what is new now came while Sluice was closed. */
  readonly known: boolean;
}

export interface FolderWatchParts {
  readonly triggers: Pick<TriggersService, 'seenFiles' | 'fileFound' | 'beginWatching' | 'forgetFiles'>;
  readonly files: Pick<FilesService, 'folderPath' | 'configPath'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A file that came or changed and does not stand still yet. `since` is monotonic. */
interface Pending {
  readonly file: FoundFile;
  readonly since: number;
}

const filesLimit = 20_000;
const depthLimit = 8;
/** File systems that tell nothing (network, some containers) are looked at so often all the same. */
const lookEveryMilliseconds = 10_000;
const settleLookMilliseconds = 500;
const missedLimit = 1_000;

/**
 * Looks at one folder for one trigger. Truth is the list of what was seen, kept in the store: the system's hints only
 * say when to look. States: looking <-> idle, until closed.
 */
export class FolderWatch {
  readonly #trigger: WatchedTrigger;
  readonly #parts: FolderWatchParts;
  readonly #pending = new Map<string, Pending>();
  readonly #fits: (name: string) => boolean;
  #firstLook = true;
  #known: boolean;
  #hints: ReturnType<typeof watch> | undefined;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #closed = false;
  #complained = '';

  constructor(trigger: WatchedTrigger, parts: FolderWatchParts) {
    this.#trigger = trigger;
    this.#parts = parts;
    this.#known = trigger.known;
    this.#fits = nameMatcher(trigger.config.pattern);
    this.look();
  }

  /** Looks now, unless it does already. */
  look(): void {
    if (this.#closed || this.#looking) return;
    this.#timer?.cancel();
    this.#looking = this.#lookOnce()
      .catch((error: unknown) => this.#complain(error))
      .finally(() => {
        this.#looking = undefined;
        if (this.#closed) return;
        const wait = this.#pending.size > 0 ? settleLookMilliseconds : lookEveryMilliseconds;
        this.#timer = this.#parts.clock.after(wait, () => this.look());
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#hints?.close();
    await this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const { triggers, files } = this.#parts;
    const { id, config } = this.#trigger;
    const folder = files.folderPath(config.folder);
    this.#listen(folder);
    const found = await this.#list(folder);
    if (this.#closed) return;
    if (!this.#known) {
      triggers.beginWatching(id, found);
      this.#known = true;
      this.#firstLook = false;
      return;
    }
    const seen = triggers.seenFiles(id);
    const here = new Set(found.map(({ path }) => path));
    const gone = [...seen.keys()].filter((path) => !here.has(path));
    if (gone.length > 0) triggers.forgetFiles(id, gone);
    for (const path of this.#pending.keys()) if (!here.has(path)) this.#pending.delete(path);
    const news = found.filter(({ path, bytes, modifiedMs }) => {
      const before = seen.get(path);
      return before === undefined || before.bytes !== bytes || before.modifiedMs !== modifiedMs;
    });
    const wanted = this.#firstLook ? this.#sparingMissed(news) : news;
    this.#firstLook = false;
    this.#settle(wanted, seen);
    this.#complained = '';
  }

  /** What came while Sluice was closed, less what the policy leaves out. */
  #sparingMissed(news: readonly FoundFile[]): readonly FoundFile[] {
    const { id, config } = this.#trigger;
    const keep = { skip: 0, last: 1, all: missedLimit }[config.missed];
    const ordered = [...news].sort((a, b) => a.modifiedMs - b.modifiedMs);
    const left = ordered.slice(0, Math.max(0, ordered.length - keep));
    for (const file of left) {
      this.#parts.triggers.fileFound(id, file, { act: 'remember', missed: missedReasons[config.missed] });
    }
    return ordered.slice(left.length);
  }

  /** Fires what has stood still long enough, oldest first; the rest is looked at again. */
  #settle(news: readonly FoundFile[], seen: ReadonlyMap<string, unknown>): void {
    const { id, config } = this.#trigger;
    const now = this.#parts.clock.monotonic();
    for (const file of [...news].sort((a, b) => a.modifiedMs - b.modifiedMs)) {
      if (config.on === 'arrives' && seen.has(file.path)) {
        this.#parts.triggers.fileFound(id, file, { act: 'remember' });
        continue;
      }
      const before = this.#pending.get(file.path);
      const stands = before?.file.bytes === file.bytes && before.file.modifiedMs === file.modifiedMs;
      const since = stands ? before.since : now;
      this.#pending.set(file.path, { file, since });
      if (now - since < config.stableSeconds * 1000) continue;
      this.#parts.triggers.fileFound(id, file, { act: 'fire' });
      this.#pending.delete(file.path);
    }
  }

  async #list(folder: string, depth = 0, found: FoundFile[] = []): Promise<FoundFile[]> {
    const { config } = this.#trigger;
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || found.length >= filesLimit) continue;
      const path = join(folder, entry.name);
      // Links are not followed: they could lead anywhere.
      if (entry.isDirectory() && config.subfolders && depth < depthLimit)
        await this.#list(path, depth + 1, found);
      if (!entry.isFile() || !this.#fits(entry.name)) continue;
      const facts = await stat(path).catch(() => undefined);
      if (!facts?.isFile()) continue;
      found.push({
        path: this.#parts.files.configPath(path),
        name: entry.name,
        bytes: facts.size,
        modifiedMs: Math.floor(facts.mtimeMs),
      });
    }
    return found;
  }

  #listen(folder: string): void {
    if (this.#hints) return;
    const depth = this.#trigger.config.subfolders ? depthLimit : 0;
    this.#hints = watch(folder, { ignoreInitial: true, depth, followSymlinks: false });
    this.#hints.on('all', () => this.look());
    this.#hints.on('error', (error) => this.#complain(error));
  }

  #complain(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (message === this.#complained) return;
    this.#complained = message;
    this.#parts.log.warn({ err: error, trigger: this.#trigger.id }, 'a folder could not be watched');
  }
}

const missedReasons = {
  skip: 'It came while Sluice was closed; the trigger leaves out such files.',
  last: 'It came while Sluice was closed; only the newest such file fires.',
  all: `More than ${missedLimit.toLocaleString('en')} files came while Sluice was closed; only the newest fire.`,
};
