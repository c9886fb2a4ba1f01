import { Moon, Sun } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTheme } from '../stores/theme.ts';
import { buttonClass, IconButton, SegmentedControl } from '../ui/index.ts';
import { type Door, doorOf, doors } from './doors.ts';
import { KeyField } from './KeyField.tsx';
import { Operations } from './Operations.tsx';

/** `/docs`: what each door offers, with forms that send real requests. It asks for no sign-in and holds no data. */
export function DocsPage() {
  const [door, setDoor] = useDoor();
  const [key, setKey] = useState('');
  // Read when a request is sent: typing must not draw the operations anew.
  const keyNow = useRef(key);
  keyNow.current = key;
  const keyText = useCallback(() => keyNow.current, []);
  return (
    <div className="flex h-dvh flex-col bg-canvas text-ink">
      <header className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line bg-panel px-4 py-1.5">
        <h1 className="flex items-center gap-2 text-title">
          <img src="./icon.svg" alt="" className="size-5" />
          Sluice API
        </h1>
        <SegmentedControl label="Door" options={doors} value={door} onChange={setDoor} />
        <div className="ml-auto flex items-center gap-3">
          <KeyField value={key} onChange={setKey} />
          <a className={buttonClass('secondary', 'md')} href={`/openapi/${door}.json`}>
            OpenAPI
          </a>
          <ThemeButton />
        </div>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-[1120px] px-6 py-5">
          <Operations door={door} keyText={keyText} />
        </div>
      </div>
    </div>
  );
}

/** The door is part of the address, so that a link leads to it. */
function useDoor(): [Door, (door: Door) => void] {
  const [door, setDoor] = useState(() => doorOf(location.hash));
  useEffect(() => {
    const follow = () => setDoor(doorOf(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return [
    door,
    (next) => {
      location.hash = next;
    },
  ];
}

function ThemeButton() {
  const { theme, setTheme } = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <IconButton
      label={`Switch to ${other}`}
      icon={theme === 'dark' ? Sun : Moon}
      onClick={() => setTheme(other)}
    />
  );
}
