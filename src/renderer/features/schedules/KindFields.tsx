import { useQuery } from '@tanstack/react-query';
import type { TriggerConfigOf } from '../../../shared/contract/triggers.ts';
import { CronFields } from '../../calendar/CronFields.tsx';
import { missedOptions, missedWords, overlapOptions, overlapWords } from '../../calendar/policies.ts';
import { orpc } from '../../data/client.ts';
import { Checkbox, Combobox, Field, Input, NumberInput, SegmentedControl, Select } from '../../ui/index.ts';
import { inZone, type TriggerForm } from './trigger-form.ts';
import { endWords, fileMissedWords } from './trigger-words.ts';
import { usePipelineNames } from './use-trigger-actions.ts';

interface KindFieldsProps {
  readonly form: TriggerForm;
  readonly set: (change: Partial<TriggerForm>) => void;
}

/** What a trigger of its kind waits for. */
export function KindFields({ form, set }: KindFieldsProps) {
  const { config } = form;
  switch (config.kind) {
    case 'cron':
      return <ScheduleFields form={form} config={config} set={set} />;
    case 'file':
      return <FileFields config={config} change={(part) => set({ config: { ...config, ...part } })} />;
    case 'dataset':
      return <DatasetFields config={config} change={(part) => set({ config: { ...config, ...part } })} />;
    case 'pipeline':
      return (
        <PipelineFields
          form={form}
          config={config}
          change={(part) => set({ config: { ...config, ...part } })}
        />
      );
    case 'webhook':
      return (
        <Field
          label="Calls a minute that may start a run"
          help="Repetitions of a call start nothing and take no place."
        >
          <NumberInput
            integer
            min={1}
            max={6000}
            value={config.perMinute}
            onChange={(perMinute) => set({ config: { ...config, perMinute: perMinute ?? 1 } })}
          />
        </Field>
      );
  }
}

function ScheduleFields({ form, config, set }: KindFieldsProps & { config: TriggerConfigOf<'cron'> }) {
  const change = (part: Partial<TriggerConfigOf<'cron'>>) => set({ config: { ...config, ...part } });
  return (
    <>
      <CronFields
        cron={config.cron}
        timezone={config.timezone}
        startAt={form.startAt}
        endAt={form.endAt}
        onChange={({ timezone, ...part }) =>
          timezone === undefined ? change(part) : set(inZone(form, timezone))
        }
      />
      <Field label="Times that were missed" help={missedWords[config.missed]}>
        <Select value={config.missed} onChange={(missed) => change({ missed })} options={missedOptions} />
      </Field>
      <Field label="While a run is still under way" help={overlapWords[config.overlap]}>
        <Select value={config.overlap} onChange={(overlap) => change({ overlap })} options={overlapOptions} />
      </Field>
      <Field
        label="Spread over"
        help="Each run starts up to so much later, always the same for the same time, so that many schedules do not start at once."
      >
        <NumberInput
          integer
          min={0}
          max={86_400}
          unit="s"
          value={config.jitterSeconds}
          onChange={(jitterSeconds) => change({ jitterSeconds: jitterSeconds ?? 0 })}
        />
      </Field>
    </>
  );
}

interface PartProps<Kind extends 'file' | 'dataset' | 'pipeline'> {
  readonly config: TriggerConfigOf<Kind>;
  readonly change: (part: Partial<TriggerConfigOf<Kind>>) => void;
}

function FileFields({ config, change }: PartProps<'file'>) {
  const files = useQuery(orpc.editor.files.queryOptions({ input: { folder: '' } }));
  const folders = (files.data?.entries ?? []).filter(({ kind }) => kind === 'folder').map(({ path }) => path);
  return (
    <>
      <div className="grid grid-cols-2 gap-4">
        <Field label="Folder" help="Below the files folder, or one that Settings grants.">
          <Combobox
            freeText
            mono
            clearable
            value={config.folder === '' ? null : config.folder}
            onChange={(folder) => change({ folder: folder ?? '' })}
            options={folders.map((path) => ({ value: path, label: path }))}
            placeholder="The files folder"
          />
        </Field>
        <Field label="Names" help="* stands for any characters, ? for one, {csv,parquet} for either.">
          <Input
            mono
            value={config.pattern}
            maxLength={200}
            onChange={(event) => change({ pattern: event.target.value })}
          />
        </Field>
      </div>
      <Checkbox
        checked={config.subfolders}
        onChange={(subfolders) => change({ subfolders })}
        label="Look into subfolders too"
      />
      <Field label="Fires" group>
        <SegmentedControl
          label="Fires"
          value={config.on}
          onChange={(on) => change({ on })}
          options={[
            { value: 'changes', label: 'When a file arrives or changes' },
            { value: 'arrives', label: 'Only when it arrives' },
          ]}
        />
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <Field label="Unchanged for" help="A file that is still being written is waited for.">
          <NumberInput
            integer
            min={1}
            max={3600}
            unit="s"
            value={config.stableSeconds}
            onChange={(stableSeconds) => change({ stableSeconds: stableSeconds ?? 1 })}
          />
        </Field>
        <Field label="Files that came while Sluice was closed" help={fileMissedWords[config.missed]}>
          <Select value={config.missed} onChange={(missed) => change({ missed })} options={missedOptions} />
        </Field>
      </div>
    </>
  );
}

function DatasetFields({ config, change }: PartProps<'dataset'>) {
  const { data = [] } = useQuery(orpc.datasets.list.queryOptions({ input: {} }));
  const names = [...new Set(data.map(({ name }) => name))];
  return (
    <Field label="Dataset" help="Fires whenever a run publishes a new version of it. It need not exist yet.">
      <Combobox
        freeText
        value={config.dataset === '' ? null : config.dataset}
        onChange={(dataset) => change({ dataset: dataset ?? '' })}
        options={names.map((name) => ({ value: name, label: name }))}
        placeholder="Choose or name a dataset"
      />
    </Field>
  );
}

function PipelineFields({ form, config, change }: PartProps<'pipeline'> & { form: TriggerForm }) {
  const { pipelines } = usePipelineNames();
  return (
    <>
      <Field label="Pipeline that it watches">
        <Combobox
          value={config.pipelineId === '' ? null : config.pipelineId}
          onChange={(pipelineId) => change({ pipelineId: pipelineId ?? '' })}
          options={pipelines
            .filter(({ id }) => id !== form.pipelineId)
            .map(({ id, name }) => ({ value: id, label: name }))}
          placeholder="Choose a pipeline"
        />
      </Field>
      <Field label="Fires when a run of it" group>
        <div className="flex gap-4">
          {(['succeeded', 'failed', 'cancelled'] as const).map((end) => (
            <Checkbox
              key={end}
              label={endWords[end]}
              checked={config.on.includes(end)}
              onChange={(on) =>
                change({ on: on ? [...config.on, end] : config.on.filter((each) => each !== end) })
              }
            />
          ))}
        </div>
      </Field>
    </>
  );
}
