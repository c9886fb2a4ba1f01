import { useEffect, useRef } from 'react';
import { isTyping } from './typing.ts';

const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

interface Keys {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Whether an event is the chord: "mod" is Command on a Mac and Ctrl elsewhere. */
export function matchesHotkey(event: Keys, chord: string, mac = apple): boolean {
  const parts = chord.toLowerCase().split('+');
  const key = parts.at(-1) ?? '';
  const mod = parts.includes('mod');
  const meta = parts.includes('meta') || (mod && mac);
  const ctrl = parts.includes('ctrl') || (mod && !mac);
  // A sign such as "?" already needs Shift on most layouts, so Shift is only compared for letters and named keys.
  const sign = key.length === 1 && !/[a-z]/.test(key);
  return (
    event.key.toLowerCase() === (key === 'esc' ? 'escape' : key) &&
    event.ctrlKey === ctrl &&
    event.metaKey === meta &&
    event.altKey === parts.includes('alt') &&
    (sign || event.shiftKey === parts.includes('shift'))
  );
}

/** Runs `act` on a chord anywhere in the window. Chords without mod, ctrl or alt are left alone while one types. */
export function useHotkey(chord: string | undefined, act: (event: KeyboardEvent) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!chord) return;
    const plain = !/\b(mod|ctrl|alt|meta)\b/i.test(chord);
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !matchesHotkey(event, chord) || (plain && isTyping(event))) return;
      event.preventDefault();
      latest.current(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [chord]);
}
