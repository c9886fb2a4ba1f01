/**
 * The settings of a workspace as a door speaks of them: a few words that each stand for something that acts.
 *
 * Those of the live environment are the owner's own: a change here is a change in Settings. The sandbox has its own, so
 * that a key for trying things out changes nothing of what matters: they hold for sandbox runs and datasets alone, and
 * of the sandbox nothing is ever sent. What the sandbox was never told follows the live settings.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Environment, type ExportFormat, exportFormat } from '../../shared/contract/domain.ts';
import type { NoticeEvent } from '../../shared/contract/notices.ts';
import type { RetentionSettings } from '../../shared/contract/retention.ts';
import { withoutUndefined } from '../../shared/kernel/without-undefined.ts';
import { isOwner } from './author.ts';
import { maskedUrl } from './notices/notice-settings.ts';
import type { NoticesService } from './notices-service.ts';
import { defaultRetention, type SandboxRetention } from './retention/limits.ts';
import { createSecretBook, type SecretStore } from './secret-book.ts';
import type { ServiceContext } from './service-context.ts';
import type { Author, SettingsService } from './service-types.ts';
import { defaultExportFormat } from './settings-service.ts';

export interface WorkspaceSettings {
  /** Days after which runs and replaced versions of datasets go; null: not by age. */
  readonly retentionDays: number | null;
  /** What retention removes is archived first. */
  readonly autoArchive: boolean;
  /** Format of exports for which none is named. */
  readonly exportFormat: ExportFormat;
  readonly emailOnFailure: boolean;
  /** The secret address of a chat that failures are told to; null: none. */
  readonly chatUrl: string | null;
}

/** `chatUrl` as it may be shown. It is whole where it was set here: what the owner typed stays with the owner. */
export type WorkspaceView = WorkspaceSettings & { readonly maskedChatUrl: string | null };

export interface WorkspaceSettingsService {
  /** Before anything is asked; answers why secrets could not be read. */
  loadSecrets(): Promise<unknown>;
  get(environment: Environment): WorkspaceView;
  /** What they are when nobody changed anything. */
  readonly defaults: WorkspaceSettings;
  /** What is left out stays. Throws `invalid_input`, `address_refused`. */
  save(environment: Environment, change: Partial<WorkspaceSettings>, author: Author): Promise<WorkspaceView>;
  /** How retention differs in the sandbox. */
  sandboxRetention(): SandboxRetention;
}

export interface WorkspaceParts {
  readonly settings: SettingsService;
  readonly notices: NoticesService;
  readonly secrets: SecretStore;
  /** Throws where the text alone tells that nothing may be sent there for this author. */
  readonly refuseUrl: (url: string, author: Author) => void;
}

const defaults: WorkspaceSettings = {
  retentionDays: longest(defaultRetention.runDays, defaultRetention.versionDays),
  autoArchive: false,
  exportFormat: defaultExportFormat,
  emailOnFailure: false,
  chatUrl: null,
};

/** What is remembered of the live settings: what they once said, and which address came from here. */
const liveRow = z.object({ archiveFolder: z.string().optional(), chatDigest: z.string().optional() });
const sandboxRow = z.object({
  retentionDays: z.int().nullable().optional(),
  autoArchive: z.boolean().optional(),
  exportFormat: exportFormat.optional(),
  emailOnFailure: z.boolean().optional(),
});
const rows = { live: 'workspace.live', sandbox: 'workspace.sandbox' } as const;

export function createWorkspaceSettings(
  context: ServiceContext,
  parts: WorkspaceParts,
): WorkspaceSettingsService {
  const { store, home } = context;
  const { settings, notices } = parts;
  const book = createSecretBook(parts.secrets, 'workspace', z.object({ chatUrl: z.string() }));

  const readLive = () => liveRow.parse(store.settings.get(rows.live) ?? {});
  const readSandbox = () => sandboxRow.parse(store.settings.get(rows.sandbox) ?? {});

  /** Whether an address came from here. */
  function isOurs(chatUrl: string | null | undefined): boolean {
    return typeof chatUrl === 'string' && digestOf(chatUrl) === readLive().chatDigest;
  }

  function live(): WorkspaceView {
    const { retention, exportFormat } = settings.get();
    const { email, chat } = notices.settings();
    const { chatUrl } = notices.secrets();
    const told = chat.on && chat.events.includes('failed') && chatUrl !== undefined ? chatUrl : null;
    return {
      retentionDays: longest(retention.runDays, retention.versionDays),
      autoArchive: retention.archiveFolder !== null,
      exportFormat,
      emailOnFailure: email.on && email.events.includes('failed'),
      chatUrl: isOurs(told) ? told : told && maskedUrl(told),
      maskedChatUrl: told && maskedUrl(told),
    };
  }

  function sandbox(): WorkspaceView {
    const { retentionDays, autoArchive, exportFormat } = live();
    const chatUrl = book.get('sandbox')?.chatUrl ?? null;
    return {
      ...{ retentionDays, autoArchive, exportFormat },
      emailOnFailure: false,
      ...readSandbox(),
      chatUrl,
      maskedChatUrl: chatUrl && maskedUrl(chatUrl),
    };
  }

  /** The folder of the archive: the last one there was, or one below the files folder. */
  function archiveFolder(): string {
    const known = settings.get().retention.archiveFolder ?? readLive().archiveFolder;
    if (known !== undefined) return known;
    const folder = join(home.files, 'archive');
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** An address as it was shown is no new address. */
  function newChatUrl(
    wish: string | null | undefined,
    view: WorkspaceView,
    author: Author,
  ): string | null | undefined {
    if (wish === undefined || wish === view.chatUrl || (wish !== null && wish === view.maskedChatUrl))
      return undefined;
    if (wish !== null) parts.refuseUrl(wish, author);
    return wish;
  }

  async function saveLive(change: Partial<WorkspaceSettings>, author: Author): Promise<void> {
    const wish = newChatUrl(change.chatUrl, live(), author);
    // What the owner typed is told no failures any more; to forget it is the owner's.
    const chatUrl = wish === null && !isOurs(notices.secrets().chatUrl) ? undefined : wish;
    const { email, chat } = notices.settings();
    const tells = {
      ...(change.emailOnFailure !== undefined && { email: toldOf(email, change.emailOnFailure) }),
      ...(wish !== undefined && {
        chat: chatUrl === null ? { ...chat, on: false } : toldOf(chat, wish !== null),
      }),
    };
    if (Object.keys(tells).length > 0)
      await notices.save({ settings: tells, chatUrl, byKey: !isOwner(author) });
    const retention = retentionOf(change);
    store.write(() => {
      const { archiveFolder: known } = settings.get().retention;
      store.settings.set(rows.live, {
        ...readLive(),
        ...(known !== null && { archiveFolder: known }),
        ...(chatUrl !== undefined && { chatDigest: chatUrl === null ? undefined : digestOf(chatUrl) }),
      });
      settings.save({ retention, exportFormat: change.exportFormat });
    });
  }

  function retentionOf({
    retentionDays,
    autoArchive,
  }: Partial<WorkspaceSettings>): Partial<RetentionSettings> {
    return {
      ...(retentionDays !== undefined && { runDays: retentionDays, versionDays: retentionDays }),
      ...(autoArchive !== undefined && { archiveFolder: autoArchive ? archiveFolder() : null }),
    };
  }

  async function saveSandbox(
    { chatUrl: wish, ...change }: Partial<WorkspaceSettings>,
    author: Author,
  ): Promise<void> {
    const chatUrl = newChatUrl(wish, sandbox(), author);
    if (chatUrl === null) await book.remove(['sandbox']);
    else if (chatUrl !== undefined) await book.set('sandbox', { chatUrl });
    if (change.autoArchive) archiveFolder();
    store.write(() => {
      store.settings.set(rows.sandbox, { ...readSandbox(), ...withoutUndefined(change) });
      context.announce({ type: 'settings.changed' });
    });
  }

  return {
    loadSecrets: () => book.load(),
    defaults,
    get: (environment) => (environment === 'live' ? live() : sandbox()),
    async save(environment, change, author) {
      await (environment === 'live' ? saveLive(change, author) : saveSandbox(change, author));
      return this.get(environment);
    },
    sandboxRetention() {
      const { retentionDays, autoArchive } = readSandbox();
      return {
        ...(retentionDays !== undefined && { days: retentionDays }),
        ...(autoArchive !== undefined && { archiveFolder: autoArchive ? archiveFolder() : null }),
      };
    },
  };
}

/** A channel that tells of failures, or of them no more; one that is left with nothing to tell is off. */
function toldOf<Channel extends { on: boolean; events: NoticeEvent[] }>(
  channel: Channel,
  wanted: boolean,
): Channel {
  const others = channel.events.filter((event) => event !== 'failed');
  if (wanted) return { ...channel, on: true, events: ['failed', ...others] };
  return { ...channel, on: channel.on && others.length > 0, events: others };
}

function longest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(one, other);
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
