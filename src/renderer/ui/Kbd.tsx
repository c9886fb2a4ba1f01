import { cx } from './cx.ts';

const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);
const names: Record<string, string> = apple
  ? { mod: '⌘', ctrl: '⌃', alt: '⌥', shift: '⇧', enter: '↵', esc: 'esc', up: '↑', down: '↓', del: '⌫' }
  : {
      mod: 'Ctrl',
      ctrl: 'Ctrl',
      alt: 'Alt',
      shift: 'Shift',
      enter: 'Enter',
      esc: 'Esc',
      up: '↑',
      down: '↓',
      del: 'Del',
    };

/** "mod+shift+c" as this machine writes it: "Ctrl+Shift+C", or "⌘⇧C" on a Mac. */
export function shortcutText(keys: string): string {
  const parts = keys
    .split('+')
    .map(
      (key) => names[key.toLowerCase()] ?? (key.length === 1 || /^f\d+$/.test(key) ? key.toUpperCase() : key),
    );
  return parts.join(apple ? '' : '+');
}

export interface KbdProps {
  /** Keys joined by "+": "mod+k", "shift+enter", "/". */
  keys: string;
  className?: string;
}

/** A keyboard shortcut in a small frame. */
export function Kbd({ keys, className }: KbdProps) {
  return (
    <kbd
      className={cx(
        'inline-flex h-4 shrink-0 items-center rounded-xs border border-line bg-sunken px-1 font-sans text-micro text-muted nums',
        className,
      )}
    >
      {shortcutText(keys)}
    </kbd>
  );
}
