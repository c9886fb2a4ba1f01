import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEntry } from '../../shared/contract/domain.ts';
import type { LogReport } from '../runner/protocol.ts';
import type { LogFilter } from '../store/run-logs-repository.ts';
import { type ServicesBench, sampleDocument, submission, tempServices } from './testing/temp-services.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

function report(index: number): LogReport {
  return {
    time: new Date(Date.UTC(2026, 0, 1) + index).toISOString(),
    level: levels[index % 7 === 0 ? 3 : index % 3] ?? 'info',
    nodeId: index % 2 === 0 ? 'src' : undefined,
    message: `line ${index}`,
    fields: { index },
  };
}

function runningRun(bench: ServicesBench = tempServices()) {
  const { services } = bench;
  const pipelineId = services.pipelines.create(sampleDocument(), 'window').id;
  const { id } = services.runs.submit(submission(pipelineId));
  services.runs.claimNext();
  let written = 0;
  const write = (count: number) => {
    services.runs.appendLogs(
      id,
      1,
      Array.from({ length: count }, () => report(written++)),
    );
    services.runs.flush();
  };
  const end = () => services.runs.finish(id, 1, { status: 'succeeded' }, []);
  return { ...bench, id, write, end, written: () => written };
}

const indexOf = (entry: LogEntry) => entry.fields.index;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('a follower gets every line once, in order, and ends after the last one', async () => {
  const { services, id, write, end } = runningRun();
  write(1200);
  const seen: unknown[] = [];
  for await (const entry of services.history.followLogs({ runId: id, follow: true })) {
    seen.push(indexOf(entry));
    if (seen.length === 600) write(700);
    if (seen.length === 1900) {
      write(3);
      end();
    }
  }
  expect(seen).toEqual(upTo(1903));
});

test('a reader that is cut again and again while the run writes loses and repeats nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ written: fc.integer({ min: 0, max: 40 }), read: fc.integer({ min: 0, max: 40 }) }),
        { minLength: 1, maxLength: 12 },
      ),
      async (rounds) => {
        const { services, id, write, end, written } = runningRun();
        const seen: unknown[] = [];
        let last = 0;
        for (const { written: count, read } of rounds) {
          write(count);
          const cut = new AbortController();
          const lines = services.history.followLogs({ runId: id, follow: true, after: last }, cut.signal);
          while (seen.length < written() && seen.length % 41 < read) {
            const { value } = await lines.next();
            if (!value) break;
            seen.push(indexOf(value));
            last = value.id;
          }
          cut.abort();
          await lines.return();
        }
        end();
        for await (const entry of services.history.followLogs({ runId: id, follow: true, after: last }))
          seen.push(indexOf(entry));
        expect(seen).toEqual(upTo(written()));
      },
    ),
    { numRuns: 15 },
  );
});

test('pages of any size and filter put together are the whole log, forwards and backwards', async () => {
  const { store, services, id, write } = runningRun();
  // Lines of other runs lie between.
  const other = runningRun({ store, services } as ServicesBench);
  for (let round = 0; round < 20; round += 1) {
    write(13);
    other.write(7);
  }
  const seq = store.runs.find(id)?.seq ?? 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.record(
        {
          level: fc.constantFrom(...levels),
          nodeId: fc.constantFrom('src', 'nobody'),
          search: fc.constantFrom('line 1', 'LINE', '%'),
        },
        { requiredKeys: [] },
      ),
      async (limit, budget, filter: LogFilter) => {
        const whole = upTo(260)
          .map(report)
          .filter((line) => fits(line, filter));
        for (const direction of ['after', 'before'] as const) {
          const seen: unknown[] = [];
          let from = direction === 'after' ? 0 : Number.MAX_SAFE_INTEGER;
          for (;;) {
            const scan = store.logs.scan(seq, filter, { from, direction, limit, budget });
            seen.push(...scan.entries.map(indexOf));
            from = scan.reached;
            if (scan.ended) break;
          }
          const expected = whole.map(({ fields }) => fields?.index);
          expect(seen).toEqual(direction === 'after' ? expected : expected.reverse());
        }
      },
    ),
    { numRuns: 60 },
  );
});

function fits(line: LogReport, { level = 'debug', nodeId, search = '' }: LogFilter): boolean {
  if (levels.indexOf(line.level) < levels.indexOf(level)) return false;
  if (nodeId && line.nodeId !== nodeId) return false;
  return line.message.toLowerCase().includes(search.toLowerCase());
}

test('tail begins with the last lines that fit, since with the first of its time, after wins over both', async () => {
  const { services, id, write } = runningRun();
  write(100);
  const read = async (input: object) => {
    const seen = [];
    for await (const entry of services.history.followLogs({ runId: id, follow: false, ...input }))
      seen.push(indexOf(entry));
    return seen;
  };
  expect(await read({ tail: 3 })).toEqual([97, 98, 99]);
  expect(await read({ tail: 0 })).toEqual([]);
  expect(await read({ tail: 2, level: 'error' })).toEqual([91, 98]);
  expect(await read({ tail: 1000 })).toHaveLength(100);
  expect(await read({ since: report(98).time })).toEqual([98, 99]);
  expect(await read({ since: report(90).time, tail: 4, level: 'error' })).toEqual([91, 98]);
  const { entries } = await services.runs.logs({ runId: id, limit: 1, after: 97 });
  expect(await read({ after: entries[0]?.id, tail: 50 })).toEqual([98, 99]);
});

test('an unknown run is refused, and one that is deleted ends its stream', async () => {
  const { services, id, write, end } = runningRun();
  const unknown = services.history.followLogs({ runId: crypto.randomUUID(), follow: true });
  await expect(unknown.next()).rejects.toMatchObject({ code: 'not_found' });
  write(2);
  const lines = services.history.followLogs({ runId: id, follow: true });
  await lines.next();
  end();
  services.runs.remove([id]);
  const left = [];
  for await (const entry of lines) left.push(entry);
  expect(left.length).toBeLessThanOrEqual(1);
});

test('a count that was made is continued with the new lines only', async () => {
  const bench = runningRun();
  const { services, store, id, write } = bench;
  write(50);
  const input = { runId: id, limit: 5, search: 'line 4' };
  expect((await services.runs.logs(input)).total).toBe(11);
  write(450);
  expect((await services.runs.logs(input)).total).toBe(111);
  const before = store.diagnostics().queries;
  await services.runs.logs(input);
  expect(store.diagnostics().queries - before).toBeLessThan(10);
});

test('a search that nobody waits for any longer stops', async () => {
  const { services, id, write } = runningRun();
  write(10);
  const gone = AbortSignal.abort();
  await expect(services.runs.logs({ runId: id, limit: 5, search: 'x' }, gone)).rejects.toThrow();
});
