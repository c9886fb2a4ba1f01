import { useMutation } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { client } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Button,
  Checkbox,
  Field,
  formatBytes,
  formatPlural,
  Input,
  ProgressBar,
  TimeText,
} from '../../ui/index.ts';
import { Section } from './Section.tsx';

type BackupInput = Parameters<typeof client.backup.create>[0];
type Report = Awaited<ReturnType<typeof client.backup.create>>;

/** A whole copy of the home while everything goes on, and the proof that an old one is whole. */
export function BackupSection() {
  const [folder, setFolder] = useState('');
  const [files, setFiles] = useState(true);
  const [secrets, setSecrets] = useState(false);
  const creation = useMutation({ mutationFn: (input: BackupInput) => client.backup.create(input) });
  const proof = useMutation({ mutationFn: (path: string) => client.backup.verify({ folder: path }) });
  const busy = creation.isPending || proof.isPending;
  const path = folder.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    proof.reset();
    if (path !== '') creation.mutate({ folder: path, files, secrets });
  };
  const failure = creation.error ?? proof.error;
  return (
    <Section
      title="Backup"
      help="Runs, pipelines and datasets as they are at one moment, copied while everything goes on and then read back."
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Folder for the backup"
          help="An absolute path on this machine, outside the home folder. It must be new or empty."
          error={failure ? callError(failure).message : undefined}
        >
          <Input
            mono
            value={folder}
            placeholder="/home/me/backups/sluice-monday"
            onChange={(event) => {
              setFolder(event.target.value);
              creation.reset();
              proof.reset();
            }}
          />
        </Field>
        <Checkbox
          checked={files}
          onChange={setFiles}
          label="With the files folder: inputs, written files, exports"
        />
        <Checkbox
          checked={secrets}
          onChange={setSecrets}
          label="With secrets that are kept as files: whoever has the backup can read them"
        />
        <div className="flex items-center gap-2">
          <Button type="submit" variant="primary" disabled={path === '' || busy} loading={creation.isPending}>
            Back up now
          </Button>
          <Button
            disabled={path === '' || busy}
            loading={proof.isPending}
            onClick={() => {
              creation.reset();
              proof.mutate(path);
            }}
          >
            Check this backup
          </Button>
        </div>
      </form>
      {busy && <ProgressBar label={creation.isPending ? 'Backing up' : 'Checking the backup'} />}
      <div aria-live="polite" className="empty:hidden">
        {creation.data && <Result title="The backup is whole" report={creation.data} />}
        {proof.data && <Result title="This backup is whole" report={proof.data} />}
      </div>
      <p className="text-muted">
        To go back to it, stop Sluice and run{' '}
        <code className="font-mono text-data">npm run -s sluice -- restore FOLDER</code>.
      </p>
    </Section>
  );
}

function Result({ title, report }: { title: string; report: Report }) {
  const { runs, pipelines, datasets, versions, bytes } = report;
  return (
    <div className="flex items-start gap-2 rounded-md border border-line p-3">
      <CircleCheck aria-hidden size={16} className="mt-0.5 shrink-0 text-status-succeeded" />
      <div className="min-w-0">
        <p className="font-medium">
          {title}: {formatBytes(bytes)}
        </p>
        <p className="text-muted">
          {formatPlural(runs, 'run')}, {formatPlural(pipelines, 'pipeline')},{' '}
          {formatPlural(datasets, 'dataset')} with {formatPlural(versions, 'version')}
          {report.withFiles ? ', files' : ''}
          {report.withSecrets ? ', secrets' : ''}, of <TimeText at={report.createdAt} style="time" />
        </p>
        <p className="truncate font-mono text-data text-muted" title={report.folder}>
          {report.folder}
        </p>
      </div>
    </div>
  );
}
