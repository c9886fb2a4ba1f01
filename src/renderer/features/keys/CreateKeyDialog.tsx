import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Button,
  CodeExample,
  CopyOnceDialog,
  Dialog,
  ErrorState,
  Field,
  Input,
  SegmentedControl,
  Select,
} from '../../ui/index.ts';
import { type SnippetLanguage, snippet } from './key-words.ts';

interface CreateKeyDialogProps {
  readonly url: string;
  readonly close: () => void;
}

/** Makes a key, then shows it: the one time that it can be seen. */
export function CreateKeyDialog({ url, close }: CreateKeyDialogProps) {
  const cache = useQueryClient();
  const creation = useMutation({
    mutationFn: (input: KeyInput) => client.keys.create(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: orpc.keys.key() }),
  });
  if (creation.data)
    return <NewKey url={url} name={creation.data.name} secret={creation.data.key} close={close} />;
  return <KeyForm creation={creation} close={close} />;
}

type Creation = { mutate: (input: KeyInput) => void; isPending: boolean; error: Error | null };
interface KeyInput {
  name: string;
  scopes: ('all' | 'execution:run' | 'execution:read')[];
  environment: 'live' | 'sandbox';
  plan: 'standard';
  expires?: string;
}

const presets = [
  { value: 'all', label: 'Everything', note: 'All doors, read and write' },
  { value: 'run', label: 'Start and watch runs', note: 'execution:run, execution:read' },
  { value: 'read', label: 'Watch runs only', note: 'execution:read' },
] as const;
type Preset = (typeof presets)[number]['value'];
const presetScopes: Record<Preset, KeyInput['scopes']> = {
  all: ['all'],
  run: ['execution:run', 'execution:read'],
  read: ['execution:read'],
};
const lifetimes = [
  { value: '720h', label: '30 days' },
  { value: '2160h', label: '90 days' },
  { value: '8760h', label: 'A year' },
  { value: 'never', label: 'Never' },
];

function KeyForm({ creation, close }: { creation: Creation; close: () => void }) {
  const [name, setName] = useState('');
  const [preset, setPreset] = useState<Preset>('run');
  const [environment, setEnvironment] = useState<'live' | 'sandbox'>('live');
  const [lifetime, setLifetime] = useState('2160h');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    creation.mutate({
      name: name.trim(),
      scopes: presetScopes[preset],
      environment,
      plan: 'standard',
      expires: lifetime === 'never' ? undefined : lifetime,
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title="New API key"
      footer={
        <>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            type="submit"
            form="new-key"
            disabled={name.trim() === ''}
            loading={creation.isPending}
          >
            Create key
          </Button>
        </>
      }
    >
      <form id="new-key" onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" help="Who or what uses it, so that you know which one to revoke.">
          <Input
            size="lg"
            value={name}
            maxLength={200}
            placeholder="Nightly export script"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label="It may">
          <Select
            size="lg"
            value={preset}
            onChange={setPreset}
            options={presets.map((option) => ({ ...option }))}
          />
        </Field>
        <Field
          label="Environment"
          group
          help="Runs and datasets of the sandbox are kept apart from the live ones."
        >
          <SegmentedControl
            label="Environment"
            value={environment}
            onChange={setEnvironment}
            options={[
              { value: 'live', label: 'Live' },
              { value: 'sandbox', label: 'Sandbox' },
            ]}
          />
        </Field>
        <Field label="Expires after">
          <Select size="lg" value={lifetime} onChange={setLifetime} options={lifetimes} />
        </Field>
        {creation.error && <ErrorState variant="inline" title={callError(creation.error).message} />}
      </form>
    </Dialog>
  );
}

interface NewKeyProps {
  readonly url: string;
  readonly name: string;
  readonly secret: string;
  readonly close: () => void;
}

function NewKey({ url, name, secret, close }: NewKeyProps) {
  const [language, setLanguage] = useState<SnippetLanguage>('curl');
  return (
    <CopyOnceDialog
      title={`The key “${name}”`}
      what="key"
      notice="Copy it now. It is shown this once; Sluice keeps only a hash of it."
      secret={secret}
      close={close}
    >
      <div className="flex flex-col gap-2">
        <CodeExample
          label="Example call"
          languages={languages}
          language={language}
          onLanguage={setLanguage}
          text={snippet(language, url, secret)}
        />
        <p className="text-meta text-muted">
          PIPELINE_ID is the id of a pipeline: “Copy id” in the menu of the pipelines list.
        </p>
      </div>
    </CopyOnceDialog>
  );
}

const languages = [
  { value: 'curl', label: 'curl' },
  { value: 'python', label: 'Python' },
  { value: 'javascript', label: 'JavaScript' },
] as const;
