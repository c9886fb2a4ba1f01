import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Settings } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Button,
  CopyButton,
  ErrorState,
  Field,
  formatBytes,
  IconButton,
  Input,
  NumberInput,
  Skeleton,
  TopBar,
  toast,
} from '../../ui/index.ts';
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

function Section({ title, help, children }: { title: string; help?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4">
      <div>
        <h2 className="text-title font-semibold">{title}</h2>
        {help && <p className="mt-0.5 text-muted">{help}</p>}
      </div>
      {children}
    </section>
  );
}

function useSaveSettings() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (change: Partial<Settings>) => client.system.saveSettings(change),
    onSuccess: (settings) => {
      cache.setQueryData(orpc.system.settings.queryOptions({ input: {} }).queryKey, settings);
      toast.success('Saved');
    },
    onError: (error) => toast.error('The setting was not saved', { description: callError(error).message }),
  });
}

function EngineSettings({ settings }: { settings: Settings }) {
  const save = useSaveSettings();
  return (
    <>
      <Section title="Runs" help="These apply to runs that start from now on.">
        <div className="grid grid-cols-2 gap-4">
          <SavedNumber
            label="Memory for one run"
            help="A run that needs more writes to disk, then fails with the reason."
            unit="MiB"
            min={128}
            value={Math.round(settings.runMemoryBytes / mebibyte)}
            save={(value) => save.mutate({ runMemoryBytes: value * mebibyte })}
          />
          <SavedNumber
            label="Threads for one run"
            min={1}
            max={256}
            value={settings.runThreads}
            save={(value) => save.mutate({ runThreads: value })}
          />
          <SavedNumber
            label="Runs at the same time"
            help="Others wait in the queue."
            min={1}
            max={64}
            value={settings.concurrentRuns}
            save={(value) => save.mutate({ concurrentRuns: value })}
          />
          <SavedNumber
            label="Space for kept step results"
            help="What the Run button keeps, so that the next run starts where you changed something."
            unit="MiB"
            min={0}
            value={Math.round(settings.keptBytes / mebibyte)}
            save={(value) => save.mutate({ keptBytes: value * mebibyte })}
          />
        </div>
      </Section>
      <Folders folders={settings.grantedFolders} save={(grantedFolders) => save.mutate({ grantedFolders })} />
    </>
  );
}

interface SavedNumberProps {
  readonly label: string;
  readonly help?: string;
  readonly unit?: string;
  readonly min: number;
  readonly max?: number;
  readonly value: number;
  readonly save: (value: number) => void;
}

/** A number that is saved when the person leaves the field or presses Enter. */
function SavedNumber({ label, help, unit, min, max, value, save }: SavedNumberProps) {
  const [draft, setDraft] = useState<number | null>(value);
  const commit = () => {
    if (draft === null) return setDraft(value);
    if (draft !== value) save(draft);
  };
  return (
    <Field label={label} help={help}>
      <NumberInput
        integer
        value={draft}
        onChange={setDraft}
        min={min}
        max={max}
        unit={unit}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </Field>
  );
}

function Folders({ folders, save }: { folders: readonly string[]; save: (folders: string[]) => void }) {
  const [draft, setDraft] = useState('');
  const add = () => {
    const folder = draft.trim();
    if (folder && !folders.includes(folder)) save([...folders, folder]);
    setDraft('');
  };
  return (
    <Section
      title="Folders"
      help="Pipelines read and write below the files folder. Grant others here; every pipeline and key may then use them."
    >
      <ul className="flex flex-col gap-1">
        {folders.map((folder) => (
          <li key={folder} className="flex items-center gap-2 rounded-md border border-line py-1 pr-1 pl-3">
            <code className="min-w-0 flex-1 truncate font-mono text-data" title={folder}>
              {folder}
            </code>
            <IconButton
              size="sm"
              label={`Withdraw ${folder}`}
              icon={X}
              onClick={() => save(folders.filter((other) => other !== folder))}
            />
          </li>
        ))}
      </ul>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <div className="flex-1">
          <Field label="Folder" help="An absolute path on this machine.">
            <Input
              mono
              value={draft}
              placeholder="/home/me/data"
              onChange={(event) => setDraft(event.target.value)}
            />
          </Field>
        </div>
        <Button type="submit" disabled={draft.trim() === ''} className="mb-5">
          Grant
        </Button>
      </form>
    </Section>
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
