import { Plus, X } from 'lucide-react';
import {
  type ParameterType,
  type PipelineDocument,
  type PipelineParameter,
  parameterTypes,
} from '../../../../shared/pipeline/document.ts';
import { Button, IconButton, Input, Select } from '../../../ui/index.ts';
import { parameterExamples, readParameter } from '../run/parameter-values.ts';
import { useDocument, useEditor } from '../state/editor-context.ts';

type Parameters = PipelineDocument['parameters'];

/** The values a run may be given: name, type, default. Expressions use them as `$name`. */
export function ParametersEditor() {
  const { actions } = useEditor();
  const parameters = useDocument((document) => document.parameters);
  const entries = Object.entries(parameters);
  const set = (next: [string, PipelineParameter][], name = 'change parameters') =>
    actions.edit(name, (document) => ({ ...document, parameters: Object.fromEntries(next) as Parameters }));
  const replace = (index: number, entry: [string, PipelineParameter]) =>
    set(entries.map((old, at) => (at === index ? entry : old)));
  const add = () => {
    let count = entries.length + 1;
    while (Object.hasOwn(parameters, `parameter_${count}`)) count += 1;
    set([...entries, [`parameter_${count}`, { type: 'text' }]], 'add parameter');
  };
  return (
    <section aria-label="Parameters" className="border-t border-line pt-3">
      <h3 className="text-meta font-medium">Parameters</h3>
      <p className="mb-2 text-meta text-muted">
        Values given when a run starts. Expressions use them as $name.
      </p>
      <div className="space-y-2">
        {entries.map(([name, parameter], index) => (
          <div
            key={name}
            className="grid grid-cols-[1fr_96px_auto] gap-1 rounded-md border border-line bg-sunken p-1.5"
          >
            <NameInput
              name={name}
              taken={(text) => text !== name && Object.hasOwn(parameters, text)}
              onChange={(next) => replace(index, [next, parameter])}
            />
            <Select<ParameterType>
              value={parameter.type}
              aria-label={`Type of ${name}`}
              options={parameterTypes.map((type) => ({ value: type, label: type }))}
              onChange={(type) => replace(index, [name, refit(parameter, type)])}
            />
            <IconButton
              icon={X}
              label={`Remove ${name}`}
              onClick={() =>
                set(
                  entries.filter((_entry, at) => at !== index),
                  'remove parameter',
                )
              }
            />
            <DefaultInput
              key={`${parameter.type} ${parameter.default ?? ''}`}
              name={name}
              parameter={parameter}
              onChange={(next) => replace(index, [name, next])}
            />
          </div>
        ))}
      </div>
      <Button size="sm" variant="ghost" icon={Plus} className="mt-1" onClick={add}>
        Add parameter
      </Button>
    </section>
  );
}

function NameInput({
  name,
  taken,
  onChange,
}: {
  name: string;
  taken: (text: string) => boolean;
  onChange: (name: string) => void;
}) {
  const fits = (text: string) => /^[a-z_][a-z0-9_]{0,62}$/i.test(text) && !taken(text);
  return (
    <Input
      mono
      defaultValue={name}
      aria-label="Name of the parameter"
      onChange={(event) => event.target.setAttribute('aria-invalid', String(!fits(event.target.value)))}
      onBlur={(event) => {
        const text = event.target.value.trim();
        if (text === name) return;
        if (fits(text)) onChange(text);
        else {
          event.target.value = name;
          event.target.removeAttribute('aria-invalid');
        }
      }}
    />
  );
}

function DefaultInput({
  name,
  parameter,
  onChange,
}: {
  name: string;
  parameter: PipelineParameter;
  onChange: (next: PipelineParameter) => void;
}) {
  return (
    <Input
      mono
      className="col-span-3"
      defaultValue={parameter.default === undefined ? '' : String(parameter.default)}
      placeholder={`default, e.g. ${parameterExamples[parameter.type]}; empty asks every run`}
      aria-label={`Default of ${name}`}
      onChange={(event) => {
        const text = event.target.value;
        event.target.setAttribute(
          'aria-invalid',
          String(text !== '' && readParameter(text, parameter.type) === undefined),
        );
      }}
      onBlur={(event) => {
        const text = event.target.value;
        const value = text === '' ? undefined : readParameter(text, parameter.type);
        if (value === parameter.default || (text !== '' && value === undefined)) return;
        const { default: _old, ...rest } = parameter;
        onChange(value === undefined ? rest : { ...rest, default: value });
      }}
    />
  );
}

/** A parameter of another type keeps its default where it still reads as one. */
function refit(parameter: PipelineParameter, type: ParameterType): PipelineParameter {
  const { default: old, ...rest } = parameter;
  const value = old === undefined ? undefined : readParameter(String(old), type);
  return { ...rest, type, ...(value !== undefined && { default: value }) };
}
