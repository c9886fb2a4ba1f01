import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ServicesBench, sampleDocument, tempServices } from '../testing/temp-services.ts';
import type { ResourceCaller } from './resource-kind.ts';

const caller = (environment: 'live' | 'sandbox'): ResourceCaller => ({
  id: 'k',
  name: 'k',
  prefix: 'k',
  environment,
  pipelineIds: null,
});

/** All workflows as each environment sees them: `workspace/name`. */
function namesOf({ services }: ServicesBench, environment: 'live' | 'sandbox'): string[] {
  const { resources, total } = services.resources.list(caller(environment), { limit: 1000, offset: 0 });
  expect(resources).toHaveLength(total);
  return resources.map(({ workspace, name }) => `${workspace}/${name}`);
}

describe('names of what others make', () => {
  const names = ['Orders', 'orders!', 'ORDERS', 'Größe', '…', 'a b', 'a-b', 'orders-2'];
  const step = fc.oneof(
    fc.record({
      act: fc.constant('create' as const),
      name: fc.constantFrom(...names),
      environment: fc.constantFrom(null, 'live' as const, 'sandbox' as const),
      workspace: fc.constantFrom('public', 'other'),
    }),
    fc.record({
      act: fc.constantFrom('rename' as const, 'remove' as const, 'restore' as const),
      at: fc.nat(9),
      name: fc.constantFrom(...names),
    }),
  );

  test('are unique in what either environment sees, and stay as they are', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const bench = tempServices();
        const { services, store } = bench;
        const ids: string[] = [];
        const first = new Map<string, string>();
        for (const one of steps) {
          if (one.act === 'create') {
            const workspaceId = services.workspaces.ensure(one.workspace).id;
            const place = { environment: one.environment, workspaceId };
            ids.push(services.pipelines.create(sampleDocument(one.name), 'window', place).id);
          } else {
            const id = ids[one.at % Math.max(1, ids.length)];
            if (id === undefined) continue;
            if (one.act === 'remove') services.pipelines.remove([id], 'window');
            if (one.act === 'restore') services.pipelines.restore([id], 'window');
            if (one.act === 'rename' && store.pipelines.find(id))
              services.pipelines.rename(id, one.name, 'window');
          }
          for (const environment of ['live', 'sandbox'] as const) {
            const seen = namesOf(bench, environment);
            expect(new Set(seen).size).toBe(seen.length);
          }
          for (const id of ids) {
            const row = store.resources.byTarget('workflow', id);
            expect(row?.name).toMatch(/^[a-z0-9][a-z0-9-]*$/);
            if (row && row.removedAt === null && one.act !== 'restore') {
              expect(first.get(id) ?? row.name).toBe(row.name);
              first.set(id, row.name);
            }
            if (one.act === 'restore' && row) first.set(id, row.name);
          }
        }
        services.close();
        store.close();
      }),
      { numRuns: 15 },
    );
  });
});

test('what is older than resources is named at the start, once', () => {
  const bench = tempServices();
  const { services, store } = bench;
  const place = { environment: null, workspaceId: store.workspaces.publicId() };
  const at = new Date(bench.clock.now()).toISOString();
  // As a home of before has them: rows without an event that told of them.
  for (const id of ['01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58', '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c59'])
    store.write(() =>
      store.pipelines.insert(
        { id, name: 'Older', description: '', revision: 1, nodeCount: 0, at },
        place,
        null,
      ),
    );
  expect(namesOf(bench, 'live')).toEqual([]);
  services.resources.adopt();
  services.resources.adopt();
  expect(namesOf(bench, 'live')).toEqual(['public/older', 'public/older-2']);
});
