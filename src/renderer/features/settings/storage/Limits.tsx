import type { Settings } from '../../../../shared/contract/domain.ts';
import type { RetentionSettings } from '../../../../shared/contract/retention.ts';
import { Section } from '../Section.tsx';
import { LimitField, type LimitUnit } from './LimitField.tsx';

type LimitName = Exclude<keyof RetentionSettings, 'archiveFolder'>;

interface LimitRow {
  readonly label: string;
  readonly help: string;
  readonly days?: LimitName;
  readonly count?: LimitName;
  readonly bytes?: LimitName | 'keptBytes';
}

const rows: readonly LimitRow[] = [
  {
    label: 'Runs',
    help: 'With steps and log. The newest stay.',
    days: 'runDays',
    count: 'runCount',
    bytes: 'runBytes',
  },
  { label: 'Logs', help: 'The run stays and says that its log went.', days: 'logDays', bytes: 'logBytes' },
  {
    label: 'Dataset versions',
    help: 'The number counts for one dataset, the size for all. The current version stays.',
    days: 'versionDays',
    count: 'versionCount',
    bytes: 'versionBytes',
  },
  {
    label: 'Kept step results',
    help: 'Since their last use. The next run computes them again.',
    days: 'keptDays',
    bytes: 'keptBytes',
  },
  { label: 'Exports', help: 'Files in the exports folder.', days: 'exportDays', bytes: 'exportBytes' },
  { label: 'Unfinished uploads', help: 'Begun and never completed.', days: 'uploadDays' },
  { label: 'Events', help: 'What webhooks and notices are made of.', days: 'eventDays' },
  { label: 'Webhook deliveries', help: 'What was sent and answered.', days: 'deliveryDays' },
  { label: 'Fires of schedules', help: 'When each was due and what it started.', days: 'fireDays' },
];

/** How long things stay: an empty field is no limit. */
export function Limits({ settings }: { settings: Settings }) {
  return (
    <Section
      title="How long things stay"
      help="What is beyond any of its limits goes, the oldest first. An empty field is no limit."
    >
      <table className="w-full border-collapse">
        <thead>
          <tr className="text-left text-meta text-muted">
            <th className="pb-1 font-medium">
              <span className="sr-only">What</span>
            </th>
            <th className="w-[128px] pb-1 pl-3 font-medium">Older than</th>
            <th className="w-[128px] pb-1 pl-3 font-medium">More than</th>
            <th className="w-[128px] pb-1 pl-3 font-medium">Larger than</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label} className="border-t border-line align-top">
              <th scope="row" className="py-2 text-left font-normal">
                <div>{row.label}</div>
                <div className="text-meta text-muted">{row.help}</div>
              </th>
              <Cell settings={settings} row={row} name={row.days} unit="days" words="older than" />
              <Cell settings={settings} row={row} name={row.count} unit="count" words="more than" />
              <Cell settings={settings} row={row} name={row.bytes} unit="GiB" words="larger than" />
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

interface CellProps {
  readonly settings: Settings;
  readonly row: LimitRow;
  readonly name: LimitName | 'keptBytes' | undefined;
  readonly unit: LimitUnit;
  readonly words: string;
}

function Cell({ settings, row, name, unit, words }: CellProps) {
  if (!name) return <td />;
  const label = `${row.label}: ${words}`;
  if (name === 'keptBytes')
    return (
      <td className="py-2 pl-3">
        <LimitField
          label={label}
          unit={unit}
          value={settings.keptBytes}
          required
          change={(value) => ({ keptBytes: value ?? 0 })}
        />
      </td>
    );
  return (
    <td className="py-2 pl-3">
      <LimitField
        label={label}
        unit={unit}
        value={settings.retention[name]}
        change={(value) => ({ retention: { [name]: value } })}
      />
    </td>
  );
}
