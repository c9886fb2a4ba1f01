import { useState } from 'react';
import type { PipelineParameter } from '../../../../shared/pipeline/document.ts';
import { Button, Dialog, Field, Input, Select } from '../../../ui/index.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { type ParameterValue, parameterExamples, readParameter, rememberValues } from './parameter-values.ts';
import { useRunControl } from './run-context.ts';

/** Asks for the values a run needs; those with a default may be left as they are. */
export function RunParametersDialog() {
  const { view, pipelineId } = useEditor();
  const runs = useRunControl();
  const open = useView((state) => state.dialog === 'run-parameters');
  const parameters = useDocument((document) => document.parameters);
  const given = useView((state) => state.parameters);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const names = Object.keys(parameters);
  const textOf = (name: string) => texts[name] ?? String(given[name] ?? '');
  const read = names.map((name) => {
    const parameter = parameters[name];
    const text = textOf(name);
    const left = text === '' && parameter?.default !== undefined;
    return {
      name,
      parameter,
      text,
      left,
      value: parameter && !left ? readParameter(text, parameter.type) : undefined,
    };
  });
  const ready = read.every(
    ({ left, value, text, parameter }) =>
      left || (value !== undefined && (text !== '' || parameter?.type === 'text')),
  );
  const close = () => {
    setTexts({});
    view.setState({ dialog: undefined });
  };
  const run = () => {
    const values: Record<string, ParameterValue> = {};
    for (const { name, value, left } of read) if (!left && value !== undefined) values[name] = value;
    view.setState({ parameters: values });
    rememberValues(pipelineId, values);
    close();
    void runs.resume();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title="Values for this run"
      width="sm"
      footer={
        <>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button size="lg" variant="primary" disabled={!ready} onClick={run}>
            Run
          </Button>
        </>
      }
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) run();
        }}
      >
        {read.map(({ name, parameter, text, value, left }) =>
          parameter ? (
            <Field
              key={name}
              label={name}
              hint={parameter.type}
              help={parameter.description}
              required={parameter.default === undefined}
              error={
                text !== '' && !left && value === undefined
                  ? `Write a ${parameter.type}, such as ${parameterExamples[parameter.type]}.`
                  : undefined
              }
            >
              <ValueInput
                parameter={parameter}
                text={text}
                onChange={(next) => setTexts({ ...texts, [name]: next })}
              />
            </Field>
          ) : null,
        )}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

interface ValueInputProps {
  parameter: PipelineParameter;
  text: string;
  onChange: (text: string) => void;
}

export function ValueInput({ parameter, text, onChange }: ValueInputProps) {
  const fallback =
    parameter.default === undefined ? parameterExamples[parameter.type] : `${parameter.default}`;
  if (parameter.type === 'boolean') {
    const options = [
      { value: 'true', label: 'true' },
      { value: 'false', label: 'false' },
    ];
    return (
      <Select
        size="lg"
        value={text === '' ? null : text}
        placeholder={fallback}
        options={options}
        onChange={onChange}
      />
    );
  }
  return (
    <Input
      size="lg"
      mono={parameter.type !== 'text'}
      value={text}
      placeholder={fallback}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
