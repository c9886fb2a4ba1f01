import { useCallback } from 'react';
import { ErrorState, type ErrorStateProps } from './ErrorState.tsx';

/** Why a form was not taken, at its end; brought into view, since a long form ends below what is seen. */
export function FormError({ title }: Pick<ErrorStateProps, 'title'>) {
  const show = useCallback((element: HTMLDivElement | null) => {
    element?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={show} key={String(title)}>
      <ErrorState variant="inline" title={title} />
    </div>
  );
}
