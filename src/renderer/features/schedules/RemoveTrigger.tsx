import { useQueryClient } from '@tanstack/react-query';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { client, orpc } from '../../data/client.ts';
import { ConfirmDialog, toast } from '../../ui/index.ts';

interface RemoveTriggerProps {
  readonly trigger: TriggerSummary;
  readonly close: () => void;
  readonly onRemoved?: () => void;
}

export function RemoveTrigger({ trigger, close, onRemoved }: RemoveTriggerProps) {
  const cache = useQueryClient();
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && close()}
      title={`Delete “${trigger.name}”?`}
      action="Delete"
      danger
      onConfirm={async () => {
        await client.triggers.remove({ id: trigger.id });
        toast.success(`Deleted “${trigger.name}”`);
        close();
        onRemoved?.();
        await cache.invalidateQueries({ queryKey: orpc.triggers.key() });
      }}
    >
      It fires no more, and its history goes with it. Runs that it started stay.
      {trigger.config.kind === 'webhook' && ' Programs that call its address are refused from now on.'}
    </ConfirmDialog>
  );
}
