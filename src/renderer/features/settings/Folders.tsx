import { FolderOpen, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { callError } from '../../data/errors.ts';
import { Button, Field, IconButton, Input } from '../../ui/index.ts';
import { Section } from './Section.tsx';
import { useSaveSettings } from './use-save-settings.ts';

/** Folders beside the files folder that every pipeline may use. A refusal stands at the field that caused it. */
export function Folders({ folders }: { folders: readonly string[] }) {
  const [draft, setDraft] = useState('');
  const granting = useSaveSettings();
  const withdrawing = useSaveSettings();
  const folder = draft.trim();
  const known = folders.includes(folder);
  const grant = (event: FormEvent) => {
    event.preventDefault();
    if (folder === '' || known) return;
    granting.mutate({ grantedFolders: [...folders, folder] }, { onSuccess: () => setDraft('') });
  };
  const withdraw = (gone: string) =>
    withdrawing.mutate({ grantedFolders: folders.filter((other) => other !== gone) });
  const refusal = granting.error ?? withdrawing.error;
  const error = known ? 'This folder is granted already.' : refusal ? callError(refusal).message : undefined;
  return (
    <Section
      title="Folders"
      help="Pipelines read and write below the files folder. Grant others here; every pipeline and key may then use them."
    >
      {folders.length > 0 && (
        <ul aria-label="Granted folders" className="flex flex-col gap-1">
          {folders.map((granted) => (
            <li
              key={granted}
              className="flex items-center gap-2 rounded-md border border-line py-1 pr-1 pl-2.5"
            >
              <FolderOpen aria-hidden className="size-4 shrink-0 text-muted" />
              <code className="min-w-0 flex-1 truncate font-mono text-data" title={granted}>
                {granted}
              </code>
              <IconButton
                size="sm"
                label={`Withdraw ${granted}`}
                icon={X}
                disabled={withdrawing.isPending}
                onClick={() => withdraw(granted)}
              />
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={grant}>
        <Field label="Folder" help="An absolute path on this machine." error={error}>
          <div className="flex items-center gap-2">
            <Input
              mono
              className="flex-1"
              value={draft}
              placeholder="/home/me/data"
              onChange={(event) => {
                setDraft(event.target.value);
                granting.reset();
                withdrawing.reset();
              }}
            />
            <Button type="submit" disabled={folder === '' || known} loading={granting.isPending}>
              Grant
            </Button>
          </div>
        </Field>
      </form>
    </Section>
  );
}
