import { useQuery } from '@tanstack/react-query';
import { CornerLeftUp, FileText, Folder, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { cx, EmptyState, formatBytes, SearchInput, Skeleton, TimeText } from '../../../ui/index.ts';

interface FileBrowserProps {
  extensions: readonly string[] | undefined;
  current: string;
  onPick: (path: string) => void;
}

/** Files that a pipeline may read: the files folder and granted folders. */
export function FileBrowser({ extensions, current, onPick }: FileBrowserProps) {
  const [folder, setFolder] = useState('');
  const [search, setSearch] = useState('');
  const { data, error, isPending } = useQuery({
    ...orpc.editor.files.queryOptions({ input: { folder } }),
    staleTime: 0,
  });
  if (isPending) return <Skeleton lines={6} />;
  if (error) return <p className="text-status-failed">{callError(error).message}</p>;
  const fits = (name: string) =>
    !extensions || extensions.some((ending) => name.toLowerCase().endsWith(`.${ending}`));
  const entries = data.entries
    .filter(
      (entry) =>
        (entry.kind === 'folder' || fits(entry.name)) &&
        entry.name.toLowerCase().includes(search.toLowerCase()),
    )
    .sort((one, other) =>
      one.kind === other.kind ? one.name.localeCompare(other.name) : one.kind === 'folder' ? -1 : 1,
    );
  const row =
    'grid h-8 w-full grid-cols-[auto_1fr_auto_auto] items-center gap-2 rounded-sm px-2 text-left hover:bg-hover';
  return (
    <div className="space-y-2">
      <SearchInput value={search} onChange={setSearch} label="Search files" className="w-full" />
      <div className="max-h-80 min-h-40 overflow-y-auto rounded-md border border-line p-1">
        {folder !== '' && (
          <button
            type="button"
            data-ring="inside"
            className={row}
            onClick={() => setFolder(parentOf(folder))}
          >
            <CornerLeftUp size={15} aria-hidden className="text-muted" />
            <span className="truncate text-muted">{folder}</span>
          </button>
        )}
        {entries.map((entry) => {
          const Icon = entry.kind === 'folder' ? Folder : FileText;
          return (
            <button
              key={entry.path}
              type="button"
              data-ring="inside"
              className={cx(row, entry.path === current && 'bg-accent-soft')}
              onClick={() => (entry.kind === 'folder' ? setFolder(entry.path) : onPick(entry.path))}
            >
              <Icon size={15} aria-hidden className="text-muted" />
              <span className="truncate">{entry.name}</span>
              <span className="text-meta text-muted nums">
                {entry.kind === 'file' ? formatBytes(entry.bytes) : ''}
              </span>
              <span className="w-24 text-right text-meta text-muted">
                {entry.kind === 'file' ? <TimeText at={entry.modifiedAt} style="relative" /> : ''}
              </span>
            </button>
          );
        })}
        {entries.length === 0 && (
          <EmptyState icon={FolderOpen} title="No file here that fits">
            {extensions
              ? `Looked for ${extensions
                  .slice(0, 5)
                  .map((ending) => `.${ending}`)
                  .join(', ')}.`
              : 'The folder is empty.'}{' '}
            Upload one, or drop it on the canvas.
          </EmptyState>
        )}
      </div>
    </div>
  );
}

const parentOf = (folder: string): string => folder.replace(/[\\/]?[^\\/]+[\\/]?$/, '');
