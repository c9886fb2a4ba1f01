import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Button, CodeExample, CopyButton, Field, Select, toast } from '../../ui/index.ts';
import { SecretDialog } from './SecretDialog.tsx';
import { type SnippetLanguage, signingSnippet } from './trigger-words.ts';

/** Where calls go, and how a program signs them. */
export function HookAddress({ hookPath }: { hookPath: string }) {
  const [language, setLanguage] = useState<SnippetLanguage>('shell');
  const info = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const url = `${info.data?.url ?? ''}${hookPath}`;
  return (
    <>
      <Field
        label="Address"
        group
        help="Reached from this machine. Calls are POST, JSON, at most 1 MB, not older than five minutes."
      >
        <div className="flex items-center gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
          <code className="min-w-0 flex-1 font-mono text-data break-all">{url}</code>
          <CopyButton label="Copy the address" text={url} />
        </div>
      </Field>
      <CodeExample
        label="Signed call"
        languages={languages}
        language={language}
        onLanguage={setLanguage}
        text={signingSnippet(language, url)}
      />
    </>
  );
}

const languages = [
  { value: 'shell', label: 'Shell' },
  { value: 'python', label: 'Python' },
  { value: 'javascript', label: 'JavaScript' },
] as const;

const overlaps = [
  { value: '24', label: 'for a day' },
  { value: '168', label: 'for a week' },
  { value: '0', label: 'not any more' },
];

/** The address, the examples, and a new secret. */
export function HookPanel({ trigger }: { trigger: TriggerSummary }) {
  const [overlap, setOverlap] = useState('24');
  const rotate = useMutation({
    mutationFn: () => client.triggers.rotateSecret({ id: trigger.id, overlapHours: Number(overlap) }),
    onError: (error) => toast.error(callError(error).message),
  });
  return (
    <section aria-label="Address and signature" className="flex max-w-3xl flex-col gap-4 p-4">
      <HookAddress hookPath={trigger.hookPath ?? ''} />
      <div className="flex items-center gap-2 border-t border-line pt-4">
        <span>The secret was shown once. A new one replaces it; the old one is then taken</span>
        <Select
          aria-label="How long the old secret is taken"
          variant="inline"
          value={overlap}
          onChange={setOverlap}
          options={overlaps}
        />
        <Button onClick={() => rotate.mutate()} loading={rotate.isPending}>
          Make a new secret
        </Button>
      </div>
      {rotate.data && (
        <SecretDialog
          name={trigger.name}
          hookPath={trigger.hookPath ?? ''}
          secret={rotate.data.secret}
          close={() => rotate.reset()}
        />
      )}
    </section>
  );
}
