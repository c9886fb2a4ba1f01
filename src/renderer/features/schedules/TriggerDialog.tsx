import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TriggerKind, TriggerSummary } from '../../../shared/contract/triggers.ts';
import { fieldTime, zoneField } from '../../calendar/zones.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Button,
  Combobox,
  Dialog,
  Field,
  FormError,
  Input,
  SegmentedControl,
  toast,
} from '../../ui/index.ts';
import { KindFields } from './KindFields.tsx';
import { SecretDialog } from './SecretDialog.tsx';
import { formOf, missingOf, newForm, settingsOf, type TriggerForm, zoneOf } from './trigger-form.ts';
import { kindLook, placeHelp } from './trigger-words.ts';
import { usePipelineNames } from './use-trigger-actions.ts';

type TriggerDialogProps = { readonly close: () => void } & (
  | { readonly kind: TriggerKind }
  | { readonly trigger: TriggerSummary }
);

/** Makes a trigger or changes one; the secret of an inbound call is shown after it was made. */
export function TriggerDialog(props: TriggerDialogProps) {
  const { close } = props;
  const trigger = 'trigger' in props ? props.trigger : undefined;
  const [form, setForm] = useState<TriggerForm>(() =>
    'trigger' in props ? formOf(props.trigger) : newForm(props.kind),
  );
  const cache = useQueryClient();
  const save = useMutation({
    mutationFn: async () => {
      if (trigger) {
        await client.triggers.update({ id: trigger.id, ...settingsOf(form) });
        return undefined;
      }
      return client.triggers.create({ pipelineId: form.pipelineId ?? '', ...settingsOf(form) });
    },
    onSuccess: async (made) => {
      await cache.invalidateQueries({ queryKey: orpc.triggers.key() });
      if (made?.secret) return;
      toast.success(trigger ? `Saved “${form.name.trim()}”` : `Made “${form.name.trim()}”`);
      close();
    },
  });
  const made = save.data;
  if (made?.secret)
    return (
      <SecretDialog name={made.name} hookPath={made.hookPath ?? ''} secret={made.secret} close={close} />
    );
  const missing = missingOf(form);
  const { title } = kindLook[form.config.kind];
  return (
    <Dialog
      open
      width="lg"
      onOpenChange={(open) => !open && close()}
      title={trigger ? `Edit “${trigger.name}”` : `New ${title.toLowerCase()}`}
      description={trigger ? undefined : `Runs a pipeline ${lowerFirst(kindLook[form.config.kind].note)}.`}
      footer={
        <>
          {missing && <span className="mr-auto self-center text-meta text-muted">{missing}</span>}
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            disabled={missing !== undefined}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            {trigger ? 'Save' : 'Create'}
          </Button>
        </>
      }
    >
      <TriggerFields
        form={form}
        isNew={trigger === undefined}
        set={(change) => setForm({ ...form, ...change })}
      />
      {save.error && (
        <div className="mt-4">
          <FormError title={callError(save.error).message} />
        </div>
      )}
    </Dialog>
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

interface TriggerFieldsProps {
  readonly form: TriggerForm;
  readonly isNew: boolean;
  readonly set: (change: Partial<TriggerForm>) => void;
}

function TriggerFields({ form, isNew, set }: TriggerFieldsProps) {
  const { pipelines } = usePipelineNames();
  const zone = zoneOf(form);
  const chosen = pipelines.find(({ id }) => id === form.pipelineId);
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-2 gap-4">
        <Field label="Pipeline that it runs" disabled={!isNew}>
          <Combobox
            size="lg"
            value={form.pipelineId}
            onChange={(pipelineId) => {
              const name = pipelines.find(({ id }) => id === pipelineId)?.name ?? '';
              set({
                pipelineId,
                parameters: {},
                name: form.name === '' || form.name === chosen?.name ? name : form.name,
              });
            }}
            options={pipelines.map(({ id, name }) => ({ value: id, label: name }))}
            placeholder="Choose a pipeline"
          />
        </Field>
        <Field label="Name">
          <Input
            size="lg"
            dir="auto"
            value={form.name}
            maxLength={200}
            placeholder="Nightly"
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
      </div>
      <KindFields form={form} set={set} />
      {form.pipelineId && <ParameterFields form={form} set={set} />}
      <details className="rounded-md border border-line px-3 py-2">
        <summary className="cursor-pointer font-medium">From when, until when, and where</summary>
        <div className="mt-3 grid grid-cols-2 gap-4">
          <Field label="Not before" hint="optional" help={`Time in ${zone}.`}>
            <Input
              type="datetime-local"
              value={zoneField(form.startAt, zone)}
              onChange={(event) => set({ startAt: fieldTime(event.target.value, zone) })}
            />
          </Field>
          <Field label="No more from" hint="optional" help={`Time in ${zone}.`}>
            <Input
              type="datetime-local"
              value={zoneField(form.endAt, zone)}
              onChange={(event) => set({ endAt: fieldTime(event.target.value, zone) })}
            />
          </Field>
          <Field label="Environment" group help="Runs and datasets of the sandbox are kept apart.">
            <SegmentedControl
              label="Environment"
              value={form.environment}
              onChange={(environment) => set({ environment })}
              options={[
                { value: 'live', label: 'Live' },
                { value: 'sandbox', label: 'Sandbox' },
              ]}
            />
          </Field>
        </div>
      </details>
    </div>
  );
}

/** A value for each parameter of the chosen pipeline; an empty one leaves the default. */
function ParameterFields({ form, set }: Omit<TriggerFieldsProps, 'isNew'>) {
  const { data } = useQuery(orpc.pipelines.get.queryOptions({ input: { id: form.pipelineId ?? '' } }));
  const parameters = Object.entries(data?.document.parameters ?? {});
  if (parameters.length === 0) return null;
  return (
    <section aria-label="Parameters" className="flex flex-col gap-2">
      <h3 className="font-medium">Parameters of its runs</h3>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3">
        {parameters.map(([name, { type, default: usual }]) => (
          <Field key={name} label={<span className="font-mono text-data">{name}</span>} hint={type}>
            <Input
              mono
              value={form.parameters[name] ?? ''}
              placeholder={usual === undefined ? 'must be given' : String(usual)}
              onChange={(event) => set({ parameters: { ...form.parameters, [name]: event.target.value } })}
            />
          </Field>
        ))}
      </div>
      <p className="text-meta text-muted">{placeHelp[form.config.kind]}</p>
    </section>
  );
}
