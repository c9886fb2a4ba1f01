import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import {
  defaultAttempts,
  mostAttempts,
  shapeEvents,
  type WebhookShape,
  type WebhookSummary,
} from '../../../shared/contract/webhooks.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Button,
  Dialog,
  Field,
  FormError,
  Input,
  MultiCombobox,
  NumberInput,
  Select,
} from '../../ui/index.ts';
import { EventPicker } from './EventPicker.tsx';
import { isTaken } from './event-choice.ts';
import { environmentOptions, shapeOptions } from './webhook-words.ts';

interface WebhookDialogProps {
  /** Left out to make a new one. */
  readonly webhook?: WebhookSummary;
  readonly close: () => void;
  /** Called with what was made, and the secret that is shown this once. */
  readonly onCreated?: (webhook: WebhookSummary, secret: string) => void;
}

interface Draft {
  readonly name: string;
  readonly url: string;
  readonly shape: WebhookShape;
  readonly events: readonly string[];
  readonly pipelineIds: readonly string[];
  readonly resourceTypes: readonly string[];
  readonly environment: 'both' | 'live' | 'sandbox';
  readonly retries: number | null;
  readonly secret: string;
}

function draftOf(webhook: WebhookSummary | undefined): Draft {
  return {
    name: webhook?.name ?? '',
    url: webhook?.url ?? '',
    shape: webhook?.shape ?? 'sluice',
    events: webhook?.events ?? ['run.succeeded', 'run.failed', 'run.cancelled'],
    pipelineIds: webhook?.pipelineIds ?? [],
    resourceTypes: webhook?.resourceTypes ?? [],
    environment: webhook?.environment ?? 'both',
    retries: (webhook?.maxAttempts ?? defaultAttempts) - 1,
    secret: '',
  };
}

/** Those of today; a door may bring more, so others can be typed. */
const resourceTypes: Record<WebhookShape, readonly string[]> = {
  sluice: ['schedule', 'trigger', 'webhook'],
  job: [],
  resource: ['workflow', 'schedule', 'trigger', 'webhook'],
};

/** What every event of the other shapes is called, so that a change of shape leaves nothing that cannot happen. */
const eventsOf: Record<WebhookShape, string[]> = {
  sluice: ['run.succeeded', 'run.failed', 'run.cancelled'],
  job: ['job.completed', 'job.failed'],
  resource: ['*'],
};

/** Makes a webhook, or changes one: where to send, which events, how stubbornly. */
export function WebhookDialog({ webhook, close, onCreated }: WebhookDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(webhook));
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const saving = useMutation({
    mutationFn: async () => {
      if (webhook) await client.webhooks.update({ id: webhook.id, ...inputOf(draft) });
      else {
        const made = await client.webhooks.create({
          ...inputOf(draft),
          shape: draft.shape,
          ...(draft.secret !== '' && { secret: draft.secret }),
        });
        onCreated?.(made.webhook, made.secret);
      }
      close();
    },
  });
  const address = useRef<HTMLInputElement>(null);
  const addressError = addressErrorOf(saving.error);
  // The form is long: the field that is wrong may be out of sight.
  useEffect(() => {
    if (addressError) address.current?.focus();
  }, [addressError]);
  const ready = draft.url.trim() !== '' && draft.events.length > 0 && draft.retries !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) saving.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      width="lg"
      title={webhook ? `Edit “${webhook.name}”` : 'New webhook'}
      description={webhook ? undefined : 'Sluice sends a signed POST to an address when something happens.'}
      footer={
        <>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            type="submit"
            form="webhook"
            disabled={!ready}
            loading={saving.isPending}
          >
            {webhook ? 'Save webhook' : 'Create webhook'}
          </Button>
        </>
      }
    >
      <form id="webhook" onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Address"
          help="Also on this machine or your network. Redirects are not followed."
          error={addressError}
        >
          <Input
            ref={address}
            size="lg"
            mono
            value={draft.url}
            maxLength={2000}
            placeholder="http://127.0.0.1:8000/sluice"
            onChange={(event) => {
              saving.reset();
              change({ url: event.target.value });
            }}
          />
        </Field>
        <Field label="Name" hint="optional">
          <Input
            size="lg"
            value={draft.name}
            maxLength={200}
            placeholder="What it is for"
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
        {!webhook && (
          <Field label="Body" help="Another API’s body is for receivers that were written for that API.">
            <Select
              size="lg"
              value={draft.shape}
              onChange={(shape) => change({ shape, events: eventsOf[shape] })}
              options={shapeOptions}
            />
          </Field>
        )}
        {draft.shape !== 'job' && (
          // A field names one control; these boxes name themselves.
          <fieldset>
            <legend className="mb-1 text-meta font-medium">Events</legend>
            <EventPicker shape={draft.shape} value={draft.events} onChange={(events) => change({ events })} />
          </fieldset>
        )}
        <Scope draft={draft} change={change} />
        {!webhook && (
          <Field label="Secret" hint="optional" help="Left empty, a strong one is made and shown once.">
            <Input
              size="lg"
              mono
              value={draft.secret}
              maxLength={200}
              autoComplete="off"
              placeholder="Your own, 16 characters or more"
              onChange={(event) => change({ secret: event.target.value.trim() })}
            />
          </Field>
        )}
        {saving.error && !addressError && <FormError title={callError(saving.error).message} />}
      </form>
    </Dialog>
  );
}

/** What is wrong with the address, where a refusal is about it. */
function addressErrorOf(failure: Error | null): string | undefined {
  if (!failure) return undefined;
  const { code, message, details } = callError(failure);
  return code === 'address_refused' || details.field === 'url' ? message : undefined;
}

interface ScopeProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
}

function Scope({ draft, change }: ScopeProps) {
  const pipelines = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  return (
    <>
      <Field label="Pipelines" help="Chosen ones narrow it to events of these pipelines.">
        <MultiCombobox
          size="lg"
          value={draft.pipelineIds}
          onChange={(pipelineIds) => change({ pipelineIds })}
          placeholder="All pipelines"
          searchPlaceholder="Search pipelines"
          options={(pipelines.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Field>
      {shapeEvents[draft.shape].some(
        (type) => type.startsWith('resource.') && isTaken(draft.events, type),
      ) && (
        <Field label="Resource types" help="Chosen ones narrow the events resource.* to these.">
          <MultiCombobox
            size="lg"
            freeText
            value={draft.resourceTypes}
            onChange={(resourceTypes) => change({ resourceTypes })}
            placeholder="All types"
            searchPlaceholder="Search types or type a new one"
            options={resourceTypes[draft.shape].map((type) => ({ value: type, label: type }))}
          />
        </Field>
      )}
      <div className="grid grid-cols-2 gap-4">
        <Field label="Environment">
          <Select
            size="lg"
            value={draft.environment}
            onChange={(environment) => change({ environment })}
            options={environmentOptions}
          />
        </Field>
        <Field label="Retries" help="After 5 s, 5 min, 30 min, 2 h, and so on up to a day.">
          <NumberInput
            size="lg"
            integer
            min={0}
            max={mostAttempts - 1}
            value={draft.retries}
            onChange={(retries) => change({ retries })}
          />
        </Field>
      </div>
    </>
  );
}

function inputOf(draft: Draft) {
  const name = draft.name.trim();
  return {
    ...(name !== '' && { name }),
    url: draft.url.trim(),
    events: [...draft.events],
    pipelineIds: [...draft.pipelineIds],
    resourceTypes: [...draft.resourceTypes],
    environment: draft.environment === 'both' ? null : draft.environment,
    maxAttempts: (draft.retries ?? 0) + 1,
  };
}
