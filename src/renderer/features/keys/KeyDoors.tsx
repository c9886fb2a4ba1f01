import type { DoorName, KeySummary } from '../../../shared/contract/domain.ts';
import { type DoorVerb, doors, mayDo } from '../../access/doors.ts';
import { isLiveKey } from '../../access/key-words.ts';
import { cx, formatCount, TimeText } from '../../ui/index.ts';

interface DoorUse {
  readonly door: DoorName;
  readonly requests: number;
  readonly refused: number;
  readonly limited: number;
}

export interface KeyLimit {
  readonly door: DoorName;
  readonly limit: number;
  readonly window: 'minute' | 'hour' | 'day' | 'concurrent';
  readonly remaining: number;
  readonly resetsAt: string | null;
}

interface KeyDoorsProps {
  readonly apiKey: KeySummary;
  readonly byDoor: readonly DoorUse[];
  readonly limits: readonly KeyLimit[];
}

/** Every API: how much the key used it in the span above, and how its limits stand now. */
export function KeyDoors({ apiKey, byDoor, limits }: KeyDoorsProps) {
  const shown = doors.filter(
    ({ door, verbs }) =>
      Object.keys(verbs).some((verb) => mayDo(apiKey.scopes, door, verb as DoorVerb)) ||
      byDoor.some((use) => use.door === door && use.requests > 0),
  );
  return (
    <table className="w-full">
      <caption className="sr-only">Use and limits by API</caption>
      <thead>
        <tr className="text-left text-meta text-muted [&>th]:border-b [&>th]:border-line [&>th]:py-1.5 [&>th]:pr-4 [&>th]:font-medium">
          <th scope="col">API</th>
          <th scope="col" className="text-right">
            Requests
          </th>
          <th scope="col" className="text-right">
            Refused
          </th>
          <th scope="col" className="text-right">
            Over a limit
          </th>
          <th scope="col" className="w-[56%]">
            Left of its limits now
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ door, title }) => {
          const use = byDoor.find((each) => each.door === door);
          return (
            <tr key={door} className="align-top [&>*]:border-b [&>*]:border-line [&>*]:py-1.5 [&>*]:pr-4">
              <th scope="row" className="text-left font-medium whitespace-nowrap">
                {title}
              </th>
              <Figure value={use?.requests ?? 0} />
              <Figure value={use?.refused ?? 0} bad="text-status-failed" />
              <Figure value={use?.limited ?? 0} bad="text-status-warning" />
              <td>
                {isLiveKey(apiKey) ? (
                  <Limits limits={limits.filter((limit) => limit.door === door)} />
                ) : (
                  <span className="text-faint">–</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Figure({ value, bad }: { value: number; bad?: string }) {
  return (
    <td className={cx('text-right nums', value === 0 ? 'text-faint' : bad)}>
      {value === 0 ? '–' : formatCount(value)}
    </td>
  );
}

const windows: Readonly<Record<KeyLimit['window'], string>> = {
  minute: 'a minute',
  hour: 'an hour',
  day: 'a day',
  concurrent: 'at once',
};

function Limits({ limits }: { limits: readonly KeyLimit[] }) {
  if (limits.length === 0) return <span className="text-muted">No limit</span>;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {limits.map(({ limit, window, remaining, resetsAt }) => {
        const share = limit === 0 ? 0 : Math.max(0, Math.min(1, remaining / limit));
        return (
          <li key={window} className="flex items-center gap-2 nums">
            <span aria-hidden className="flex h-1.5 w-8 overflow-hidden rounded-xs bg-n5">
              <span
                className={cx(
                  share > 0.2 ? 'bg-accent' : share > 0 ? 'bg-status-warning' : 'bg-status-failed',
                )}
                style={{ width: `${share * 100}%` }}
              />
            </span>
            <span>
              {formatCount(remaining)}{' '}
              <span className="text-muted">
                of {formatCount(limit)} {windows[window]}
              </span>
              {remaining <= 0 && resetsAt && (
                <span className="text-status-failed">
                  , again <TimeText at={resetsAt} style="relative" />
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
