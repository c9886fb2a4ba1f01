import { FolderOpen, X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { Button, Field, IconButton, Input } from '../../ui/index.ts';

interface FolderListProps {
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly error?: string | undefined;
}

/** Folders that the pipelines of a key may use beside the files folder: chosen in the system's dialog, or typed. */
export function FolderList({ value, onChange, error }: FolderListProps) {
  const [draft, setDraft] = useState('');
  const add = (folder: string) => {
    const path = folder.trim();
    if (path !== '' && !value.includes(path)) onChange([...value, path]);
    setDraft('');
  };
  const { sluice } = window;
  const choose = async () => {
    const folder = await sluice?.pickFolder();
    if (folder) add(folder);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || draft.trim() === '') return;
    // Enter takes the folder; it does not send the form around it.
    event.preventDefault();
    add(draft);
  };
  return (
    <Field
      label="Folders"
      hint="optional"
      error={error}
      help="Absolute paths. Its pipelines read and write there, beside the files folder and what is granted to all."
    >
      {/* What was typed and not added would be lost without a word: leaving the field takes it. */}
      <div className="flex gap-2">
        <Input
          size="lg"
          mono
          value={draft}
          maxLength={4096}
          placeholder="/home/me/data"
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={() => add(draft)}
        />
        {sluice ? (
          <Button size="lg" icon={FolderOpen} onClick={() => void choose()}>
            Choose
          </Button>
        ) : (
          <Button size="lg" disabled={draft.trim() === ''} onClick={() => add(draft)}>
            Add
          </Button>
        )}
      </div>
      {value.length > 0 && (
        <ul aria-label="Folders of the key" className="mt-1.5 flex flex-col gap-1">
          {value.map((folder) => (
            <li
              key={folder}
              className="flex items-center gap-2 rounded-md border border-line py-0.5 pr-0.5 pl-2.5"
            >
              <code className="min-w-0 flex-1 truncate font-mono text-data" title={folder}>
                {folder}
              </code>
              <IconButton
                size="sm"
                label={`Withdraw ${folder}`}
                icon={X}
                onClick={() => onChange(value.filter((each) => each !== folder))}
              />
            </li>
          ))}
        </ul>
      )}
    </Field>
  );
}
