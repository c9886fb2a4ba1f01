import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Button, Dialog, ErrorState, Field, Skeleton, Textarea } from '../../ui/index.ts';

/** Which hosts of this network a webhook that was made with an API key may reach. */
export function HostsDialog({ close }: { close: () => void }) {
  const cache = useQueryClient();
  const query = useQuery(orpc.webhooks.hosts.queryOptions({ input: {} }));
  const [text, setText] = useState<string>();
  const shown = text ?? query.data?.join('\n') ?? '';
  const saving = useMutation({
    mutationFn: () => client.webhooks.saveHosts({ hosts: shown.split(/\s+/).filter(Boolean) }),
    onSuccess: async () => {
      close();
      await cache.invalidateQueries({ queryKey: orpc.webhooks.key() });
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title="Allowed hosts"
      description="Webhooks that you make here may reach this machine and your network. Those that a script makes with an API key may not, except for these hosts."
      footer={
        <>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            disabled={text === undefined}
            loading={saving.isPending}
            onClick={() => saving.mutate()}
          >
            Save hosts
          </Button>
        </>
      }
    >
      {query.isPending ? (
        <Skeleton lines={4} />
      ) : query.isLoadingError ? (
        <ErrorState
          variant="inline"
          title={callError(query.error).message}
          onRetry={() => void query.refetch()}
        />
      ) : (
        <Field
          label="Hosts with their port, one a line"
          error={saving.error && callError(saving.error).message}
        >
          <Textarea
            mono
            rows={5}
            value={shown}
            placeholder={'nas.local:8080\n192.168.1.20:8000'}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
      )}
    </Dialog>
  );
}
