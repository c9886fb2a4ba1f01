import { Check, TriangleAlert } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import { copyText } from './clipboard.ts';
import { Dialog } from './Dialog.tsx';
import { toast } from './toast-store.ts';

export interface CopyOnceDialogProps {
  readonly title: string;
  /** What it is called in the texts: "key", "secret". */
  readonly what: string;
  /** Why it has to be copied now. */
  readonly notice: string;
  readonly secret: string;
  readonly close: () => void;
  /** Asks before it is closed while nothing was copied: for what would have to be made anew. */
  readonly confirmLoss?: boolean;
  /** What to do with it. */
  readonly children?: ReactNode;
}

/** A text that can be seen this one time: nothing but its own button closes it. */
export function CopyOnceDialog(props: CopyOnceDialogProps) {
  const { title, what, notice, secret, close, confirmLoss = false, children } = props;
  const [copied, setCopied] = useState(false);
  const [asking, setAsking] = useState(false);
  const leave = () => {
    if (confirmLoss && !copied) setAsking(true);
    else close();
  };
  const copyButton = useRef<HTMLButtonElement>(null);
  const copy = async () => {
    if (await copyText(secret)) setCopied(true);
    else toast.error(`The ${what} was not copied`, { description: 'Select it and copy it by hand.' });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && leave()}
      dismissable={false}
      initialFocus={() => copyButton.current?.focus()}
      width="lg"
      title={title}
      footer={
        asking && !copied ? (
          <>
            <p role="alert" className="mr-auto self-center">
              The {what} was not copied, and it is not shown again.
            </p>
            <Button size="lg" onClick={close}>
              Close without it
            </Button>
            <Button size="lg" variant="primary" onClick={() => void copy()}>
              Copy {what}
            </Button>
          </>
        ) : (
          <Button size="lg" variant="primary" onClick={leave}>
            Done
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <p className="flex items-start gap-2 text-status-warning">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {notice}
        </p>
        <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1.5 pr-1.5 pl-3">
          {/* Whoever selects it and copies by hand has it, too. */}
          <code
            onCopy={() => setCopied(true)}
            className="min-w-0 flex-1 font-mono text-data break-all select-all"
          >
            {secret}
          </code>
          <Button
            ref={copyButton}
            variant="primary"
            icon={copied ? Check : undefined}
            onClick={() => void copy()}
          >
            {copied ? 'Copied' : `Copy ${what}`}
          </Button>
        </div>
        {children}
      </div>
    </Dialog>
  );
}
