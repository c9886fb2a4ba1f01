import type { LogEntry } from '../../../shared/contract/domain.ts';
import type { RunOfResource } from '../../store/resource-runs-repository.ts';
import type { FoundResource } from '../../store/resources-repository.ts';
import type { EventBus } from '../event-bus.ts';
import type { LogReader } from '../log-reader.ts';
import type { ServiceContext } from '../service-context.ts';

/** A line of a resource's log. */
export interface ResourceLine {
  readonly time: string;
  readonly level: LogEntry['level'];
  readonly message: string;
}

export interface LogsAsked {
  /** ISO time: lines from then on. */
  readonly since?: string | undefined;
  /** The last so many lines. */
  readonly tail: number;
}

export interface ResourceLogs {
  /** Oldest first: what its runs wrote, and how they began and ended. */
  read(
    resource: FoundResource,
    environment: Environment,
    asked: LogsAsked,
    signal?: AbortSignal,
  ): Promise<ResourceLine[]>;
  /** The same, and then what is written from now on, until the signal fires. */
  follow(
    resource: FoundResource,
    environment: Environment,
    asked: LogsAsked,
    signal: AbortSignal,
  ): AsyncGenerator<ResourceLine, void>;
}

type Environment = 'live' | 'sandbox';

/** Runs that are looked at for one answer. */
const runsLookedAt = 5000;
/** Lines in memory for one reader, however slow it is. */
const pageLines = 500;

export function createResourceLogs(
  context: ServiceContext,
  { events, reader, flush }: { events: EventBus; reader: LogReader; flush(): void },
): ResourceLogs {
  const { resourceRuns, runs } = context.store;

  /** Newest first. */
  function runsOf(resource: FoundResource, environment: Environment, since?: string): RunOfResource[] {
    const { type, targetId, pipelineId } = resource;
    if (type === 'service' && targetId !== null)
      return resourceRuns.ofTrigger(targetId, since ?? '', runsLookedAt);
    if (pipelineId === null) return [];
    return resourceRuns.ofPipeline(pipelineId, environment, since ?? '', runsLookedAt);
  }

  /** `upTo`: the id of the last line of a run that counts; all where it knows none. */
  async function read(
    resource: FoundResource,
    environment: Environment,
    { since, tail }: LogsAsked,
    signal?: AbortSignal,
    upTo?: (runId: string) => number | undefined,
  ): Promise<ResourceLine[]> {
    flush();
    const lines: ResourceLine[] = [];
    /** Lines before this time are not among the last ones. */
    let floor = '';
    const keepLast = (): void => {
      lines.sort(byTime);
      if (lines.length > tail) lines.splice(0, lines.length - tail);
      if (lines.length === tail) floor = lines[0]?.time ?? floor;
    };
    for (const run of runsOf(resource, environment, since)) {
      if (run.finishedAt !== null && run.finishedAt < floor) continue;
      const last = upTo?.(run.id);
      const from = last === undefined ? undefined : last + 1;
      lines.push(...(await reader.before(run.seq, from, { since }, tail, signal)));
      lines.push(...edges(run).filter(({ time }) => since === undefined || time >= since));
      if (lines.length >= 2 * tail + pageLines) keepLast();
    }
    keepLast();
    return lines.map(plain);
  }

  async function* follow(
    resource: FoundResource,
    environment: Environment,
    asked: LogsAsked,
    signal: AbortSignal,
  ): AsyncGenerator<ResourceLine, void> {
    const concerns = (run: { pipelineId: string; triggerId: string | null; environment: string }): boolean =>
      run.environment === environment &&
      (resource.type === 'service'
        ? run.triggerId === resource.targetId
        : run.pipelineId === resource.pipelineId);
    const followed = new Map<string, FollowedRun>();
    let ring = (): void => undefined;
    let ringing = false;
    const wake = (): void => {
      ringing = true;
      ring();
    };
    const unsubscribe = events.subscribe((event) => {
      if (event.type === 'run.logged' && followed.has(event.runId)) wake();
      if (event.type !== 'run.changed' || !concerns(event.run)) return;
      if (!followed.has(event.run.id)) followed.set(event.run.id, { from: 0, started: false });
      wake();
    });
    signal.addEventListener('abort', wake);
    try {
      flush();
      // Where each run stands now is noted before the lines so far are read: none falls between.
      for (const run of runsOf(resource, environment).filter(({ finishedAt }) => finishedAt === null))
        followed.set(run.id, { from: context.store.logs.newest(run.seq), started: run.startedAt !== null });
      const places = new Map([...followed].map(([id, { from }]) => [id, from]));
      yield* await read(resource, environment, asked, signal, (id) => places.get(id));
      while (!signal.aborted) {
        ringing = false;
        for (const [id, place] of followed) yield* newLines(id, place);
        if (!ringing)
          await new Promise<void>((resolve) => {
            ring = resolve;
            if (ringing || signal.aborted) resolve();
          });
      }
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', wake);
    }

    async function* newLines(id: string, place: FollowedRun): AsyncGenerator<ResourceLine, void> {
      const run = runs.find(id);
      const over = run === undefined || run.finishedAt !== null;
      if (over) followed.delete(id);
      if (!run) return;
      const [begin, end] = [
        edges(run).find(({ edge }) => edge === 'begin'),
        edges(run).find(({ edge }) => edge === 'end'),
      ];
      if (begin && !place.started) {
        place.started = true;
        yield plain(begin);
      }
      flush();
      for (;;) {
        const page = await reader.after(run.seq, place.from, {}, pageLines, signal);
        for (const entry of page.entries) yield plain(entry);
        place.from = page.reached;
        if (page.entries.length < pageLines || signal.aborted) break;
      }
      if (end) yield plain(end);
    }
  }

  return { read, follow };
}

interface FollowedRun {
  /** The id of the last line that was read. */
  from: number;
  /** That it began has been told. */
  started: boolean;
}

type Edge = ResourceLine & { readonly edge: 'begin' | 'end' };

/** How a run began and ended, as lines: its own log tells what happens in between. */
function edges({ status, startedAt, finishedAt, error }: Omit<RunOfResource, 'id' | 'seq'>): Edge[] {
  const lines: Edge[] = [];
  if (startedAt !== null)
    lines.push({ edge: 'begin', time: startedAt, level: 'info', message: 'Workflow started' });
  if (finishedAt === null) return lines;
  const reason = error === null ? '' : `: ${error.message}`;
  const [level, message] =
    status === 'succeeded'
      ? (['info', 'Workflow completed successfully'] as const)
      : status === 'failed'
        ? (['error', `Workflow failed${reason}`] as const)
        : (['warn', `Workflow cancelled${reason}`] as const);
  lines.push({ edge: 'end', time: finishedAt, level, message });
  return lines;
}

const byTime = (one: ResourceLine & { id?: number }, other: ResourceLine & { id?: number }): number =>
  one.time < other.time
    ? -1
    : one.time > other.time
      ? 1
      : rank(one) - rank(other) || (one.id ?? 0) - (other.id ?? 0);

/** Within one millisecond a run begins before it says anything, and ends after. */
function rank(line: ResourceLine): number {
  const { edge } = line as Partial<Edge>;
  return edge === 'begin' ? 0 : edge === 'end' ? 2 : 1;
}

const plain = ({ time, level, message }: ResourceLine): ResourceLine => ({ time, level, message });
