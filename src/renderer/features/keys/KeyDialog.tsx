import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { KeySummary } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Button, Dialog, FormError } from '../../ui/index.ts';
import { KeyFields } from './KeyFields.tsx';
import { draftOf, freshDraft, inputOf, type KeyDraft, missing, rightsOf } from './key-draft.ts';

interface KeyDialogProps {
  /** Left out to make a new one. */
  readonly apiKey?: KeySummary;
  /** The pipeline that a new one is meant for. */
  readonly onlyFor?: string | undefined;
  readonly close: () => void;
  /** Called with what was made, and its text that is shown this once. */
  readonly onCreated?: (key: KeySummary, secret: string) => void;
}

/** Makes a key, or changes what one may do. */
export function KeyDialog({ apiKey, onlyFor, close, onCreated }: KeyDialogProps) {
  const cache = useQueryClient();
  const [draft, setDraft] = useState(() => {
    if (apiKey) return draftOf(apiKey);
    return onlyFor === undefined ? freshDraft : { ...freshDraft, pipelineIds: [onlyFor] };
  });
  const [untouched] = useState(draft);
  const saving = useMutation({
    mutationFn: async (wanted: KeyDraft) => {
      if (apiKey) await client.keys.update({ id: apiKey.id, ...rightsOf(wanted) });
      else {
        const { key, ...made } = await client.keys.create(inputOf(wanted));
        onCreated?.(made, key);
      }
      await cache.invalidateQueries({ queryKey: orpc.keys.key() });
    },
    onSuccess: close,
  });
  const lacks = missing(draft);
  const folderError = folderErrorOf(saving.error, draft.folders);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!lacks) saving.mutate(draft);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      // A form half filled in is not thrown away by a click beside it.
      dismissable={draft === untouched}
      width="lg"
      title={apiKey ? `Rights of “${apiKey.name}”` : 'New API key'}
      description={apiKey ? 'They hold from its next request on. The key itself stays.' : undefined}
      footer={
        <>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            type="submit"
            form="api-key"
            disabled={lacks !== undefined}
            title={lacks}
            loading={saving.isPending}
          >
            {apiKey ? 'Save rights' : 'Create key'}
          </Button>
        </>
      }
    >
      <form id="api-key" onSubmit={submit} className="flex flex-col gap-4">
        <KeyFields
          draft={draft}
          existing={apiKey !== undefined}
          folderError={folderError}
          change={(part) => {
            saving.reset();
            setDraft((before) => ({ ...before, ...part }));
          }}
        />
        {saving.error && !folderError && <FormError title={callError(saving.error).message} />}
      </form>
    </Dialog>
  );
}

/** What is wrong with a folder, where a refusal speaks of one of them. */
function folderErrorOf(failure: Error | null, folders: readonly string[]): string | undefined {
  if (!failure) return undefined;
  const { message } = callError(failure);
  return folders.some((folder) => message.includes(folder)) ? message : undefined;
}
