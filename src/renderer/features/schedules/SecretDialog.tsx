import { CopyOnceDialog } from '../../ui/index.ts';
import { HookAddress } from './HookPanel.tsx';

interface SecretDialogProps {
  readonly name: string;
  readonly hookPath: string;
  readonly secret: string;
  readonly close: () => void;
}

/** The one time that the secret of an inbound call can be seen. */
export function SecretDialog({ name, hookPath, secret, close }: SecretDialogProps) {
  return (
    <CopyOnceDialog
      title={`The secret of “${name}”`}
      what="secret"
      notice="Copy it now. It is shown this once; a lost one is replaced by a new one."
      secret={secret}
      close={close}
    >
      <HookAddress hookPath={hookPath} />
    </CopyOnceDialog>
  );
}
