import { useState } from 'react';
import { CodeEditor, CopyButton, SegmentedControl } from '../../ui/index.ts';
import { type VerifyLanguage, verifySnippets } from './verify-snippets.ts';

/** Lines for the receiver that prove a delivery genuine. */
export function VerifyExample() {
  const [language, setLanguage] = useState<VerifyLanguage>('python');
  const text = verifySnippets[language];
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-2">
        <SegmentedControl
          label="Language"
          value={language}
          onChange={setLanguage}
          options={[
            { value: 'python', label: 'Python' },
            { value: 'javascript', label: 'JavaScript' },
            { value: 'shell', label: 'Shell' },
          ]}
        />
        <CopyButton label="Copy the example" text={text} />
      </div>
      <CodeEditor label="How to verify" language="text" readOnly value={text} onChange={() => undefined} />
      <p className="text-meta text-muted">
        Deliveries also carry the Standard Webhooks headers, so its libraries verify them as well.
      </p>
    </div>
  );
}
