import { useQueryClient } from '@tanstack/react-query';
import type { KeySummary } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';
import { ConfirmDialog, toast } from '../../ui/index.ts';

interface RevokeKeyProps {
  /** Undefined while nothing is asked. */
  readonly apiKey: KeySummary | undefined;
  readonly close: () => void;
}

/** Asks before a key is ended for good. */
export function RevokeKey({ apiKey, close }: RevokeKeyProps) {
  const cache = useQueryClient();
  const revoke = async () => {
    if (!apiKey) return;
    await client.keys.revoke({ id: apiKey.id });
    toast.success(`Revoked “${apiKey.name}”`, { description: 'Requests with it are refused from now on.' });
    await cache.invalidateQueries({ queryKey: orpc.keys.key() });
  };
  return (
    <ConfirmDialog
      open={apiKey !== undefined}
      onOpenChange={(open) => !open && close()}
      title={`Revoke “${apiKey?.name ?? ''}”?`}
      action="Revoke"
      danger
      onConfirm={revoke}
    >
      <p>
        Every script that uses it is refused from its next request on. A revoked key cannot be brought back.
      </p>
      <p>{whatBecomesOfRuns}</p>
    </ConfirmDialog>
  );
}

const whatBecomesOfRuns =
  'Runs that it started and that are under way go on to their end; those that still wait are cancelled. Keys that it made itself are revoked with it.';
