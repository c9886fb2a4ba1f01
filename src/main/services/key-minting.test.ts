import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyPlans, keyScopes } from '../../shared/contract/domain.ts';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

const wish = {
  name: 'CI',
  scopes: ['all' as const],
  environment: 'live' as const,
  plan: 'standard' as const,
};

describe('keys that a key makes', () => {
  const maker = {
    ...wish,
    scopes: ['dataos:tokens' as const, 'dataos:read' as const],
    plan: 'starter' as const,
  };

  test('one that asks for nothing special holds what its maker holds, and ends with it', () => {
    const { services } = tempServices();
    const { key: _text, ...parent } = services.keys.create({ ...maker, expires: '24h' });
    const { key, ...child } = services.keys.mint(parent, { name: 'CI', scopes: ['dataos:read'] });
    expect(child).toMatchObject({
      plan: 'starter',
      environment: 'live',
      expiresAt: parent.expiresAt,
      scopes: ['dataos:read'],
    });
    expect(services.keys.authenticate(key)).toMatchObject({
      key: { id: child.id },
      maker: { id: parent.id },
    });
    expect(services.keys.minted(parent).map(({ id }) => id)).toEqual([child.id]);
    const grandchild = services.keys.mint(child, { name: 'deeper', scopes: ['dataos:read'] });
    expect(services.keys.authenticate(grandchild.key)?.maker?.id).toBe(parent.id);
    services.keys.revoke(parent.id);
    for (const text of [key, grandchild.key]) expect(services.keys.authenticate(text)).toBeUndefined();
  });

  test('only the maker revokes what it made', () => {
    const { services } = tempServices();
    const parent = services.keys.create(maker);
    const stranger = services.keys.create(maker);
    const child = services.keys.mint(parent, { name: 'x', scopes: ['dataos:read'] });
    expect(() => services.keys.revokeMinted(stranger, child.id)).toThrow(/no token/);
    expect(() => services.keys.revokeMinted(child, parent.id)).toThrow(/no token/);
    expect(services.keys.revokeMinted(parent, child.id).revokedAt).not.toBeNull();
  });

  test('folders are judged before and after their links: nothing outside is found out or reached', () => {
    const { services, store } = tempServices();
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-key-')));
    const outside = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-key-')));
    mkdirSync(join(folder, 'sub'));
    symlinkSync(outside, join(folder, 'link'));
    const parent = services.keys.create({ ...maker, folders: [folder] });
    const mint = (path: string) =>
      services.keys.mint(parent, { name: 'x', scopes: ['dataos:read'], folders: [path] });
    expect(mint(join(folder, 'sub')).folders).toEqual([join(folder, 'sub')]);
    const told = [outside, '/no/such/folder'].map((path) => {
      try {
        return mint(path);
      } catch (error) {
        return (error as Error).message.replace(path, '...');
      }
    });
    expect(new Set(told).size).toBe(1);
    const before = store.keys.list().length;
    expect(() => mint(join(folder, 'link'))).toThrow(/cannot give more than it has/);
    expect(store.keys.list()).toHaveLength(before);
  });

  test('none ever holds anything that its maker does not', () => {
    const { services } = tempServices();
    const ids = ['A', 'B', 'C'].map((name) => services.pipelines.create(sampleDocument(name), 'window').id);
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-key-')));
    const folders = ['a', 'a/b', 'c'].map((name) => join(folder, name));
    for (const each of folders) mkdirSync(each, { recursive: true });
    const rights = fc.record({
      scopes: fc.uniqueArray(fc.constantFrom(...keyScopes), { minLength: 1, maxLength: 4 }),
      plan: fc.constantFrom(...keyPlans),
      pipelineIds: fc.option(fc.subarray(ids)),
      folders: fc.subarray(folders),
      expires: fc.option(fc.constantFrom('1h', '48h'), { nil: undefined }),
    });
    type Rights = typeof rights extends fc.Arbitrary<infer Value> ? Value : never;
    const widest = (drawn: Rights): Rights => ({ ...drawn, scopes: ['all'], plan: 'unlimited', folders });
    const seen = { made: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(rights, rights.map(widest)), rights, (parentRights, childRights) => {
        const parent = services.keys.create({ name: 'parent', environment: 'live', ...parentRights });
        const { expires, ...rest } = childRights;
        try {
          const child = services.keys.mint(parent, { name: 'child', ...rest, ...(expires && { expires }) });
          seen.made += 1;
          for (const scope of child.scopes) expect(services.keys.allows(parent, scope)).toBe(true);
          if (parent.pipelineIds !== null)
            for (const id of child.pipelineIds ?? ['all']) expect(parent.pipelineIds).toContain(id);
          for (const path of child.folders)
            expect(parent.folders.some((each) => path === each || path.startsWith(`${each}/`))).toBe(true);
          if (parent.expiresAt !== null) expect((child.expiresAt ?? '9') <= parent.expiresAt).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'beyond_key' });
          seen.refused += 1;
        }
      }),
      { numRuns: 120 },
    );
    expect(seen.made).toBeGreaterThan(5);
    expect(seen.refused).toBeGreaterThan(5);
  });

  test('what a maker loses, the keys that it made lose too', () => {
    const { services } = tempServices();
    const [a = '', b = ''] = ['A', 'B'].map(
      (name) => services.pipelines.create(sampleDocument(name), 'window').id,
    );
    const parent = services.keys.create({ ...wish, plan: 'enterprise' });
    const child = services.keys.mint(parent, {
      name: 'child',
      scopes: ['dataos:read', 'cloudflow:run'],
      pipelineIds: [a, b],
    });
    const grandchild = services.keys.mint(child, { name: 'deeper', scopes: ['cloudflow:run'] });
    services.keys.update({ id: parent.id, scopes: ['dataos:read'], plan: 'starter', pipelineIds: [a] });
    expect(services.keys.get(child.id)).toMatchObject({
      scopes: ['dataos:read'],
      plan: 'starter',
      pipelineIds: [a],
    });
    // Nothing is left of it.
    expect(services.keys.get(grandchild.id).revokedAt).not.toBeNull();
    expect(() => services.keys.update({ id: child.id, scopes: ['all'] })).toThrow(/lacks the scope all/);
  });

  test('of 200 runs that a key and its tokens submit, no more run at once than the plan allows', () => {
    const { services } = tempServices();
    const document = sampleDocument('Wide', { concurrency: { limit: 50, whenFull: 'queue' } });
    const pipeline = services.pipelines.create(document, 'window').id;
    const parent = services.keys.create({ ...wish, plan: 'starter' });
    const child = services.keys.mint(parent, { name: 'child', scopes: ['execution:run'] });
    for (let count = 0; count < 200; count += 1)
      services.runs.submit(submission(pipeline, { trigger: 'api', keyId: count % 2 ? parent.id : child.id }));
    const perLane = services.keys.mostRuns;
    const claim = () => services.runs.claimNext({ perLane });
    const running = Array.from({ length: 20 }, claim).filter((run) => run !== undefined);
    expect(running).toHaveLength(5);
    const [first] = running;
    if (first) services.runs.finish(first.id, first.attempt, { status: 'succeeded' }, []);
    expect([claim(), claim()].filter(Boolean)).toHaveLength(1);
  });

  test('their runs stand in the lane of the first maker and share its bound', () => {
    const { services, store } = tempServices();
    const pipeline = services.pipelines.create(sampleDocument(), 'window').id;
    const parent = services.keys.create({ ...wish, plan: 'starter' });
    const child = services.keys.mint(parent, { name: 'child', scopes: ['execution:run'] });
    const run = services.runs.submit(submission(pipeline, { trigger: 'api', keyId: child.id }));
    expect(store.runs.find(run.id)).toMatchObject({ lane: `key:${parent.id}`, keyId: child.id });
    expect(services.keys.mostRuns(`key:${parent.id}`)).toBe(5);
    services.keys.update({ id: parent.id, plan: 'unlimited' });
    expect(services.keys.mostRuns(`key:${parent.id}`)).toBe(Number.POSITIVE_INFINITY);
    expect(services.keys.mostRuns('trigger:x')).toBe(Number.POSITIVE_INFINITY);
  });
});
