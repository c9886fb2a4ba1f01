import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly help?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, help, children }: SectionProps) {
  return (
    <section className="flex flex-col gap-4">
      <div>
        <h2 className="text-title font-semibold">{title}</h2>
        {help && <p className="mt-0.5 text-muted">{help}</p>}
      </div>
      {children}
    </section>
  );
}
