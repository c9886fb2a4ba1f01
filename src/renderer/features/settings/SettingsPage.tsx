import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import type { Settings } from '../../../shared/contract/domain.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { CopyButton, ErrorState, formatBytes, Skeleton, TopBar } from '../../ui/index.ts';
import { Folders } from './Folders.tsx';
import { SavedNumber } from './SavedNumber.tsx';
import { Section } from './Section.tsx';
import { ThemeChoice } from './ThemeChoice.tsx';

const mebibyte = 1024 * 1024;

/** What the owner decides about this machine: appearance, the engine's limits, folders, and where things lie. */
export function SettingsPage() {
  const query = useQuery(orpc.system.settings.queryOptions({ input: {} }));
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }]} />
      <div className="min-h-0 flex-1 overflow-auto bg-panel">
        <div className="mx-auto flex max-w-[720px] flex-col gap-10 px-6 py-8">
          <Section title="Appearance">
            <ThemeChoice />
          </Section>
          {query.isPending && <Skeleton lines={8} />}
          {query.isLoadingError && (
            <ErrorState
              title={callError(query.error).message}
              where="The settings could not be read."
              onRetry={() => void query.refetch()}
            />
          )}
          {query.data && <EngineSettings settings={query.data} />}
          <About />
        </div>
      </div>
    </>
  );
}

function EngineSettings({ settings }: { settings: Settings }) {
  return (
    <>
      <Section title="Runs" help="These apply to runs that start from now on.">
        <div className="grid grid-cols-2 items-start gap-4">
          <SavedNumber
            label="Memory for one run"
            help="A run that needs more writes to disk, then fails with the reason."
            unit="MiB"
            min={128}
            value={Math.round(settings.runMemoryBytes / mebibyte)}
            change={(value) => ({ runMemoryBytes: value * mebibyte })}
          />
          <SavedNumber
            label="Threads for one run"
            help="More is faster, until other runs want the same cores."
            min={1}
            max={256}
            value={settings.runThreads}
            change={(value) => ({ runThreads: value })}
          />
          <SavedNumber
            label="Runs at the same time"
            help="Others wait in the queue."
            min={1}
            max={64}
            value={settings.concurrentRuns}
            change={(value) => ({ concurrentRuns: value })}
          />
          <SavedNumber
            label="Space for kept step results"
            help="What the Run button keeps, so that the next run starts where you changed something."
            unit="MiB"
            min={0}
            value={Math.round(settings.keptBytes / mebibyte)}
            change={(value) => ({ keptBytes: value * mebibyte })}
          />
        </div>
      </Section>
      <Folders folders={settings.grantedFolders} />
    </>
  );
}

function About() {
  const { data: info } = useQuery(orpc.system.info.queryOptions({ input: {} }));
  if (!info) return null;
  const rows: [string, string][] = [
    ['Version', `Sluice ${info.version}, DuckDB ${info.duckdb}, SQLite ${info.sqlite}`],
    ['API address', info.url],
    ['Home folder', info.home],
    ['Files folder', info.filesFolder],
    ['Space used', spaceText(info.diskBytes)],
  ];
  return (
    <Section title="This installation">
      <dl className="grid grid-cols-[120px_minmax(0,1fr)] gap-x-4 gap-y-2">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="flex min-w-0 items-center gap-1">
              <span className="truncate font-mono text-data" title={value}>
                {value}
              </span>
              <CopyButton label={`Copy ${name.toLowerCase()}`} text={value} />
            </dd>
          </div>
        ))}
      </dl>
      {info.warnings.map((warning) => (
        <p key={warning} className="flex items-start gap-2 text-status-warning">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {warning}
        </p>
      ))}
    </Section>
  );
}

function spaceText({ store, datasets, kept }: { store: number; datasets: number; kept: number }): string {
  return `${formatBytes(datasets)} datasets, ${formatBytes(kept)} kept results, ${formatBytes(store)} store`;
}
