import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { WebhookSummary } from '../../../shared/contract/webhooks.ts';
import { client } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Button, Dialog, ErrorState, Field, Select } from '../../ui/index.ts';

const overlaps = [
  { value: '0s', label: 'End it now' },
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
] as const;

interface RotateDialogProps {
  readonly webhook: WebhookSummary;
  readonly onRotated: (secret: string) => void;
  readonly close: () => void;
}

/** Asks how long the old secret signs along, then makes a new one. */
export function RotateDialog({ webhook, onRotated, close }: RotateDialogProps) {
  const [overlap, setOverlap] = useState<(typeof overlaps)[number]['value']>('24h');
  const rotation = useMutation({
    mutationFn: () => client.webhooks.rotateSecret({ id: webhook.id, overlap }),
    onSuccess: ({ secret }) => onRotated(secret),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      width="sm"
      title={`New secret for “${webhook.name}”`}
      footer={
        <>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button size="lg" variant="primary" loading={rotation.isPending} onClick={() => rotation.mutate()}>
            Make new secret
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field
          label="The old secret signs along for"
          help="Until then every delivery carries both signatures, so the receiver can change in its own time."
        >
          <Select
            size="lg"
            value={overlap}
            onChange={setOverlap}
            options={overlaps.map((each) => ({ ...each }))}
          />
        </Field>
        {rotation.error && <ErrorState variant="inline" title={callError(rotation.error).message} />}
      </div>
    </Dialog>
  );
}
