/** A short message at the corner of the window. */
export interface ToastMessage {
  id: number;
  kind: 'info' | 'success' | 'warning' | 'error';
  message: string;
  description?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
  /** Milliseconds it stays; errors and messages with an action stay longer. */
  duration: number;
}

export interface ToastOptions {
  description?: string;
  /** A button in the message: "Show", "Undo". */
  action?: { label: string; run: () => void };
  duration?: number;
}

let messages: readonly ToastMessage[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: readonly ToastMessage[]): void {
  messages = next;
  for (const listener of listeners) listener();
}

export const toastStore = {
  get: () => messages,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
  dismiss(id: number) {
    publish(messages.filter((entry) => entry.id !== id));
  },
};

/** At most this many at once; the oldest leaves first. */
const most = 4;

function show(kind: ToastMessage['kind'], message: string, options: ToastOptions = {}): number {
  const id = nextId++;
  const usual = kind === 'error' ? 10_000 : options.action ? 8_000 : 4_000;
  const entry = { id, kind, message, duration: usual, ...options };
  publish([...messages.filter((other) => other.message !== message), entry].slice(-most));
  return id;
}

/** Says something happened, from anywhere. Needs one `<Toaster />` in the app. The same text is never shown twice. */
export const toast = {
  info: (message: string, options?: ToastOptions) => show('info', message, options),
  success: (message: string, options?: ToastOptions) => show('success', message, options),
  warning: (message: string, options?: ToastOptions) => show('warning', message, options),
  error: (message: string, options?: ToastOptions) => show('error', message, options),
  /** "Pipeline deleted" with an Undo button. */
  undo: (message: string, { action, ...rest }: Omit<ToastOptions, 'action'> & { action: () => void }) =>
    show('info', message, { ...rest, action: { label: 'Undo', run: action } }),
  dismiss: (id: number) => toastStore.dismiss(id),
};
