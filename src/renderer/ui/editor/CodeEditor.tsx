// biome-ignore-all lint/correctness/useExhaustiveDependencies: the editor is made once, later props are sent to it
import type { Completion, CompletionSource } from '@codemirror/autocomplete';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { cx } from '../cx.ts';
import { useFieldProps } from '../field-context.ts';
import { completionOf, type EditorLanguage, fixedExtensions, languageOf } from './extensions.ts';

/** A place in the text that is wrong; offsets count UTF-16 units from the start. */
export interface EditorDiagnostic {
  from: number;
  to: number;
  severity: 'error' | 'warning' | 'info';
  message: string;
}

export interface CodeEditorHandle {
  focus: () => void;
  /** Puts text where the cursor stands, in place of what is selected. */
  insert: (text: string) => void;
}

export interface CodeEditorProps {
  value: string;
  onChange?: (value: string) => void;
  language: EditorLanguage;
  /** Spoken name. */
  label: string;
  /** One line that wraps and grows: for expressions. Enter then submits. */
  singleLine?: boolean;
  lineNumbers?: boolean;
  readOnly?: boolean;
  placeholder?: string;
  /** A list, or a source that is asked as one types. */
  completions?: readonly Completion[] | CompletionSource;
  diagnostics?: readonly EditorDiagnostic[];
  /** Mod-Enter. */
  onSubmit?: (value: string) => void;
  onBlur?: () => void;
  /** Without a frame, filling its parent: for panels. */
  bare?: boolean;
  ref?: Ref<CodeEditorHandle>;
  className?: string;
}

const editable = new Compartment();
const language = new Compartment();
const completion = new Compartment();
const attributes = new Compartment();

function editableOf(readOnly: boolean) {
  return [EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly)];
}

/**
 * A code field. It lives in a shadow root, because there the editor's styles are adopted as a sheet object; in the
 * document it would write a style element, which the content policy refuses. In a `Field` the editor is marked wrong
 * with it, but the label cannot point into the shadow, so `label` is always needed.
 */
export function CodeEditor(props: CodeEditorProps) {
  const { value, singleLine = false, readOnly = false, bare = false, className } = props;
  const field = useFieldProps({});
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  const invalid = field['aria-invalid'] === true;
  useEffect(() => {
    if (!host.current) return;
    view.current = mount(host.current, latest, invalid);
    return () => {
      view.current?.destroy();
      view.current = null;
    };
    // The editor is made once; what can change is sent to it by the effects below.
  }, [singleLine, props.lineNumbers, props.placeholder]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({
      effects: [
        editable.reconfigure(editableOf(readOnly)),
        language.reconfigure(languageOf(props.language)),
        completion.reconfigure(completionOf(props.completions)),
        attributes.reconfigure(named(props.label, invalid, readOnly)),
      ],
    });
  }, [readOnly, props.language, props.completions, props.label, invalid]);
  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, within(props.diagnostics ?? [], editor)));
  }, [props.diagnostics, value]);

  useImperativeHandle(props.ref, () => ({
    focus: () => view.current?.focus(),
    insert: (text) => {
      const editor = view.current;
      if (!editor) return;
      editor.dispatch(editor.state.replaceSelection(text));
      editor.focus();
    },
  }));
  return (
    <div
      ref={host}
      data-typing
      className={cx(
        'min-w-0 [&]:block',
        bare
          ? 'h-full min-h-0'
          : 'overflow-hidden rounded-control border border-line-strong bg-field transition-colors focus-within:border-focus focus-within:ring-1 focus-within:ring-focus hover:border-line-field',
        invalid && !bare && 'border-status-failed hover:border-status-failed',
        readOnly && !bare && 'bg-sunken',
        singleLine && 'max-h-40',
        className,
      )}
    />
  );
}

function mount(host: HTMLDivElement, latest: { current: CodeEditorProps }, invalid: boolean): EditorView {
  const start = latest.current;
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const submit = () => {
    const { onSubmit } = latest.current;
    if (!onSubmit) return false;
    onSubmit(editor.state.doc.toString());
    return true;
  };
  const report = EditorView.updateListener.of((update) => {
    if (update.docChanged) {
      const text = update.state.doc.toString();
      if (text !== latest.current.value) latest.current.onChange?.(text);
    }
    if (update.focusChanged && !update.view.hasFocus) latest.current.onBlur?.();
  });
  const editor: EditorView = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: start.value,
      extensions: [
        fixedExtensions({
          singleLine: start.singleLine ?? false,
          lineNumbers: start.lineNumbers ?? !start.singleLine,
          placeholder: start.placeholder,
          submit,
        }),
        editable.of(editableOf(start.readOnly ?? false)),
        language.of(languageOf(start.language)),
        completion.of(completionOf(start.completions)),
        attributes.of(named(start.label, invalid, start.readOnly ?? false)),
        report,
      ],
    }),
  });
  return editor;
}

function named(label: string, invalid: boolean, readOnly: boolean) {
  const base = { 'aria-label': label, 'aria-invalid': String(invalid) };
  // Text that cannot be edited must still be reachable, to read and copy it.
  return EditorView.contentAttributes.of(
    readOnly ? { ...base, 'aria-readonly': 'true', tabindex: '0' } : base,
  );
}

/** Diagnostics come from text that may be older than what is shown; they are held inside it. */
function within(diagnostics: readonly EditorDiagnostic[], editor: EditorView): Diagnostic[] {
  const { length } = editor.state.doc;
  return diagnostics.map((each) => {
    const from = Math.max(0, Math.min(length, each.from));
    return { ...each, from, to: Math.max(from, Math.min(length, each.to)) };
  });
}
