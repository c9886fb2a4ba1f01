import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SourceSummary, SourceType } from '../../../shared/contract/sources.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Button, Dialog, Field, FormError, Input, Select, Textarea } from '../../ui/index.ts';
import { SourceFields } from './SourceFields.tsx';
import {
  configDraft,
  configOf,
  draftOf,
  emptyDraft,
  type SourceDraft,
  secretsOf,
  suggestedName,
} from './source-draft.ts';
import { connectionExamples, environmentOptions, typeOptions } from './source-words.ts';
import { TestResult } from './TestResult.tsx';

interface SourceDialogProps {
  /** Left out to make a new one. */
  readonly source?: SourceSummary;
  readonly close: () => void;
  readonly onCreated?: (source: SourceSummary) => void;
}

/** Makes a source, or changes one; whether it can be reached is tried before it is saved. */
export function SourceDialog({ source, close, onCreated }: SourceDialogProps) {
  const cache = useQueryClient();
  const [draft, setDraft] = useState(() => (source ? draftOf(source) : emptyDraft));
  const testing = useMutation({ mutationFn: () => testDraft(draft, source) });
  const saving = useMutation({
    mutationFn: async () => {
      const made = await save(draft, source);
      await cache.invalidateQueries({ queryKey: orpc.sources.key() });
      if (!source) onCreated?.(made);
      close();
    },
  });
  const change = (part: Partial<SourceDraft>) => {
    testing.reset();
    saving.reset();
    setDraft((before) => ({ ...before, ...part }));
  };
  const config = configOf(draft);
  const ready = config !== undefined && draft.name.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) saving.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      width="lg"
      title={source ? `Edit “${source.name}”` : 'New source'}
      description={
        source
          ? undefined
          : 'A database, a bucket, a web address or a folder that pipelines read from and write to.'
      }
      footer={
        <>
          <Button
            size="lg"
            className="mr-auto"
            disabled={!config}
            loading={testing.isPending}
            onClick={() => testing.mutate()}
          >
            Test connection
          </Button>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            type="submit"
            form="source"
            disabled={!ready}
            loading={saving.isPending}
          >
            {source ? 'Save source' : 'Create source'}
          </Button>
        </>
      }
    >
      <form id="source" onSubmit={submit} className="flex flex-col gap-4">
        {!source && (
          <>
            <Field label="Type">
              <Select<SourceType>
                size="lg"
                value={draft.type}
                onChange={(type) => change({ type })}
                options={typeOptions}
              />
            </Field>
            <ConnectionBox type={draft.type} draft={draft} change={change} />
          </>
        )}
        <SourceFields draft={draft} change={change} stored={source?.secretNames ?? []} />
        <div className="grid grid-cols-2 gap-4">
          <Field label="Name" help="Pipelines name the source by it.">
            <Input
              size="lg"
              dir="auto"
              value={draft.name}
              maxLength={200}
              placeholder="shop"
              onChange={(event) => change({ name: event.target.value })}
            />
          </Field>
          <Field label="Environment" help="Which runs may use it.">
            <Select
              size="lg"
              value={draft.environment}
              onChange={(environment) => change({ environment })}
              options={environmentOptions}
            />
          </Field>
        </div>
        <Field label="Description" hint="optional">
          <Textarea
            grow
            dir="auto"
            value={draft.description}
            maxLength={2000}
            placeholder="What it holds, whom to ask"
            onChange={(event) => change({ description: event.target.value })}
          />
        </Field>
        {testing.data && <TestResult result={testing.data} />}
        {testing.error && <FormError title={callError(testing.error).message} />}
        {saving.error && <FormError title={callError(saving.error).message} />}
      </form>
    </Dialog>
  );
}

interface ConnectionBoxProps {
  readonly type: SourceType;
  readonly draft: SourceDraft;
  readonly change: (part: Partial<SourceDraft>) => void;
}

/** A connection string that fills the form. It may hold a password, so it is not kept. */
function ConnectionBox({ type, draft, change }: ConnectionBoxProps) {
  const [text, setText] = useState('');
  const reading = useMutation({
    mutationFn: (given: string) => client.sources.parseConnection({ text: given.trim() }),
    onSuccess: ({ config, secrets }) => {
      change({
        ...configDraft(config),
        secrets: { ...draft.secrets, ...secrets },
        ...(draft.name.trim() === '' && { name: suggestedName(config) }),
      });
      setText('');
    },
  });
  const read = (given: string) => given.trim() !== '' && reading.mutate(given);
  return (
    <div className="grid grid-cols-[1fr_auto] items-start gap-2">
      <Field
        label="Connection string"
        hint="optional"
        help="Paste one to fill in the fields below."
        error={reading.error ? callError(reading.error).message : undefined}
      >
        <Input
          size="lg"
          mono
          value={text}
          placeholder={connectionExamples[type]}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            reading.reset();
            setText(event.target.value);
          }}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData('text');
            if (text === '' && pasted.trim() !== '') read(pasted);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            read(text);
          }}
        />
      </Field>
      <Button
        size="lg"
        className="mt-5"
        disabled={text.trim() === ''}
        loading={reading.isPending}
        onClick={() => read(text)}
      >
        Fill in
      </Button>
    </div>
  );
}

async function testDraft(draft: SourceDraft, source: SourceSummary | undefined) {
  const config = configOf(draft);
  if (!config) throw new Error('The form is not complete.');
  return client.sources.test({
    config,
    secrets: secretsOf(draft, config),
    ...(source ? { secretsOf: source.id } : {}),
  });
}

async function save(draft: SourceDraft, source: SourceSummary | undefined): Promise<SourceSummary> {
  const config = configOf(draft);
  if (!config) throw new Error('The form is not complete.');
  const input = {
    name: draft.name.trim(),
    description: draft.description.trim(),
    config,
    secrets: secretsOf(draft, config),
    environment: draft.environment === 'both' ? null : draft.environment,
  };
  return source ? client.sources.update({ id: source.id, ...input }) : client.sources.create(input);
}
