import { useQuery } from '@tanstack/react-query';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Awaited, Button, Dialog, StatusBadge } from '../../ui/index.ts';
import { outcomeLook } from './trigger-words.ts';

/** What the next fire would do as things stand; nothing is started. */
export function TestDialog({ trigger, close }: { trigger: TriggerSummary; close: () => void }) {
  const query = useQuery({ ...orpc.triggers.test.queryOptions({ input: { id: trigger.id } }), staleTime: 0 });
  const { data } = query;
  const parameters = Object.entries(data?.parameters ?? {});
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={`Test “${trigger.name}”`}
      description="What its next fire would do if it came now. Nothing is started."
      footer={
        <Button size="lg" variant="primary" onClick={close}>
          Done
        </Button>
      }
    >
      <Awaited
        pending={query.isPending}
        failure={query.isLoadingError ? callError(query.error).message : undefined}
        onRetry={() => void query.refetch()}
        lines={3}
      >
        {() =>
          data && (
            <div className="flex flex-col gap-3">
              <p className="flex items-center gap-2">
                <StatusBadge
                  {...outcomeLook[data.outcome]}
                  label={data.outcome === 'started' ? 'A run would start' : outcomeLook[data.outcome].label}
                />
                {data.reason}
              </p>
              {parameters.length > 0 && (
                <div>
                  <p className="text-meta text-muted">Parameters of the run</p>
                  <ul className="font-mono text-data">
                    {parameters.map(([name, value]) => (
                      <li key={name} className="break-all">
                        {name} = {String(value)}
                      </li>
                    ))}
                  </ul>
                </div>
              )}
            </div>
          )
        }
      </Awaited>
    </Dialog>
  );
}
