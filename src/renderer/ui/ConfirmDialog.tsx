import { type ReactNode, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { Field } from './Field.tsx';
import { Input } from './Input.tsx';

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The question: "Delete 3 keys?" */
  title: ReactNode;
  /** What will happen, and whether it can be undone. */
  children?: ReactNode;
  /** The verb on the button: "Delete". */
  action: string;
  danger?: boolean;
  /** The button stays off until this text is typed: for what can not be brought back. */
  typeToConfirm?: string;
  /** May be async: the dialog waits, shows a failure in place, and closes on success. */
  onConfirm: () => void | Promise<void>;
}

/** Asks before something that can not be undone. The focus starts on Cancel when it is dangerous. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, children, action, danger = false, typeToConfirm, onConfirm } = props;
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const cancel = useRef<HTMLButtonElement>(null);
  const close = (next: boolean) => {
    if (busy) return;
    setTyped('');
    setFailure(undefined);
    onOpenChange(next);
  };
  const confirm = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onConfirm();
      setTyped('');
      onOpenChange(false);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const footer = (
    <>
      <Button ref={cancel} size="lg" onClick={() => close(false)} disabled={busy}>
        Cancel
      </Button>
      <Button
        size="lg"
        variant={danger ? 'danger' : 'primary'}
        loading={busy}
        disabled={typeToConfirm !== undefined && typed !== typeToConfirm}
        onClick={() => void confirm()}
      >
        {action}
      </Button>
    </>
  );
  const toCancel = danger && !typeToConfirm ? () => cancel.current?.focus() : undefined;
  return (
    <Dialog open={open} onOpenChange={close} title={title} width="sm" footer={footer} initialFocus={toCancel}>
      <div className="space-y-3 text-muted">
        {children}
        {typeToConfirm !== undefined && (
          <Field label={<>Type “{typeToConfirm}” to confirm</>}>
            <Input
              size="lg"
              value={typed}
              autoComplete="off"
              onChange={(event) => setTyped(event.target.value)}
            />
          </Field>
        )}
        {failure && (
          <p role="alert" className="text-status-failed">
            {failure}
          </p>
        )}
      </div>
    </Dialog>
  );
}
