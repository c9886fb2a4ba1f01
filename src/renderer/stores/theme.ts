import { useSyncExternalStore } from 'react';

/** What the person chose. */
export type ThemeChoice = 'light' | 'dark' | 'system';
/** What is shown. */
export type Theme = 'light' | 'dark';

const storageKey = 'theme';
const listeners = new Set<() => void>();

function systemDark(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: dark)');
}

function readChoice(): ThemeChoice {
  try {
    const saved = localStorage.getItem(storageKey);
    return saved === 'light' || saved === 'dark' ? saved : 'system';
  } catch {
    // Storage can be switched off; the system's choice is then the best there is.
    return 'system';
  }
}

let choice: ThemeChoice = readChoice();

function shown(): Theme {
  if (choice !== 'system') return choice;
  return systemDark().matches ? 'dark' : 'light';
}

function apply(): void {
  document.documentElement.dataset.theme = shown();
  for (const listener of listeners) listener();
}

/** Sets and remembers the theme; other windows follow. */
export function setTheme(next: ThemeChoice): void {
  choice = next;
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // Not remembered, still shown.
  }
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The choice, what it comes to, and a way to change it. */
export function useTheme(): { choice: ThemeChoice; theme: Theme; setTheme: (next: ThemeChoice) => void } {
  const chosen = useSyncExternalStore(subscribe, () => choice);
  const theme = useSyncExternalStore(subscribe, shown);
  return { choice: chosen, theme, setTheme };
}

// Importing this module first is what puts the theme on before anything is painted.
apply();
systemDark().addEventListener('change', apply);
window.addEventListener('storage', (event) => {
  if (event.key !== storageKey) return;
  choice = readChoice();
  apply();
});
