import { useState } from 'react';
import { CodeExample } from '../../ui/index.ts';
import { type VerifyLanguage, verifySnippets } from './verify-snippets.ts';

const languages = [
  { value: 'python', label: 'Python' },
  { value: 'javascript', label: 'JavaScript' },
  { value: 'shell', label: 'Shell' },
] as const;

/** Lines for the receiver that prove a delivery genuine. */
export function VerifyExample() {
  const [language, setLanguage] = useState<VerifyLanguage>('python');
  return (
    <div className="flex flex-col gap-2">
      <CodeExample
        label="How to verify"
        languages={languages}
        language={language}
        onLanguage={setLanguage}
        text={verifySnippets[language]}
      />
      <p className="text-meta text-muted">
        Deliveries also carry the Standard Webhooks headers, so its libraries verify them as well.
      </p>
    </div>
  );
}
