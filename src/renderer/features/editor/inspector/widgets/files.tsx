import { FolderOpen, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button, Dialog, IconButton, Input, ProgressBar } from '../../../../ui/index.ts';
import { FileBrowser } from '../../files/FileBrowser.tsx';
import { uploadFile } from '../../files/upload.ts';
import { useEditor } from '../../state/editor-context.ts';
import type { WidgetProps } from '../widget-props.ts';

/** A file to read: its path, a list of what is there, and upload (or the system's own dialog in the desktop window). */
export function OpenFileWidget({ field, value, onChange }: WidgetProps) {
  const { pipelineId } = useEditor();
  const [open, setOpen] = useState(false);
  const path = typeof value === 'string' ? value : '';
  const extensions = field.hint.extensions;
  const browse = async () => {
    if (!window.sluice) return setOpen(true);
    const picked = await window.sluice.pickFile({
      pipelineId,
      ...(extensions && { extensions: [...extensions] }),
    });
    if (picked !== null) onChange(picked);
  };
  return (
    <>
      <div className="flex gap-1">
        <Input
          mono
          value={path}
          placeholder={field.hint.placeholder}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value, true)}
        />
        <IconButton
          variant="secondary"
          icon={FolderOpen}
          label="Choose a file"
          onClick={() => void browse()}
        />
      </div>
      <FileDialog
        open={open}
        onClose={() => setOpen(false)}
        extensions={extensions}
        current={path}
        onPick={(picked) => {
          setOpen(false);
          onChange(picked);
        }}
      />
    </>
  );
}

interface FileDialogProps {
  open: boolean;
  onClose: () => void;
  extensions: readonly string[] | undefined;
  current: string;
  onPick: (path: string) => void;
}

function FileDialog({ open, onClose, extensions, current, onPick }: FileDialogProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState<number>();
  const upload = async (file: File | undefined) => {
    if (!file) return;
    setShare(0);
    const path = await uploadFile(file, setShare);
    setShare(undefined);
    if (path !== undefined) onPick(path);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title="Choose a file"
      description="Files below the files folder and granted folders."
      width="md"
      footer={
        <>
          {share !== undefined && (
            <span className="flex flex-1 items-center">
              <ProgressBar value={share} label="Upload" />
            </span>
          )}
          <Button
            size="lg"
            icon={Upload}
            loading={share !== undefined}
            onClick={() => chooser.current?.click()}
          >
            Upload from this computer
          </Button>
        </>
      }
    >
      <input
        ref={chooser}
        type="file"
        hidden
        accept={extensions?.map((ending) => `.${ending}`).join(',')}
        onChange={(event) => {
          void upload(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <FileBrowser extensions={extensions} current={current} onPick={onPick} />
    </Dialog>
  );
}

/** A file to write. Its ending follows the format while the name still has the ending of another format. */
export function SaveFileWidget({ node, field, value, onChange, onPatch }: WidgetProps) {
  const { pipelineId } = useEditor();
  const path = typeof value === 'string' ? value : '';
  const take = (next: string) => {
    const ending = /\.(csv|json|ndjson|parquet)$/i.exec(next)?.[1]?.toLowerCase();
    if (ending && node.config.format !== ending) onPatch({ [field.key]: next, format: ending });
    else onChange(next, true);
  };
  const browse = async () => {
    const picked = await window.sluice?.pickSaveFile({
      pipelineId,
      suggestedName: path || field.hint.placeholder,
    });
    if (picked) take(picked);
  };
  return (
    <div className="flex gap-1">
      <Input
        mono
        value={path}
        placeholder={field.hint.placeholder}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => take(event.target.value)}
      />
      {window.sluice && (
        <IconButton
          variant="secondary"
          icon={FolderOpen}
          label="Choose where to write"
          onClick={() => void browse()}
        />
      )}
    </div>
  );
}
