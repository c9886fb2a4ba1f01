import { useState } from 'react';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import { Button, cx, formatCount, formatDuration } from '../../../ui/index.ts';
import { StepIcon } from '../step/StepIcon.tsx';
import type { Compared } from './ComparePage.tsx';
import { ownTime, type StepPair, stepPairs } from './compare-runs.ts';
import { Section, signed } from './Section.tsx';

const firstShown = 200;

/** Time and rows of each step in both runs; the bar shows which way the time went and how far. */
export function StepsSection({ before, after, changedOnly }: Compared) {
  const [all, setAll] = useState(false);
  const found = stepPairs(before.steps, after.steps);
  const differing = found.filter(differs);
  const listed = changedOnly ? differing : found;
  const longest = Math.max(1, ...found.map(({ time }) => Math.abs(time ?? 0)));
  const shown = all ? listed : listed.slice(0, firstShown);
  return (
    <Section title="Steps" differences={differing.length}>
      <table className="w-full table-fixed border-collapse">
        <thead>
          <tr className="h-7 text-meta text-muted">
            <th className="text-left font-medium">Step</th>
            <th className="w-20 text-right font-medium">Time A</th>
            <th className="w-20 text-right font-medium">Time B</th>
            <th className="w-56 pl-4 text-left font-medium">Difference</th>
            <th className="w-28 text-right font-medium">Rows A</th>
            <th className="w-28 text-right font-medium">Rows B</th>
            <th className="w-28 text-right font-medium">Difference</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((pair) => (
            <Row key={pair.nodeId} pair={pair} longest={longest} />
          ))}
        </tbody>
      </table>
      {shown.length < listed.length && (
        <Button size="sm" className="mt-2" onClick={() => setAll(true)}>
          Show all {formatCount(listed.length)} steps
        </Button>
      )}
    </Section>
  );
}

/** Times always differ a little: a step differs when its state or its rows do. */
const differs = ({ before, after, rows }: StepPair): boolean =>
  before?.status !== after?.status || (rows ?? 0) !== 0;

function Row({ pair, longest }: { pair: StepPair; longest: number }) {
  const { title, before, after, time, rows } = pair;
  return (
    <tr className="h-7 border-t border-line">
      <th scope="row" className="pr-3 text-left font-normal">
        <span className="flex min-w-0 items-center gap-1.5">
          <Mark step={before} />
          <span aria-hidden className="text-faint">
            →
          </span>
          <Mark step={after} />
          <span className="truncate" title={`${title} (${pair.nodeId})`} dir="auto">
            {title}
          </span>
        </span>
      </th>
      <Figure>{timeText(before)}</Figure>
      <Figure>{timeText(after)}</Figure>
      <td className="pl-4">{time !== null && <DeltaBar value={time} longest={longest} />}</td>
      <Figure>{rowsText(before)}</Figure>
      <Figure>{rowsText(after)}</Figure>
      <td className={cx('text-right nums', rows ? 'font-medium' : 'text-faint')}>
        {rows === null ? '' : signed(rows, formatCount)}
      </td>
    </tr>
  );
}

function Mark({ step }: { step: RunStep | undefined }) {
  if (step) return <StepIcon step={step} />;
  return (
    <span className="w-3.5 text-center text-faint" title="Not there">
      –
    </span>
  );
}

const Figure = ({ children }: { children: string }) => (
  <td className="text-right text-muted nums">{children}</td>
);

function timeText(step: RunStep | undefined): string {
  if (step?.status === 'reused') return 'reused';
  const time = ownTime(step);
  return time === null ? '–' : formatDuration(time);
}

const rowsText = (step: RunStep | undefined): string =>
  step && step.rows !== null ? formatCount(step.rows) : '–';

/** Quicker to the left, slower to the right of the middle; as long as its share of the longest difference. */
function DeltaBar({ value, longest }: { value: number; longest: number }) {
  const share = (Math.abs(value) / longest) * 50;
  const slower = value > 0;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="relative h-3 w-28 shrink-0 rounded-xs bg-n4">
        <span className="absolute inset-y-0 left-1/2 w-px bg-line-strong" />
        <span
          className={cx(
            'absolute inset-y-0 rounded-xs',
            slower ? 'bg-status-warning' : 'bg-status-succeeded',
          )}
          style={{ left: `${slower ? 50 : 50 - share}%`, width: `${share}%` }}
        />
      </span>
      <span className="text-meta whitespace-nowrap text-muted nums">{signed(value, formatDuration)}</span>
    </span>
  );
}
