import { CircleCheck, CircleX, Info, type LucideIcon, TriangleAlert, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import { Button } from './Button.tsx';
import { cx } from './cx.ts';
import { IconButton } from './IconButton.tsx';
import { type ToastMessage, toastStore } from './toast-store.ts';

const looks: Record<ToastMessage['kind'], { icon: LucideIcon; text: string }> = {
  info: { icon: Info, text: 'text-muted' },
  success: { icon: CircleCheck, text: 'text-status-succeeded' },
  warning: { icon: TriangleAlert, text: 'text-status-warning' },
  error: { icon: CircleX, text: 'text-status-failed' },
};

function Item({ entry }: { entry: ToastMessage }) {
  const look = looks[entry.kind];
  const { action } = entry;
  return (
    <Radix.Root
      type={entry.kind === 'error' ? 'foreground' : 'background'}
      duration={entry.duration}
      onOpenChange={(open) => {
        if (!open) toastStore.dismiss(entry.id);
      }}
      className="flex w-[360px] max-w-[calc(100vw-32px)] animate-toast-in items-start gap-2 rounded-lg border border-line-strong bg-raised py-2 pr-1.5 pl-3 text-ink shadow-float"
    >
      <look.icon size={16} aria-hidden className={cx('mt-1 shrink-0', look.text)} />
      <div className="min-w-0 flex-1 py-0.5">
        <Radix.Title className="line-clamp-3 font-medium wrap-anywhere">{entry.message}</Radix.Title>
        {entry.description && (
          <Radix.Description className="line-clamp-4 text-meta wrap-anywhere text-muted">
            {entry.description}
          </Radix.Description>
        )}
      </div>
      {action && (
        <Radix.Action asChild altText={action.label} onClick={action.run}>
          <Button size="sm">{action.label}</Button>
        </Radix.Action>
      )}
      <IconButton size="sm" label="Dismiss" icon={X} onClick={() => toastStore.dismiss(entry.id)} />
    </Radix.Root>
  );
}

/**
 * Where toasts appear: bottom right, F8 moves the focus there. Mount once.
 * Built on Radix because the usual toast library injects a style sheet at import, which the content policy refuses.
 */
export function Toaster() {
  const messages = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  return (
    <Radix.Provider label="Notification" swipeDirection="right">
      {messages.map((entry) => (
        <Item key={entry.id} entry={entry} />
      ))}
      <Radix.Viewport className="fixed right-4 bottom-4 z-70 flex list-none flex-col gap-2 outline-none" />
    </Radix.Provider>
  );
}
