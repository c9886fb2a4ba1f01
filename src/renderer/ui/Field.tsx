import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import { FieldContext } from './field-context.ts';

export interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  /** Takes the place of the help and marks the control as wrong. */
  error?: ReactNode;
  required?: boolean;
  disabled?: boolean;
  /** Small text at the right of the label: "optional", a link. */
  hint?: ReactNode;
  /** "row" puts the label left and the control right: for switches in settings. */
  layout?: 'column' | 'row';
  /** Set for groups (segments, several boxes): names the group instead of one control. */
  group?: boolean;
  className?: string;
  children: ReactNode;
}

/** Label above, control, and under it help or, when something is wrong, the error. */
export function Field(props: FieldProps) {
  const {
    label,
    help,
    error,
    required = false,
    disabled = false,
    hint,
    layout = 'column',
    group,
    children,
  } = props;
  const id = useId();
  const noteId = `${id}-note`;
  const wrong = error !== undefined && error !== null && error !== false && error !== '';
  const note = wrong ? error : help;
  const context = {
    id: group ? undefined : id,
    describedBy: note ? noteId : undefined,
    invalid: wrong,
    required,
    disabled,
  };
  const name = (
    <>
      {label}
      {required && (
        <span aria-hidden className="text-status-failed">
          {' '}
          *
        </span>
      )}
    </>
  );
  const labelClass = 'text-meta font-medium text-ink';
  const grouping = group
    ? { role: 'group', 'aria-labelledby': `${id}-label`, 'aria-describedby': context.describedBy }
    : undefined;
  return (
    <FieldContext value={context}>
      <div
        {...grouping}
        className={cx(
          'min-w-0',
          layout === 'row' && 'grid grid-cols-[1fr_auto] items-center gap-x-4',
          props.className,
        )}
      >
        <div className={cx('flex items-baseline justify-between gap-2', layout === 'column' && 'mb-1')}>
          {group ? (
            <span id={`${id}-label`} className={labelClass}>
              {name}
            </span>
          ) : (
            <label htmlFor={id} className={labelClass}>
              {name}
            </label>
          )}
          {hint && <span className="text-meta text-faint">{hint}</span>}
        </div>
        {children}
        {note && (
          <p
            id={noteId}
            role={wrong ? 'alert' : undefined}
            className={cx(
              'flex gap-1 text-meta wrap-anywhere',
              layout === 'column' ? 'mt-1' : 'col-start-1',
              wrong ? 'text-status-failed' : 'text-muted',
            )}
          >
            {wrong && <CircleAlert size={13} aria-hidden className="mt-px shrink-0" />}
            <span className="min-w-0">{note}</span>
          </p>
        )}
      </div>
    </FieldContext>
  );
}
