import {
  autocompletion,
  type Completion,
  type CompletionSource,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { sql } from '@codemirror/lang-sql';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { editorTheme } from './editor-theme.ts';

export type EditorLanguage = 'sql' | 'json' | 'yaml' | 'text';

/** Text put in place of line breaks when something is pasted into a one-line editor. */
const joinedLines = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, ' ');
  return [
    {
      changes: { from: 0, to: transaction.startState.doc.length, insert: text },
      selection: { anchor: text.length },
    },
  ];
});

const languages: Record<EditorLanguage, () => Extension> = {
  sql: () => sql({ upperCaseKeywords: true }),
  json,
  yaml,
  text: () => [],
};

export function languageOf(language: EditorLanguage): Extension {
  return languages[language]();
}

/** Completion from the caller's list or source; without one the language's own keywords are offered. */
export function completionOf(source: readonly Completion[] | CompletionSource | undefined): Extension {
  if (source === undefined) return autocompletion({ icons: false });
  const asked: CompletionSource =
    typeof source === 'function'
      ? source
      : (context) => {
          const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_.]*/u);
          if (!word && !context.explicit) return null;
          return { from: word?.from ?? context.pos, options: [...source], validFor: /^[\p{L}\p{N}_.]*$/u };
        };
  return autocompletion({ icons: false, override: [asked] });
}

interface Fixed {
  singleLine: boolean;
  lineNumbers: boolean;
  placeholder: string | undefined;
  /** Mod-Enter, and plain Enter in one line; true when it was used. */
  submit: () => boolean;
}

/** Everything that stays the same for the life of one editor. */
export function fixedExtensions(options: Fixed): Extension {
  const { singleLine, submit } = options;
  return [
    keymap.of([
      { key: 'Mod-Enter', run: submit },
      ...completionKeymap,
      // A one-line editor is a field: Enter submits and Tab moves on.
      ...(singleLine ? [{ key: 'Enter', run: () => submit() || true }] : [indentWithTab]),
      ...closeBracketsKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    history(),
    drawSelection(),
    highlightSpecialChars(),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    indentUnit.of('  '),
    EditorState.tabSize.of(2),
    options.placeholder ? placeholder(options.placeholder) : [],
    singleLine
      ? [EditorView.lineWrapping, joinedLines]
      : [highlightActiveLine(), highlightActiveLineGutter()],
    options.lineNumbers && !singleLine ? lineNumbers() : [],
    editorTheme,
  ];
}
