import { parseDuration } from '../../../../shared/kernel/time.ts';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { Field, Input, NumberInput, Textarea } from '../../../ui/index.ts';
import { useDocument, useEditor } from '../state/editor-context.ts';
import { ParametersEditor } from './ParametersEditor.tsx';
import { ScheduleEditor } from './ScheduleEditor.tsx';

/** Settings of the pipeline itself: shown while no step is selected. */
export function PipelineInspector() {
  const { actions } = useEditor();
  const document = useDocument((current) => current);
  const set = (name: string, patch: Partial<PipelineDocument>, typing = false) =>
    actions.edit(
      `change ${name}`,
      (before) => {
        const next = { ...before, ...patch };
        for (const key of ['description', 'retry', 'timeout'] as const)
          if (next[key] === undefined || next[key] === '') delete next[key];
        return next;
      },
      typing ? `pipeline ${name}` : undefined,
    );
  const attempts = document.retry?.attempts ?? 1;
  return (
    <>
      <header className="border-b border-line px-4 pt-3 pb-2.5">
        <h2 className="text-title font-semibold">Pipeline</h2>
        <p className="text-meta text-muted">Select a step to see its settings.</p>
      </header>
      <div className="min-h-0 flex-1 space-y-4 overflow-y-auto px-4 py-3">
        <NameField key={document.name} name={document.name} onChange={(name) => set('name', { name })} />
        <Field label="Description">
          <Textarea
            grow
            value={document.description ?? ''}
            placeholder="What it makes, and for whom"
            maxLength={10_000}
            onChange={(event) => set('description', { description: event.target.value }, true)}
          />
        </Field>
        <ParametersEditor />
        <ScheduleEditor />
        <section aria-label="Runs" className="space-y-3 border-t border-line pt-3">
          <Field
            label="Attempts after an interruption"
            help="A run that was cut short because Sluice itself ended is started again, up to so many attempts in all."
          >
            <NumberInput
              integer
              min={1}
              max={20}
              value={attempts}
              onChange={(next) =>
                set(
                  'attempts',
                  {
                    retry:
                      next === null || next <= 1
                        ? undefined
                        : {
                            backoff: 'exponential',
                            delay: '5s',
                            jitter: true,
                            ...document.retry,
                            attempts: next,
                          },
                  },
                  true,
                )
              }
            />
          </Field>
          <Field label="Time limit" help="A run that takes longer is stopped: 30m, 1h30m. Empty is no limit.">
            <DurationInput
              label="Time limit"
              value={document.timeout ?? ''}
              placeholder="no limit"
              onChange={(timeout) => set('time limit', { timeout: timeout || undefined })}
            />
          </Field>
        </section>
      </div>
    </>
  );
}

function NameField({ name, onChange }: { name: string; onChange: (name: string) => void }) {
  return (
    <Field label="Name">
      <Input
        dir="auto"
        defaultValue={name}
        maxLength={200}
        onBlur={(event) => {
          const text = event.target.value.trim();
          if (text === '') event.target.value = name;
          else if (text !== name) onChange(text);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
    </Field>
  );
}

interface DurationInputProps {
  label: string;
  value: string;
  placeholder?: string;
  onChange: (text: string) => void;
}

/** "30m", "1h30m": taken when it is left and reads as a duration. */
function DurationInput({ label, value, placeholder, onChange }: DurationInputProps) {
  return (
    <Input
      key={value}
      mono
      aria-label={label}
      defaultValue={value}
      placeholder={placeholder}
      onChange={(event) => {
        const text = event.target.value.trim();
        event.target.setAttribute('aria-invalid', String(text !== '' && parseDuration(text) === undefined));
      }}
      onBlur={(event) => {
        const text = event.target.value.trim();
        if (text !== '' && parseDuration(text) === undefined) event.target.value = value;
        else if (text !== value) onChange(text);
      }}
    />
  );
}
