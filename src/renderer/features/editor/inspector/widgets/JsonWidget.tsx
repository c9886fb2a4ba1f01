import { useState } from 'react';
import { CodeEditor } from '../../../../ui/index.ts';
import type { WidgetProps } from '../widget-props.ts';

const textOf = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value, null, 2));

/** A JSON value as text. What is no JSON yet stays in the editor and out of the document. */
export function JsonWidget({ field, value, onChange }: WidgetProps) {
  const [draft, setDraft] = useState<{ text: string; of: string }>();
  const stored = textOf(value);
  // An undo, or another window, has changed the value: the text being written was about the old one.
  const current = draft && draft.of === stored ? draft : undefined;
  const change = (text: string) => {
    const parsed = parse(text);
    if (parsed.ok) {
      setDraft({ text, of: textOf(parsed.value) });
      onChange(parsed.value, true);
    } else setDraft({ text, of: stored });
  };
  const wrong = current && !parse(current.text).ok;
  return (
    <>
      <CodeEditor
        language="json"
        value={current?.text ?? stored}
        onChange={change}
        label={field.hint.label}
        placeholder={field.hint.placeholder}
        className="min-h-28"
      />
      {wrong && (
        <p role="status" className="mt-1 text-meta text-status-warning">
          This is no JSON yet; what was there before counts until it is.
        </p>
      )}
    </>
  );
}

function parse(text: string): { readonly ok: boolean; readonly value?: unknown } {
  if (text.trim() === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}
