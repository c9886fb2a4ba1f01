import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { StoredBatch } from '../store/received-repository.ts';
import { sampleDocument, tempServices } from './testing/temp-services.ts';

type Bench = ReturnType<typeof tempServices>;

/** A batch accepted with a run of its own, as the door does it. */
function received(
  bench: Bench,
  source: string,
  content: string | null,
): { batch: StoredBatch; runId: string } {
  const { services } = bench;
  const { received, runs, pipelines } = services;
  const name = `of ${source}`;
  const document = {
    ...sampleDocument(name),
    parameters: { batch: { type: 'text' as const, default: 'newest' } },
  };
  const pipeline = pipelines.findByName(name) ?? pipelines.create(document, 'window');
  const bytes = content?.length ?? 4;
  const batch: StoredBatch = {
    id: received.newId(),
    environment: 'live',
    source,
    records: 1,
    bytes,
    sha256: null,
    content: content === null ? null : Buffer.from(content),
  };
  if (content === null) {
    mkdirSync(dirname(received.filePath(batch)), { recursive: true });
    writeFileSync(received.filePath(batch), '[{}]');
  }
  const { run, kept } = received.accept(batch, () =>
    runs.submit({
      pipelineId: pipeline.id,
      parameters: { batch: batch.id },
      mode: 'fast',
      environment: 'live',
      trigger: 'api',
      cause: 'test',
    }),
  );
  expect(kept).toBe(true);
  return { batch, runId: run.id };
}

const ended = (bench: Bench, runId: string): void => {
  bench.services.runs.requestCancel(runId);
  bench.services.runs.remove([runId]);
};

test('a batch is found by its id and as the newest, small ones as text and others as a file', () => {
  const bench = tempServices();
  const { received: service } = bench.services;
  const small = received(bench, 'orders', '[{"a":1}]').batch;
  const large = received(bench, 'orders', null).batch;
  expect(service.find('orders', small.id, 'live')).toEqual({
    batchId: small.id,
    records: 1,
    text: '[{"a":1}]',
  });
  expect(service.find('orders', 'newest', 'live')).toEqual({
    batchId: large.id,
    records: 1,
    path: service.filePath(large),
  });
  expect(service.find('orders', small.id, 'sandbox')).toBeUndefined();
  expect(service.find('other', small.id, 'live')).toBeUndefined();
});

test('a batch goes once its run is removed, the newest of a source stays', async () => {
  const bench = tempServices();
  const { received: service, retention } = bench.services;
  const first = received(bench, 'orders', null);
  const second = received(bench, 'orders', null);
  ended(bench, second.runId);
  await retention.clean('cli');
  expect(existsSync(service.filePath(second.batch))).toBe(true);
  ended(bench, first.runId);
  await retention.clean('cli');
  expect(existsSync(service.filePath(first.batch))).toBe(false);
  expect(service.find('orders', first.batch.id, 'live')).toBeUndefined();
  expect(service.find('orders', 'newest', 'live')?.batchId).toBe(second.batch.id);
});

test('fsck names files that no batch has and batches whose file is gone', async () => {
  const bench = tempServices();
  const { received: service, fsck } = bench.services;
  const { batch } = received(bench, 'orders', null);
  expect(await fsck.check()).toMatchObject({ missing: [], orphans: [] });
  writeFileSync(service.filePath(batch), 'cut');
  expect((await fsck.check()).missing).toEqual([
    expect.stringContaining(`${batch.id}: its file has 3 bytes`),
  ]);
});

test('what was never accepted is gone after a start', () => {
  const bench = tempServices();
  const { batch } = received(bench, 'orders', null);
  const kept = bench.services.received.filePath(batch);
  const stray = join(dirname(kept), 'stray.json');
  writeFileSync(stray, '[]');
  tempServices(bench.home, bench.store);
  expect([existsSync(kept), existsSync(stray)]).toEqual([true, false]);
});

test('a backup holds the files of batches, and says when one is missing', async () => {
  const bench = tempServices();
  const { backup, received: service } = bench.services;
  const { batch } = received(bench, 'orders', null);
  const folder = join(dirname(bench.home.root), `backup-${batch.id}`);
  await backup.create({ folder });
  expect(existsSync(join(folder, 'received', 'live', `${batch.id}.json`))).toBe(true);
  await expect(backup.verify(folder)).resolves.toMatchObject({ folder });
  expect(existsSync(service.filePath(batch))).toBe(true);
});
