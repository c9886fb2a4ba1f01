import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { KeySummary } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Button, Dialog, Field, FormError, Select, TimeText } from '../../ui/index.ts';

const overlaps = [
  { value: '0s', label: 'Not at all', note: 'for a key that leaked' },
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '1 day' },
  { value: '72h', label: '3 days' },
  { value: '7d', label: '7 days' },
] as const;

interface RotateKeyDialogProps {
  readonly apiKey: KeySummary;
  readonly onRotated: (secret: string) => void;
  readonly close: () => void;
}

/** Asks how long the text in use works on, then makes a new one for the same key. */
export function RotateKeyDialog({ apiKey, onRotated, close }: RotateKeyDialogProps) {
  const cache = useQueryClient();
  const [overlap, setOverlap] = useState<(typeof overlaps)[number]['value']>('24h');
  const rotation = useMutation({
    mutationFn: () => client.keys.rotate({ id: apiKey.id, overlap }),
    onSuccess: async ({ key }) => {
      onRotated(key);
      await cache.invalidateQueries({ queryKey: orpc.keys.key() });
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      width="sm"
      title={`Rotate “${apiKey.name}”`}
      footer={
        <>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button size="lg" variant="primary" loading={rotation.isPending} onClick={() => rotation.mutate()}>
            Make a new text
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">
          The key gets a new text. Its rights, limits and history stay as they are.
        </p>
        <Field label="The text in use works on for" help="So that scripts can change over in their own time.">
          <Select size="lg" value={overlap} onChange={setOverlap} options={overlaps} />
        </Field>
        {apiKey.previousUntil && Date.parse(apiKey.previousUntil) > Date.now() && (
          <p className="text-status-warning">
            The text before it, which would work until <TimeText at={apiKey.previousUntil} />, ends at once.
          </p>
        )}
        {rotation.error && <FormError title={callError(rotation.error).message} />}
      </div>
    </Dialog>
  );
}
