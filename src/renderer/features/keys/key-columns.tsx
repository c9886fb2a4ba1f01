import type { KeySummary } from '../../../shared/contract/domain.ts';
import { keyLooks, keyState, planWord, scopeText } from '../../access/key-words.ts';
import { presetOf } from '../../access/presets.ts';
import {
  Badge,
  formatCount,
  formatPlural,
  formatRelative,
  formatUtc,
  type ListColumn,
  Sparkline,
  StatusBadge,
  TimeText,
} from '../../ui/index.ts';
import type { RecentUse } from './use-keys.ts';

/** A key in one line: whose, whether it works, what it may, how much it is used. */
export function keyColumns(use: ReadonlyMap<string, RecentUse>): ListColumn<KeySummary>[] {
  return [
    {
      id: 'name',
      title: 'Name',
      width: 'minmax(250px, 3fr)',
      render: ({ name, prefix }) => (
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-medium" dir="auto" title={name}>
            {name}
          </span>
          <span className="min-w-0 flex-1 truncate text-left font-mono text-data text-muted" title={prefix}>
            {prefix}…
          </span>
        </span>
      ),
    },
    {
      id: 'state',
      title: 'State',
      width: '112px',
      render: (key) => {
        const { status, word } = keyLooks[keyState(key)];
        return <StatusBadge status={status} label={word} variant="plain" />;
      },
    },
    {
      id: 'environment',
      title: 'Environment',
      width: '80px',
      render: ({ environment }) => (
        <Badge tone={environment === 'live' ? 'accent' : 'violet'}>{environment}</Badge>
      ),
    },
    {
      id: 'scopes',
      title: 'May',
      width: 'minmax(110px, 2fr)',
      render: ({ scopes }) => (
        <span className="truncate text-muted" title={scopeText(scopes)}>
          {presetOf(scopes)?.label ?? scopeText(scopes)}
        </span>
      ),
    },
    {
      id: 'pipelines',
      title: 'Pipelines',
      width: '64px',
      align: 'end',
      render: ({ pipelineIds }) =>
        pipelineIds === null ? (
          <span className="text-muted">All</span>
        ) : (
          <span className="nums">{pipelineIds.length === 0 ? 'None' : formatCount(pipelineIds.length)}</span>
        ),
    },
    {
      id: 'plan',
      title: 'Plan',
      width: '88px',
      render: ({ plan }) => <span className="text-muted">{planWord(plan)}</span>,
    },
    {
      id: 'use',
      title: 'Last 24 hours',
      width: '84px',
      render: ({ id }) => <Use use={use.get(id)} />,
    },
    {
      id: 'used',
      title: 'Last used',
      width: '84px',
      align: 'end',
      render: ({ lastUsedAt }) =>
        lastUsedAt ? (
          <TimeText at={lastUsedAt} style="relative" />
        ) : (
          <span className="text-faint">Never</span>
        ),
    },
    {
      id: 'expires',
      title: 'Expires',
      width: '84px',
      align: 'end',
      render: ({ expiresAt }) =>
        expiresAt ? <Expiry at={expiresAt} /> : <span className="text-muted">Never</span>,
    },
  ];
}

/** As a distance while it is near, then as a day. */
function Expiry({ at }: { at: string }) {
  const text = formatRelative(at);
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {text.replace(/ \d\d:\d\d$/, '')}
    </time>
  );
}

function Use({ use }: { use: RecentUse | undefined }) {
  if (!use) return <span className="text-faint">–</span>;
  const total = use.requests.reduce((sum, count) => sum + count, 0);
  const stopped = [
    use.refused > 0 && `${formatPlural(use.refused, 'refusal')}`,
    use.limited > 0 && `${formatPlural(use.limited, 'limit')} hit`,
  ].filter(Boolean);
  const label = [`${formatPlural(total, 'request')} in 24 hours`, ...stopped].join(', ');
  return <Sparkline values={use.requests} label={label} />;
}
