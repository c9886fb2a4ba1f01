import type { Environment, KeyPlan } from '../../../shared/contract/domain.ts';
import { planLines, planOptions } from '../../access/key-words.ts';
import { PipelinePicker } from '../../access/PipelinePicker.tsx';
import { presetOf, presets } from '../../access/presets.ts';
import { Field, Input, NumberInput, SegmentedControl, Select } from '../../ui/index.ts';
import { FolderList } from './FolderList.tsx';
import { type KeyDraft, type Lifetime, lifetimes, mostDays } from './key-draft.ts';
import { ScopeMatrix } from './ScopeMatrix.tsx';

interface KeyFieldsProps {
  readonly draft: KeyDraft;
  readonly change: (part: Partial<KeyDraft>) => void;
  /** A key's environment and lifetime are settled when it is made. */
  readonly existing?: boolean;
  /** Why a folder was refused. */
  readonly folderError?: string | undefined;
}

/** Everything that can be said of a key: who uses it, what it may do, how often, where. */
export function KeyFields({ draft, change, existing = false, folderError }: KeyFieldsProps) {
  return (
    <>
      <Field label="Name" help="Who or what uses it, so that you know which one to revoke.">
        <Input
          size="lg"
          dir="auto"
          value={draft.name}
          maxLength={200}
          placeholder="Nightly export script"
          onChange={(event) => change({ name: event.target.value })}
        />
      </Field>
      <Rights draft={draft} change={change} />
      {!existing && <Life draft={draft} change={change} />}
      <Plan plan={draft.plan} change={change} />
      <Pipelines draft={draft} change={change} />
      <FolderList value={draft.folders} onChange={(folders) => change({ folders })} error={folderError} />
    </>
  );
}

type PartProps = Pick<KeyFieldsProps, 'draft' | 'change'>;
const own = 'own';

function Rights({ draft, change }: PartProps) {
  const preset = presetOf(draft.scopes);
  const choose = (value: string) => {
    const next = presets.find((each) => each.value === value);
    // From "Everything" one starts with all boxes ticked, and takes away.
    if (next) change({ scopes: next.scopes });
    else if (draft.scopes.includes('all'))
      change({ scopes: presets.find((each) => each.value === 'write')?.scopes ?? [] });
  };
  return (
    <div className="flex flex-col gap-2">
      <Field label="It may">
        <Select
          size="lg"
          value={preset?.value ?? own}
          onChange={choose}
          options={[
            ...presets.map(({ value, label, note }) => ({ value, label, note })),
            ...(preset ? [] : [{ value: own, label: 'As chosen below' }]),
          ]}
        />
      </Field>
      {draft.scopes.includes('all') ? (
        <p className="text-meta text-muted">
          At every API, with webhooks, tokens and data sources, and whatever later versions add. Choose
          another line for a key that leaves this machine.
        </p>
      ) : (
        <ScopeMatrix value={draft.scopes} onChange={(scopes) => change({ scopes })} />
      )}
    </div>
  );
}

const environments: readonly { value: Environment; label: string }[] = [
  { value: 'live', label: 'Live' },
  { value: 'sandbox', label: 'Sandbox' },
];

function Life({ draft, change }: PartProps) {
  return (
    <div className="grid grid-cols-2 items-start gap-4">
      <Field
        label="Environment"
        group
        help="A sandbox key has runs, datasets and pipelines of its own; live ones are not there for it."
      >
        <SegmentedControl
          label="Environment"
          value={draft.environment}
          onChange={(environment) => change({ environment })}
          options={environments}
        />
      </Field>
      <Field label="Expires after" group>
        <div className="flex gap-2">
          <Select<Lifetime>
            size="lg"
            aria-label="Expires after"
            value={draft.lifetime}
            onChange={(lifetime) => change({ lifetime })}
            options={lifetimes}
          />
          {draft.lifetime === 'days' && (
            <NumberInput
              size="lg"
              integer
              aria-label="Days"
              unit="days"
              min={1}
              max={mostDays}
              value={draft.days}
              onChange={(days) => change({ days })}
            />
          )}
        </div>
      </Field>
    </div>
  );
}

function Plan({ plan, change }: { plan: KeyPlan; change: KeyFieldsProps['change'] }) {
  return (
    <div>
      <Field label="Plan">
        <Select size="lg" value={plan} onChange={(next) => change({ plan: next })} options={planOptions} />
      </Field>
      <ul aria-label="Limits of the plan" className="mt-1 text-meta text-muted">
        {planLines(plan).map(({ doors, limits }) => (
          <li key={limits}>
            {doors}: <span className="text-ink nums">{limits}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Pipelines({ draft, change }: PartProps) {
  const { pipelineIds, environment } = draft;
  const limited = pipelineIds !== null;
  return (
    <Field
      label="Pipelines"
      group
      help={
        limited
          ? 'Others are not there for it, nor their runs and datasets, and it makes no new ones. A pipeline’s “API access” adds it too.'
          : 'Every pipeline of its environment, also those to come.'
      }
    >
      <div className="flex items-center gap-2">
        <SegmentedControl
          label="Pipelines it reaches"
          value={limited ? 'some' : 'all'}
          onChange={(which) => change({ pipelineIds: which === 'all' ? null : [] })}
          options={[
            { value: 'all', label: 'All' },
            { value: 'some', label: 'Only some' },
          ]}
        />
        {limited && (
          <PipelinePicker
            value={pipelineIds}
            environment={environment}
            onChange={(ids) => change({ pipelineIds: ids })}
          />
        )}
      </div>
    </Field>
  );
}
