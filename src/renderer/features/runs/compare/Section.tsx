import type { ReactNode } from 'react';
import { Badge, cx, formatPlural } from '../../../ui/index.ts';
import type { Change } from './compare-runs.ts';

interface SectionProps {
  readonly title: string;
  /** How many things differ; undefined where that is not counted. */
  readonly differences?: number;
  readonly children: ReactNode;
}

/** A group of the comparison with its heading. */
export function Section({ title, differences, children }: SectionProps) {
  return (
    <section aria-label={title} className="border-b border-line px-4 py-3">
      <h2 className="mb-2 flex items-center gap-2 text-title">
        {title}
        {differences !== undefined && (
          <Badge tone={differences > 0 ? 'warning' : 'neutral'}>
            {differences > 0 ? formatPlural(differences, 'difference') : 'the same'}
          </Badge>
        )}
      </h2>
      {children}
    </section>
  );
}

export const changeTone: Record<Change, string> = {
  added: 'text-status-succeeded',
  removed: 'text-status-failed',
  changed: 'text-status-warning',
  same: 'text-muted',
};

/** Name, value before, value after: one line of a plain group. */
export function PairLine({ name, change, before, after }: PairLineProps) {
  return (
    <tr className="h-6 align-top">
      <th
        scope="row"
        className="w-52 max-w-52 truncate py-0.5 pr-4 text-left font-normal text-muted"
        title={name}
      >
        {name}
      </th>
      <td className="w-[38%] py-0.5 pr-4 wrap-anywhere nums">{before ?? <Missing />}</td>
      <td className={cx('py-0.5 wrap-anywhere nums', change !== 'same' && 'font-medium')}>
        {after ?? <Missing />}
        {change !== 'same' && (
          <span className={cx('ml-2 text-meta font-normal', changeTone[change])}>{change}</span>
        )}
      </td>
    </tr>
  );
}

interface PairLineProps {
  readonly name: string;
  readonly change: Change;
  readonly before: ReactNode;
  readonly after: ReactNode;
}

const Missing = () => <span className="text-faint">none</span>;

export function PairTable({ children }: { children: ReactNode }) {
  return (
    <table className="w-full table-fixed border-collapse">
      <thead className="sr-only">
        <tr>
          <th className="w-52">What</th>
          <th className="w-[38%]">Earlier run</th>
          <th>Later run</th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** A difference with its sign: "+1.2 s", "−3". */
export function signed(value: number, format: (size: number) => string): string {
  if (value === 0) return '±0';
  return `${value > 0 ? '+' : '−'}${format(Math.abs(value))}`;
}
