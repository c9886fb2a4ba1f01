import type { KeySummary } from '../../../shared/contract/domain.ts';
import { CopyOnceDialog } from '../../ui/index.ts';
import { KeySnippets } from './KeySnippets.tsx';

interface NewKeyDialogProps {
  readonly apiKey: KeySummary;
  /** The key itself. */
  readonly secret: string;
  readonly close: () => void;
}

/** The one time that a key can be seen, with calls that use it. */
export function NewKeyDialog({ apiKey, secret, close }: NewKeyDialogProps) {
  return (
    <CopyOnceDialog
      title={`The key “${apiKey.name}”`}
      what="key"
      notice="Copy it now. It is shown this once; Sluice keeps only a hash of it."
      secret={secret}
      confirmLoss
      close={close}
    >
      <section aria-label="Examples" className="flex flex-col gap-1.5">
        <h3 className="text-meta font-semibold">Try it</h3>
        <KeySnippets apiKey={apiKey} secret={secret} />
      </section>
    </CopyOnceDialog>
  );
}
