import { Check } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { NoticeSettings, NoticesView } from '../../../../shared/contract/notices.ts';
import { callError } from '../../../data/errors.ts';
import { Button, Field, Input, NumberInput, Select } from '../../../ui/index.ts';
import { ChannelFrame } from './ChannelFrame.tsx';
import { useSaveNotices } from './use-save-notices.ts';

type Email = NoticeSettings['email'];

const securities = [
  { value: 'starttls', label: 'STARTTLS', note: 'usually port 587', port: 587 },
  { value: 'tls', label: 'TLS', note: 'usually port 465', port: 465 },
  { value: 'none', label: 'None', note: 'in the clear', port: 25 },
] as const;

/** E-mail through the owner's mail server. The form is saved as a whole: half a server is no use. */
export function EmailChannel({ view }: { view: NoticesView }) {
  const save = useSaveNotices();
  const { email } = view.settings;
  const [draft, setDraft] = useState<Email>(email);
  const [password, setPassword] = useState('');
  const [to, setTo] = useState(email.to.join(', '));
  useEffect(() => {
    setDraft(email);
    setTo(email.to.join(', '));
  }, [email]);
  const wished = { ...draft, to: addresses(to) };
  const changed = password !== '' || JSON.stringify(wished) !== JSON.stringify(email);
  const edit = (change: Partial<Email>) => {
    setDraft({ ...draft, ...change });
    save.reset();
  };
  const store = (next: Email) =>
    save.mutate(
      { settings: { email: next }, ...(password !== '' && { password }) },
      { onSuccess: () => setPassword('') },
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        store(wished);
      }}
    >
      <ChannelFrame
        channel="email"
        title="E-mail"
        help="Through your own mail server."
        view={view}
        on={email.on}
        setOn={(on) => store({ ...wished, on })}
        events={draft.events}
        setEvents={(events) => edit({ events })}
        canTest={!changed && email.host !== ''}
        failure={save.error ? callError(save.error).message : undefined}
        actions={
          <Button type="submit" variant="primary" disabled={!changed} loading={save.isPending}>
            Save
          </Button>
        }
      >
        <div className="grid grid-cols-[minmax(0,1fr)_110px_150px] items-start gap-3">
          <Field label="Mail server">
            <Input
              value={draft.host}
              placeholder="smtp.example.org"
              onChange={(event) => edit({ host: event.target.value })}
            />
          </Field>
          <Field label="Port">
            <NumberInput
              integer
              min={1}
              max={65_535}
              value={draft.port}
              onChange={(port) => port !== null && edit({ port })}
            />
          </Field>
          <Field label="Encryption">
            <Select
              value={draft.security}
              onChange={(security) => {
                const usual = securities.find(({ value }) => value === security)?.port ?? draft.port;
                const isUsual = securities.some(({ port }) => port === draft.port);
                edit({ security, port: isUsual ? usual : draft.port });
              }}
              options={securities.map(({ value, label, note }) => ({ value, label, note }))}
            />
          </Field>
        </div>
        <div className="grid grid-cols-2 items-start gap-3">
          <Field label="User" help="Empty where the server asks for no sign-in.">
            <Input
              value={draft.user}
              autoComplete="off"
              onChange={(event) => edit({ user: event.target.value })}
            />
          </Field>
          <Field
            label="Password"
            help="Kept with Sluice’s other secrets, never in the store."
            hint={
              view.hasPassword && (
                <>
                  <Check aria-hidden className="inline size-3 align-[-1px] text-status-succeeded" /> saved
                </>
              )
            }
          >
            <Input
              type="password"
              autoComplete="new-password"
              value={password}
              placeholder={view.hasPassword ? 'unchanged' : ''}
              onChange={(event) => {
                setPassword(event.target.value);
                save.reset();
              }}
            />
          </Field>
          <Field label="From">
            <Input
              value={draft.from}
              placeholder="Sluice <sluice@example.org>"
              onChange={(event) => edit({ from: event.target.value })}
            />
          </Field>
          <Field label="To" help="Several addresses with commas between them.">
            <Input
              value={to}
              placeholder="ada@example.org, bo@example.org"
              onChange={(event) => {
                setTo(event.target.value);
                save.reset();
              }}
            />
          </Field>
        </div>
      </ChannelFrame>
    </form>
  );
}

function addresses(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
