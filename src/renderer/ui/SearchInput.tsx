// biome-ignore-all lint/a11y/useSemanticElements: type=search draws its own cross and clears on Escape in its own way
import { Search, X } from 'lucide-react';
import { type ComponentProps, useEffect, useRef } from 'react';
import { cx } from './cx.ts';
import { fieldFrame } from './Input.tsx';
import { Kbd } from './Kbd.tsx';
import { isTyping } from './typing.ts';

export interface SearchInputProps
  extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'ref' | 'size'> {
  value: string;
  onChange: (text: string) => void;
  /** Spoken name, such as "Search runs". */
  label: string;
  /** "/" from anywhere puts the focus here, and the hint is shown. At most one on a screen. */
  slash?: boolean;
}

/** A search box: Escape or the cross clears it; a second Escape leaves it. */
export function SearchInput({
  value,
  onChange,
  label,
  slash,
  className,
  onKeyDown,
  ...rest
}: SearchInputProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!slash) return;
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, [slash]);
  return (
    <span className={cx('group relative flex items-center', className ?? 'w-56')}>
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2 text-faint" />
      <input
        {...rest}
        ref={input}
        type="text"
        role="searchbox"
        aria-label={label}
        placeholder={rest.placeholder ?? label}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          onKeyDown?.(event);
          if (event.key !== 'Escape' || event.defaultPrevented) return;
          if (value === '') event.currentTarget.blur();
          else {
            event.stopPropagation();
            onChange('');
          }
        }}
        className={cx(fieldFrame, 'h-control pr-7 pl-7')}
      />
      {value !== '' ? (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => {
            onChange('');
            input.current?.focus();
          }}
          className="absolute right-1 flex size-5 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink"
        >
          <X size={13} aria-hidden />
        </button>
      ) : (
        slash && <Kbd keys="/" className="pointer-events-none absolute right-1.5 group-focus-within:hidden" />
      )}
    </span>
  );
}
