import { TriangleAlert } from 'lucide-react';
import { Button, CopyButton, Dialog } from '../../ui/index.ts';
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
    <Dialog
      open
      width="lg"
      dismissable={false}
      onOpenChange={(open) => !open && close()}
      title={`The secret of “${name}”`}
      footer={
        <Button size="lg" variant="primary" onClick={close}>
          Done
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="flex items-start gap-2 text-status-warning">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          Copy it now. It is shown this once; a lost one is replaced by a new one.
        </p>
        <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1.5 pr-1.5 pl-3">
          <code className="min-w-0 flex-1 font-mono text-data break-all select-all">{secret}</code>
          <CopyButton label="Copy the secret" text={secret} withText />
        </div>
        <HookAddress hookPath={hookPath} />
      </div>
    </Dialog>
  );
}
