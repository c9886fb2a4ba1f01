import { type FormEvent, useId, useState } from 'react';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { Field } from './Field.tsx';
import { Input } from './Input.tsx';

export interface RenameDialogProps {
  /** "Rename pipeline" */
  title: string;
  name: string;
  help?: string;
  /** The word on the button; "Rename" when left out. */
  action?: string;
  /** May be async; what it throws is said in place. */
  onRename: (name: string) => Promise<unknown>;
  /** Makes a sentence of what was thrown. */
  explain: (error: unknown) => string;
  onClose: () => void;
}

/** Asks for another name. */
export function RenameDialog(props: RenameDialogProps) {
  const { title, name: before, help, action = 'Rename', onRename, explain, onClose } = props;
  const [name, setName] = useState(before);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const form = useId();
  const wanted = name.trim();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (wanted === '' || busy) return;
    if (wanted === before) return onClose();
    setBusy(true);
    try {
      await onRename(wanted);
      onClose();
    } catch (reason) {
      setError(explain(reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      width="sm"
      footer={
        <>
          <Button size="lg" onClick={onClose}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            type="submit"
            form={form}
            disabled={wanted === ''}
            loading={busy}
          >
            {action}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)}>
        <Field label="Name" help={help} error={error}>
          <Input
            size="lg"
            dir="auto"
            value={name}
            maxLength={200}
            onChange={(event) => {
              setName(event.target.value);
              setError(undefined);
            }}
          />
        </Field>
      </form>
    </Dialog>
  );
}
