import type { NoticeEvent } from '../../../shared/contract/notices.ts';
import type { StoredNotice } from '../../services/notices-service.ts';

export interface Message {
  readonly title: string;
  /** One paragraph a line. */
  readonly lines: readonly MessageLine[];
  /** Where it leads, as a hash route: a run, or the list of them. */
  readonly route: string;
}

export interface MessageLine {
  readonly text: string;
  readonly route?: string;
}

/** Pipelines named in one message; the rest are counted. */
const namedAtMost = 12;

/** All that waits of one channel as one message: a single event in full, many by pipeline. */
export function composeMessage(notices: readonly StoredNotice[]): Message {
  const [only, ...more] = notices;
  if (!only) return { title: 'Nothing happened', lines: [], route: '#/runs' };
  return more.length === 0 ? single(only) : digest(notices);
}

function single(notice: StoredNotice): Message {
  const route = routeOf(notice);
  const name = nameOf(notice);
  const reason = notice.reason ?? '';
  const line = (text: string): MessageLine[] => [{ text, route }];
  switch (notice.event) {
    case 'failed':
      return isUnstarted(notice)
        ? { title: `${name} was not started`, lines: line(`${subjectOf(notice)}: ${reason}`), route }
        : { title: `${name} failed`, lines: line(reason), route };
    case 'recovered':
      return { title: `${name} works again`, lines: line('It succeeded after it had failed.'), route };
    case 'late':
      return { title: `${name} is late`, lines: line(`It was expected to be over by ${reason}.`), route };
    case 'webhook':
      return {
        title: `The webhook ${subjectOf(notice)} was paused`,
        lines: line(`${reason} Events wait until it is resumed.`),
        route,
      };
    case 'archive':
      return {
        title: 'The archive could not be written',
        lines: line(`Nothing was deleted: ${reason}. Look at the storage settings.`),
        route,
      };
  }
}

function digest(notices: readonly StoredNotice[]): Message {
  const groups = Map.groupBy(
    notices,
    ({ event, pipelineId, subjectId }) => `${event} ${pipelineId ?? ''} ${subjectId ?? ''}`,
  );
  const lines = [...groups.values()].slice(0, namedAtMost).map(groupLine);
  const unnamed = groups.size - lines.length;
  if (unnamed > 0) lines.push({ text: `And ${unnamed} more.` });
  const counts = Map.groupBy(notices, (notice) => (isUnstarted(notice) ? 'unstarted' : notice.event));
  const title = [...counts].map(([event, all]) => headline(event, all.length)).join(', ');
  return { title: title.charAt(0).toUpperCase() + title.slice(1), lines, route: '#/runs' };
}

function groupLine(group: readonly StoredNotice[]): MessageLine {
  const last = group.at(-1);
  if (!last) return { text: '' };
  const { title, lines } = single(last);
  const times = group.length === 1 ? '' : ` ${group.length} times`;
  const reason = lines[0]?.text ?? '';
  const text = group.length === 1 ? `${title}: ${reason}` : `${title}${times}. The last time: ${reason}`;
  return { text, route: routeOf(last) };
}

/** A fire of a trigger whose run was not accepted: a failure that has no run. */
function isUnstarted({ event, runId }: StoredNotice): boolean {
  return event === 'failed' && runId === null;
}

function headline(event: NoticeEvent | 'unstarted', count: number): string {
  const things = count === 1 ? '1 run' : `${count} runs`;
  const texts: Record<NoticeEvent | 'unstarted', string> = {
    failed: `${things} failed`,
    unstarted: `${things} ${count === 1 ? 'was' : 'were'} not started`,
    recovered: count === 1 ? '1 pipeline works again' : `${count} pipelines work again`,
    late: `${things} ${count === 1 ? 'is' : 'are'} late`,
    webhook: count === 1 ? '1 webhook was paused' : `${count} webhooks were paused`,
    archive: 'the archive could not be written',
  };
  return texts[event];
}

function nameOf({ pipelineName }: StoredNotice): string {
  return pipelineName === null ? 'A run' : `“${oneLine(pipelineName)}”`;
}

function subjectOf({ subjectName }: StoredNotice): string {
  return subjectName === null ? 'a trigger' : `“${oneLine(subjectName)}”`;
}

function routeOf({ event, runId, subjectId }: StoredNotice): string {
  if (event === 'archive') return '#/settings/storage';
  if (event === 'webhook') return subjectId === null ? '#/webhooks' : `#/webhooks/${subjectId}`;
  if (runId === null && subjectId !== null) return `#/schedules/${subjectId}`;
  return runId === null ? '#/runs' : `#/runs/${runId}`;
}

/** A name becomes part of a title, which is one line everywhere. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
