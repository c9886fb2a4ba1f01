import { describe, expect, it } from 'vitest';
import { moveNodes, patchNodes, removeWires, setConfig } from './edits.ts';
import { wiresOf } from './ports.ts';
import { meaningKey, staleNodes, upstreamPart } from './stale.ts';
import { sampleDocument } from './testing.ts';

describe('what no longer tells the truth after a run', () => {
  it('is a changed step and all that follows it', () => {
    const ran = sampleDocument();
    expect([...staleNodes(ran, setConfig(ran, 'filter', { where: 'a > 1' }))].sort()).toEqual([
      'filter',
      'sort',
    ]);
    expect([...staleNodes(ran, patchNodes(ran, ['orders'], { disabled: true }))].sort()).toEqual([
      'filter',
      'orders',
      'sort',
    ]);
  });

  it('is what lost its wire', () => {
    const ran = sampleDocument();
    const [wire] = wiresOf(ran);
    expect([...staleNodes(ran, removeWires(ran, [wire?.id ?? '']))].sort()).toEqual(['filter', 'sort']);
  });

  it('is nothing when steps were moved, renamed or noted', () => {
    const ran = sampleDocument();
    const moved = moveNodes(
      patchNodes(ran, ['filter'], { title: 'Big', note: 'why' }),
      new Map([['sort', { x: 9, y: 9 }]]),
    );
    expect(staleNodes(ran, moved).size).toBe(0);
    expect(meaningKey(moved)).toBe(meaningKey(ran));
  });

  it('is a step that uses a parameter whose default changed', () => {
    const base = setConfig(sampleDocument(), 'filter', { where: 'day > $since' });
    const ran = { ...base, parameters: { since: { type: 'date' as const, default: '2024-01-01' } } };
    const now = { ...base, parameters: { since: { type: 'date' as const, default: '2025-01-01' } } };
    expect([...staleNodes(ran, now)].sort()).toEqual(['filter', 'sort']);
  });
});

it('cuts a document down to what one step needs', () => {
  const part = upstreamPart(sampleDocument(), 'filter');
  expect(part.nodes.map((node) => node.id)).toEqual(['orders', 'filter']);
  expect(part.edges).toEqual([{ from: 'orders', to: 'filter' }]);
});
