import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Kbd } from './Kbd.tsx';

export interface TooltipProps {
  content: ReactNode;
  /** Shown after the text, as `Kbd` understands it: "mod+enter". */
  shortcut?: string | undefined;
  side?: 'top' | 'right' | 'bottom' | 'left';
  align?: 'start' | 'center' | 'end';
  /** One focusable element that takes a ref. */
  children: ReactNode;
}

/** Text on hover and on focus. The pointer may move onto it, and Escape closes it. Works without a provider. */
export function Tooltip({ content, shortcut, side = 'bottom', align = 'center', children }: TooltipProps) {
  if (content === undefined || content === null || content === '') return children;
  return (
    <Radix.Provider delayDuration={450} skipDelayDuration={250}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            side={side}
            align={align}
            sideOffset={5}
            collisionPadding={8}
            className="z-60 flex max-w-80 animate-fade-in items-center gap-2 rounded-md border border-line-strong bg-raised px-2 py-1 text-meta wrap-anywhere text-ink shadow-float"
          >
            <span>{content}</span>
            {shortcut && <Kbd keys={shortcut} />}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
