import type { SourceSummary } from '../../../shared/contract/sources.ts';
import { sourceAddress, sourceIcons, sourceTypeNames } from '../../graph/source-looks.ts';
import { Badge, StatusBadge, TimeText } from '../../ui/index.ts';
import { failureWords } from './source-words.ts';

/** A source in one line: what it is, where it is, whether it was reached. */
export const sourceColumns = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(180px, 2fr)',
    render: ({ name, type }: SourceSummary) => {
      const Icon = sourceIcons[type];
      return (
        <span className="flex min-w-0 items-center gap-2">
          <Icon aria-hidden size={15} className="shrink-0 text-group-sources" />
          <span className="truncate font-medium" dir="auto" title={name}>
            {name}
          </span>
        </span>
      );
    },
  },
  {
    id: 'type',
    title: 'Type',
    width: '140px',
    render: ({ type }: SourceSummary) => <span className="truncate text-muted">{sourceTypeNames[type]}</span>,
  },
  {
    id: 'address',
    title: 'Where',
    width: 'minmax(180px, 3fr)',
    render: ({ config }: SourceSummary) => (
      <span className="truncate font-mono text-data text-muted" title={sourceAddress(config)}>
        {sourceAddress(config)}
      </span>
    ),
  },
  {
    id: 'environment',
    title: 'Environment',
    width: '110px',
    render: ({ environment }: SourceSummary) =>
      environment === null ? (
        <span className="text-faint">all</span>
      ) : (
        <Badge tone={environment === 'sandbox' ? 'violet' : 'neutral'}>{environment}</Badge>
      ),
  },
  {
    id: 'test',
    title: 'Last test',
    width: '220px',
    render: ({ lastTest }: SourceSummary) => {
      if (!lastTest) return <span className="text-faint">Never</span>;
      const word = lastTest.ok ? 'Connects' : lastTest.failed ? failureWords[lastTest.failed] : 'Failed';
      return (
        <span className="flex min-w-0 items-center gap-2" title={lastTest.message}>
          <StatusBadge status={lastTest.ok ? 'succeeded' : 'failed'} label={word} variant="plain" />
          <span className="truncate text-muted">
            <TimeText at={lastTest.at} style="relative" />
          </span>
        </span>
      );
    },
  },
];
