import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { cx } from './cx.ts';
import { IconButton } from './IconButton.tsx';

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** One line under the title. */
  description?: ReactNode;
  /** Buttons at the foot; the primary one last. Use `size="lg"` there. */
  footer?: ReactNode;
  width?: 'sm' | 'md' | 'lg' | 'xl';
  /** "sheet" slides in from the right and fills the height. */
  placement?: 'center' | 'sheet';
  /** False keeps it open on Escape and outside clicks: for work that would be lost. */
  dismissable?: boolean;
  /** Called instead of focusing the first control. */
  initialFocus?: () => void;
  children?: ReactNode;
}

const widths = { sm: 'max-w-[400px]', md: 'max-w-[520px]', lg: 'max-w-[720px]', xl: 'max-w-[960px]' };
const center =
  'fixed top-[12vh] left-1/2 max-h-[76vh] w-[calc(100vw-32px)] -translate-x-1/2 rounded-lg animate-fade-in';
const sheet = 'fixed inset-y-0 right-0 w-[calc(100vw-52px)] rounded-l-lg animate-sheet-in';

/** A question or a form that must be finished or left first. The focus stays inside and returns where it was. */
export function Dialog(props: DialogProps) {
  const {
    open,
    onOpenChange,
    title,
    description,
    footer,
    width = 'md',
    placement = 'center',
    children,
  } = props;
  const { dismissable = true, initialFocus } = props;
  const opener = useRef<Element | null>(null);
  const hold = dismissable ? undefined : (event: Event) => event.preventDefault();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        {/* Radix's own overlay injects a style sheet to lock scrolling, which the content policy refuses. */}
        <div aria-hidden className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
        <Radix.Content
          aria-describedby={description ? undefined : ''}
          onEscapeKeyDown={hold}
          onInteractOutside={hold}
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement;
            const first = initialFocus ?? firstControl(event.currentTarget);
            if (!first) return;
            event.preventDefault();
            first();
          }}
          // Radix returns the focus to its own trigger only, and these dialogs are opened by state.
          onCloseAutoFocus={() => {
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          className={cx(
            'z-40 flex flex-col border border-line-strong bg-raised text-ink shadow-dialog outline-none',
            placement === 'sheet' ? sheet : center,
            widths[width],
          )}
        >
          <header className="flex items-start gap-2 px-5 pt-4 pb-1">
            <div className="min-w-0 flex-1 pt-0.5">
              <Radix.Title className="text-title font-semibold wrap-anywhere">{title}</Radix.Title>
              {description && (
                <Radix.Description className="mt-0.5 text-muted">{description}</Radix.Description>
              )}
            </div>
            <IconButton label="Close" icon={X} className="-mr-1.5" onClick={() => onOpenChange(false)} />
          </header>
          <div data-dialog-body className="min-h-0 flex-1 overflow-y-auto px-5 pt-2 pb-5">
            {children}
          </div>
          {footer && (
            <footer data-dialog-foot className="flex justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const controls = 'input, textarea, select, button, a[href], [tabindex="0"]';

/** The focus starts in the form, or else on the first button of the foot: never on the cross, which comes first. */
function firstControl(dialog: EventTarget | null): (() => void) | undefined {
  if (!(dialog instanceof HTMLElement)) return undefined;
  for (const area of ['[data-dialog-body]', '[data-dialog-foot]']) {
    for (const control of dialog.querySelector(area)?.querySelectorAll<HTMLElement>(controls) ?? []) {
      if (!control.matches(':disabled')) return () => control.focus();
    }
  }
  return undefined;
}
