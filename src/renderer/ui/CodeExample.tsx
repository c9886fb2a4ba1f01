import { CopyButton } from './CopyButton.tsx';
import { CodeEditor } from './editor/CodeEditor.tsx';
import { type Segment, SegmentedControl } from './SegmentedControl.tsx';

export interface CodeExampleProps<Language extends string> {
  readonly label: string;
  readonly languages: readonly Segment<Language>[];
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
  readonly text: string;
}

/** The same few lines in several languages, to be copied. */
export function CodeExample<Language extends string>({
  label,
  languages,
  language,
  onLanguage,
  text,
}: CodeExampleProps<Language>) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-2">
        <SegmentedControl label="Language" value={language} onChange={onLanguage} options={languages} />
        <CopyButton label="Copy the example" text={text} />
      </div>
      <CodeEditor label={label} language="text" readOnly value={text} onChange={() => undefined} />
    </div>
  );
}
