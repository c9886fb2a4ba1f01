import { Pin } from 'lucide-react';
import type { DiskUse as Use } from '../../../../shared/contract/retention.ts';
import { awaiting } from '../../../data/awaiting.ts';
import { Awaited, cx, formatBytes, formatPercent, formatPlural } from '../../../ui/index.ts';
import { Section } from '../Section.tsx';
import { useDiskUse } from './use-storage.ts';

/** What takes the disk, by category, against what is free on the volume. */
export function DiskUse() {
  const query = useDiskUse();
  return (
    <Section title="Disk use">
      <Awaited {...awaiting(query)} where="The use of the disk could not be read." lines={6}>
        {() => query.data && <Bars use={query.data} />}
      </Awaited>
    </Section>
  );
}

interface Part {
  readonly label: string;
  readonly bytes: number;
  readonly note: string;
  readonly colour: string;
}

function partsOf({ store, datasets, kept, uploads, exports, archive }: Use): Part[] {
  const parts: Part[] = [
    {
      label: 'Runs, logs and events',
      bytes: store.bytes,
      note: `${formatPlural(store.runs, 'run')}, logs ${formatBytes(store.logBytes)}, ${formatBytes(store.free)} empty`,
      colour: 'bg-group-shape',
    },
    {
      label: 'Datasets',
      bytes: datasets.bytes,
      note: `${formatPlural(datasets.datasets, 'dataset')}, ${formatPlural(datasets.versions, 'version')}`,
      colour: 'bg-group-sources',
    },
    {
      label: 'Kept step results',
      bytes: kept.bytes,
      note: formatPlural(kept.count, 'result'),
      colour: 'bg-group-combine',
    },
    {
      label: 'Exports',
      bytes: exports.bytes,
      note: formatPlural(exports.count, 'file'),
      colour: 'bg-group-output',
    },
    {
      label: 'Unfinished uploads',
      bytes: uploads.bytes,
      note: formatPlural(uploads.count, 'file'),
      colour: 'bg-group-check',
    },
  ];
  if (!archive) return parts;
  const note = `${formatPlural(archive.count, 'file')} in ${archive.folder}`;
  return [...parts, { label: 'Archive', bytes: archive.bytes, note, colour: 'bg-group-code' }];
}

function Bars({ use }: { use: Use }) {
  const parts = partsOf(use);
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const { free, total: volume } = use.volume;
  return (
    <>
      <div>
        <p className="mb-2 flex items-baseline justify-between gap-4">
          <span>
            <span className="font-medium nums">{formatBytes(total)}</span>{' '}
            <span className="text-muted">used by Sluice</span>
          </span>
          <span className={cx('nums', free < volume * 0.05 ? 'text-status-warning' : 'text-muted')}>
            {formatBytes(free)} free of {formatBytes(volume)} on this volume ({formatPercent(free / volume)})
          </span>
        </p>
        <div aria-hidden className="flex h-2.5 gap-px overflow-hidden rounded-sm bg-n4">
          {parts
            .filter(({ bytes }) => bytes > 0)
            .map(({ label, bytes, colour }) => (
              <div
                key={label}
                className={cx('min-w-0.5', colour)}
                style={{ width: `${(bytes / Math.max(1, total)) * 100}%` }}
              />
            ))}
        </div>
      </div>
      <ul aria-label="Disk use by category" className="flex flex-col">
        {parts.map(({ label, bytes, note, colour }) => (
          <li
            key={label}
            className="grid grid-cols-[12px_180px_90px_minmax(0,1fr)] items-center gap-x-3 border-b border-line py-1.5 last:border-0"
          >
            <span aria-hidden className={cx('size-2.5 rounded-xs', colour)} />
            <span>{label}</span>
            <span className="text-right nums">{formatBytes(bytes)}</span>
            <span className="truncate text-muted nums" title={note}>
              {note}
            </span>
          </li>
        ))}
      </ul>
      <p className="flex items-center gap-2 text-muted">
        <Pin size={14} aria-hidden className="shrink-0" />
        {use.pinned.runs + use.pinned.datasets === 0
          ? 'Nothing is pinned. What a pinned run or dataset needs is never removed.'
          : `${formatPlural(use.pinned.runs, 'run')} and ${formatPlural(use.pinned.datasets, 'dataset')} are pinned: what they need is never removed.`}
      </p>
    </>
  );
}
