import { realpathSync, statSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { isAbsolute } from 'node:path';
import { type Settings, type SettingsChange, settingsChange } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { liesWithin } from './path-rules.ts';
import { defaultRetention } from './retention/limits.ts';
import type { ServiceContext } from './service-context.ts';
import type { SettingsService } from './service-types.ts';

/** What the defaults are made from. */
export interface Machine {
  readonly memoryBytes: number;
  readonly cores: number;
}

const gigabyte = 1024 ** 3;

/** Opens everywhere. */
export const defaultExportFormat = 'csv';

export const thisMachine = (): Machine => ({ memoryBytes: totalmem(), cores: Math.max(1, cpus().length) });

/** Share of the machine's memory that all runs together may use at their limits. */
const memoryShare = 0.6;

/**
 * Settings as they are before anybody changed one. Two runs at least go side by side, so that a long one never keeps
 * the Run button waiting; together they stay within their share of the memory.
 */
export function defaultSettings({ memoryBytes, cores }: Machine): Settings {
  const concurrentRuns = Math.min(64, Math.max(2, Math.round(cores / 2)));
  const share = Math.floor((memoryBytes * memoryShare) / concurrentRuns);
  return {
    runMemoryBytes: Math.max(128 * 1024 ** 2, Math.min(share, 8 * gigabyte)),
    runThreads: Math.min(cores, 256),
    concurrentRuns,
    keptBytes: 10 * gigabyte,
    grantedFolders: [],
    exportFormat: defaultExportFormat,
    retention: defaultRetention,
  };
}

/** Only what was changed is stored, so that a default follows the machine. */
export function createSettingsService(context: ServiceContext, machine: Machine): SettingsService {
  const { store, home } = context;
  const defaults = defaultSettings(machine);

  function changed(): SettingsChange {
    return (store.settings.get('settings') ?? {}) as SettingsChange;
  }

  function get(): Settings {
    const { retention, ...rest } = changed();
    return { ...defaults, ...rest, retention: { ...defaults.retention, ...retention } };
  }

  /** A folder that exists, outside the home but for its files: what is archived there must outlive what is removed here. */
  function archiveFolder(path: string): string {
    const folder = realFolder(path, 'be the archive');
    if (!liesWithin(home.root, folder) || liesWithin(home.files, folder)) return folder;
    throw new SluiceError('invalid_input', {
      reason: `The folder ${path} cannot be the archive: it is Sluice’s own. Choose one outside ${home.root}.`,
    });
  }

  return {
    get,
    save: (change) =>
      store.write(() => {
        const wished = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
        const parsed = settingsChange.safeParse(wished);
        if (!parsed.success) throw unfit(parsed.error.issues[0]);
        const { grantedFolders, retention } = parsed.data;
        const folders = grantedFolders && {
          grantedFolders: [...new Set(grantedFolders.map((path) => realFolder(path)))],
        };
        if (retention?.archiveFolder) retention.archiveFolder = archiveFolder(retention.archiveFolder);
        const limits = retention && { retention: { ...changed().retention, ...retention } };
        store.settings.set('settings', { ...changed(), ...parsed.data, ...folders, ...limits });
        context.announce({ type: 'settings.changed' });
        return get();
      }),
  };
}

function unfit(issue: { path: PropertyKey[]; message: string } | undefined): SluiceError {
  const field = issue?.path.map(String).join('.') || 'the settings';
  return new SluiceError('invalid_input', {
    reason: `The setting ${field} does not fit: ${issue?.message ?? ''}`,
  });
}

/** Granted folders are stored with links resolved: a link that is moved later grants nothing new. */
export function realFolder(path: string, use = 'be granted'): string {
  const refuse = (why: string): never => {
    throw new SluiceError('invalid_input', { reason: `The folder ${path} cannot ${use}: ${why}` });
  };
  if (!isAbsolute(path)) return refuse('give its whole path.');
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() ? realpathSync(path) : refuse('there is no such folder.');
}
