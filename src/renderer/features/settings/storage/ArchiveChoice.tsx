import { type FormEvent, useState } from 'react';
import { callError } from '../../../data/errors.ts';
import { Button, Field, Input } from '../../../ui/index.ts';
import { Section } from '../Section.tsx';
import { useSaveSettings } from '../use-save-settings.ts';

/** Where runs and versions are written before they are deleted. */
export function ArchiveChoice({ folder }: { folder: string | null }) {
  const [draft, setDraft] = useState(folder ?? '');
  const save = useSaveSettings();
  const wished = draft.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wished !== '') set(wished);
  };
  const set = (archiveFolder: string | null) =>
    save.mutate(
      { retention: { archiveFolder } },
      { onSuccess: ({ retention }) => setDraft(retention.archiveFolder ?? '') },
    );
  return (
    <Section
      title="Archive"
      help="Runs (as NDJSON with their logs) and dataset versions (as Parquet) can be written to a folder before they are deleted. When that fails, nothing is deleted."
    >
      <form onSubmit={submit}>
        <Field
          label="Archive folder"
          help={
            folder === null
              ? 'Nothing is archived. Give an absolute path outside the home folder.'
              : 'What goes is written there first, synced and read back.'
          }
          error={save.error ? callError(save.error).message : undefined}
          hint={<span role="status">{save.isPending ? 'Saving' : save.isSuccess ? 'Saved' : ''}</span>}
        >
          <div className="flex items-center gap-2">
            <Input
              mono
              className="flex-1"
              value={draft}
              placeholder="/mnt/backup/sluice"
              onChange={(event) => {
                setDraft(event.target.value);
                save.reset();
              }}
            />
            <Button
              type="submit"
              disabled={wished === '' || wished === folder}
              loading={save.isPending && wished !== ''}
            >
              Archive here
            </Button>
            {folder !== null && <Button onClick={() => set(null)}>Stop archiving</Button>}
          </div>
        </Field>
      </form>
    </Section>
  );
}
