import { Eye, EyeOff, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { IconButton, Input } from '../ui/index.ts';

interface KeyFieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** The key that requests are sent with. It lives in this tab's memory and is gone with it. */
export function KeyField({ value, onChange }: KeyFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className="flex items-center gap-1.5">
      <KeyRound aria-hidden className="size-4 shrink-0 text-muted" />
      <Input
        aria-label="API key"
        placeholder="Paste an API key"
        title="Requests from this page carry it. It is kept nowhere and is gone with this tab."
        mono
        className="w-64"
        type={shown ? 'text' : 'password'}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value.trim())}
      />
      <IconButton
        label={shown ? 'Hide the key' : 'Show the key'}
        icon={shown ? EyeOff : Eye}
        onClick={() => setShown(!shown)}
      />
    </div>
  );
}
