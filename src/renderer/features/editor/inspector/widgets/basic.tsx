import { Input, NumberInput, SegmentedControl, Select, Switch, Textarea } from '../../../../ui/index.ts';
import { ListEditor } from '../ListEditor.tsx';
import { list, type WidgetProps } from '../widget-props.ts';

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

export function TextWidget({ field, value, onChange }: WidgetProps) {
  return (
    <Input
      value={textOf(value ?? field.fallback)}
      placeholder={field.hint.placeholder}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value, true)}
    />
  );
}

export function TextAreaWidget({ field, value, onChange }: WidgetProps) {
  return (
    <Textarea
      grow
      value={textOf(value ?? field.fallback)}
      placeholder={field.hint.placeholder}
      onChange={(event) => onChange(event.target.value, true)}
    />
  );
}

export function NumberWidget({ field, value, onChange }: WidgetProps) {
  const shown = value ?? field.fallback;
  return (
    <NumberInput
      value={typeof shown === 'number' ? shown : null}
      min={field.limits.min}
      max={field.limits.max}
      integer={field.limits.integer}
      placeholder={field.hint.placeholder}
      onChange={(next) => onChange(next ?? undefined, true)}
    />
  );
}

export function SwitchWidget({ field, value, onChange }: WidgetProps) {
  return <Switch checked={(value ?? field.fallback) === true} onChange={onChange} />;
}

/** Up to three short choices are all shown; more become a menu. */
export function ChoiceWidget({ field, value, onChange }: WidgetProps) {
  const choices = field.choices ?? [];
  // A file written by hand may say true and false where the menu says yes and no.
  const given = value === true ? 'yes' : value === false ? 'no' : (value ?? field.fallback);
  const current = typeof given === 'string' ? given : null;
  // Each gets the same width, so the longest decides whether all can be read.
  const longest = Math.max(0, ...choices.map(({ label }) => label.length));
  if (choices.length <= 3 && longest * choices.length <= 36 && current !== null) {
    return (
      <SegmentedControl
        full
        label={field.hint.label}
        value={current}
        options={[...choices]}
        onChange={onChange}
      />
    );
  }
  return <Select value={current} options={choices} onChange={onChange} aria-label={field.hint.label} />;
}

export function TextsWidget({ field, value, onChange }: WidgetProps) {
  return (
    <ListEditor<string>
      items={list<string>(value)}
      noun="text"
      fixedOrder
      make={() => ''}
      onChange={onChange}
      render={(text, index, change) => (
        <Input
          value={text}
          aria-label={`${field.hint.label} ${index + 1}`}
          placeholder={field.hint.placeholder}
          onChange={(event) => change(event.target.value)}
        />
      )}
    />
  );
}
