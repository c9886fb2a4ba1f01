import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { PipelineSummary } from '../../../shared/contract/domain.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Button, Dialog, Field, Input } from '../../ui/index.ts';

export function RenameDialog({ pipeline, close }: { pipeline: PipelineSummary; close: () => void }) {
  const [name, setName] = useState(pipeline.name);
  const cache = useQueryClient();
  const rename = useMutation(
    orpc.pipelines.rename.mutationOptions({
      onSuccess: async () => {
        await cache.invalidateQueries({ queryKey: orpc.pipelines.list.key() });
        close();
      },
    }),
  );
  const empty = name.trim() === '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!empty) rename.mutate({ id: pipeline.id, name: name.trim() });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title="Rename pipeline"
      width="sm"
      footer={
        <>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            type="submit"
            form="rename"
            disabled={empty}
            loading={rename.isPending}
          >
            Rename
          </Button>
        </>
      }
    >
      <form id="rename" onSubmit={submit}>
        <Field label="Name" error={rename.error ? callError(rename.error).message : undefined}>
          <Input size="lg" value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
