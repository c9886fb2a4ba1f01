import { Check, TriangleAlert } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button, copyText, Dialog, toast } from '../../ui/index.ts';
import { VerifyExample } from './VerifyExample.tsx';

interface SecretDialogProps {
  readonly name: string;
  readonly secret: string;
  readonly close: () => void;
}

/** A secret, the one time that it can be seen, and what a receiver does with it. */
export function SecretDialog({ name, secret, close }: SecretDialogProps) {
  const [copied, setCopied] = useState(false);
  const copyButton = useRef<HTMLButtonElement>(null);
  const copy = async () => {
    if (await copyText(secret)) setCopied(true);
    else toast.error('The secret was not copied', { description: 'Select it and copy it by hand.' });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      dismissable={false}
      initialFocus={() => copyButton.current?.focus()}
      width="lg"
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
          Copy it now and give it to the receiver. It is shown this once.
        </p>
        <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1.5 pr-1.5 pl-3">
          <code className="min-w-0 flex-1 font-mono text-data break-all select-all">{secret}</code>
          <Button
            ref={copyButton}
            variant="primary"
            icon={copied ? Check : undefined}
            onClick={() => void copy()}
          >
            {copied ? 'Copied' : 'Copy secret'}
          </Button>
        </div>
        <VerifyExample />
      </div>
    </Dialog>
  );
}
