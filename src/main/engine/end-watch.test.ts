import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EndWatch } from './end-watch.ts';
import { pipeline } from './testing/engine-kit.ts';
import { MemoryServices } from './testing/memory-services.ts';

const root = await mkdtemp(join(tmpdir(), 'sluice-ends-'));
afterAll(() => rm(root, { recursive: true, force: true }));

function watch() {
  const services = new MemoryServices({ tmp: root, datasets: root, kept: root, files: root });
  return { services, ends: new EndWatch(services.runs, services), id: services.submit(pipeline({})) };
}

test('everyone who waits for a run is told its end once', async () => {
  const { services, ends, id } = watch();
  const waiting = Promise.all([ends.wait(id), ends.wait(id)]);
  services.runs.claimNext();
  services.runs.finish(id, 1, { status: 'succeeded' }, []);
  expect((await waiting).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
});

test('a run that has ended is answered at once, an unknown one is not found', async () => {
  const { services, ends, id } = watch();
  services.runs.requestCancel(id);
  expect(await ends.wait(id)).toMatchObject({ status: 'cancelled' });
  await expect(ends.wait('nobody')).rejects.toMatchObject({ code: 'not_found' });
});

test('a caller that gives up is let go, and a stop lets go of all', async () => {
  const { ends, id } = watch();
  const gone = new AbortController();
  const first = ends.wait(id, gone.signal);
  const second = ends.wait(id);
  gone.abort(new Error('closed'));
  await expect(first).rejects.toThrow('closed');
  ends.stop();
  await expect(second).rejects.toMatchObject({ code: 'stopping' });
  await expect(ends.wait(id)).rejects.toMatchObject({ code: 'stopping' });
});
