import { CopyOnceDialog } from '../../ui/index.ts';
import { VerifyExample } from './VerifyExample.tsx';

interface SecretDialogProps {
  readonly name: string;
  readonly secret: string;
  readonly close: () => void;
}

/** A secret, the one time that it can be seen, and what a receiver does with it. */
export function SecretDialog({ name, secret, close }: SecretDialogProps) {
  return (
    <CopyOnceDialog
      title={`The secret of “${name}”`}
      what="secret"
      notice="Copy it now and give it to the receiver. It is shown this once."
      secret={secret}
      close={close}
    >
      <VerifyExample />
    </CopyOnceDialog>
  );
}
