import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonSize, type ButtonVariant } from './Button.tsx';
import { copyText } from './clipboard.ts';
import { IconButton } from './IconButton.tsx';

export interface CopyButtonProps {
  /** What lands on the clipboard; a function is asked at the click. */
  text: string | (() => string);
  /** "Copy id"; spoken, and the tooltip of the icon form. */
  label?: string;
  /** Shows the label beside the icon. */
  withText?: boolean;
  variant?: ButtonVariant;
  size?: ButtonSize;
  className?: string;
}

/** Copies text and says so for a moment. */
export function CopyButton({
  text,
  label = 'Copy',
  withText,
  variant,
  size = 'sm',
  className,
}: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), 1500);
    return () => window.clearTimeout(timer);
  }, [copied]);
  const copy = async () => setCopied(await copyText(typeof text === 'function' ? text() : text));
  const shared = { icon: copied ? Check : Copy, size, className, onClick: () => void copy() };
  return (
    <>
      {withText ? (
        <Button {...shared} variant={variant}>
          {copied ? 'Copied' : label}
        </Button>
      ) : (
        <IconButton {...shared} label={copied ? 'Copied' : label} />
      )}
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </>
  );
}
