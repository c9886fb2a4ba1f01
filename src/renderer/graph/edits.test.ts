import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentSchema, type PipelineDocument } from '../../shared/pipeline/document.ts';
import * as edits from './edits.ts';
import { allKinds } from './kinds.ts';
import { placeOf } from './places.ts';
import { bestInput, downstreamOf, firstOutput, judgeWire, upstreamOf, wiresOf } from './ports.ts';
import { sampleDocument, withJoin } from './testing.ts';

const wireTexts = (document: PipelineDocument) => document.edges.map(({ from, to }) => `${from} > ${to}`);

describe('adding steps', () => {
  it('wires a step added after another and places it to the right where nothing lies', () => {
    const document = sampleDocument();
    expect(wireTexts(document)).toEqual(['orders > filter', 'filter > sort']);
    const { document: next, id } = edits.addAfter(document, 'limit', 'filter');
    const node = next.nodes.find((candidate) => candidate.id === id);
    expect(wireTexts(next)).toContain('filter > limit');
    expect(node && placeOf(node)).toEqual({ x: 576, y: 112 });
  });

  it('names the port only where a step has several on that side', () => {
    const { document } = withJoin();
    expect(wireTexts(document)).toContain('sort > join.left');
    expect(wireTexts(document)).toContain('products > join.right');
  });

  it('does not wire a source that is added after a step', () => {
    const { document } = edits.addAfter(sampleDocument(), 'rows', 'filter');
    expect(document.edges).toHaveLength(2);
  });

  it('puts a step into a wire', () => {
    const document = sampleDocument();
    const wire = wiresOf(document)[1];
    if (!wire) throw new Error('the sample has two wires');
    const added = edits.addOnWire(document, 'limit', wire, { x: 0, y: 0 });
    expect(wireTexts(added.document)).toEqual(['orders > filter', 'filter > limit', 'limit > sort']);
  });

  it('makes room for a step put into a tight wire, for all that follows', () => {
    const document = sampleDocument();
    const [wire] = wiresOf(document);
    if (!wire) throw new Error('the sample has two wires');
    const added = edits.addOnWire(document, 'limit', wire, { x: 100, y: 0 });
    const places = Object.fromEntries(added.document.nodes.map((node) => [node.id, placeOf(node).x]));
    expect(places).toEqual({ orders: 0, limit: 288, filter: 576, sort: 864, products: 0 });
  });

  it('connects to the end of a wire that was let go, in both directions', () => {
    const document = sampleDocument();
    const forward = edits.addAtWireEnd(document, 'limit', { node: 'products', port: 'out' }, 'source', {
      x: 0,
      y: 0,
    });
    expect(wireTexts(forward.document)).toContain('products > limit');
    const bare = edits.removeNodes(document, ['orders']);
    const back = edits.addAtWireEnd(bare, 'rows', { node: 'filter', port: 'in' }, 'target', { x: 0, y: 0 });
    expect(wireTexts(back.document)).toContain('rows > filter');
  });
});

describe('wiring', () => {
  it('gives up the old wire of an input that takes one', () => {
    const next = edits.connect(
      sampleDocument(),
      { node: 'products', port: 'out' },
      { node: 'filter', port: 'in' },
    );
    expect(wireTexts(next)).toEqual(['filter > sort', 'products > filter']);
  });

  it('keeps all wires of an input that takes many', () => {
    const { document, id } = edits.addAfter(sampleDocument(), 'union', 'sort');
    const next = edits.connect(document, { node: 'products', port: 'out' }, { node: id, port: 'in' });
    expect(wireTexts(next)).toEqual(expect.arrayContaining(['sort > union', 'products > union']));
  });

  it('refuses a circle, a wire to itself and a wire that is there, each with its word', () => {
    const document = sampleDocument();
    const judge = (from: string, to: string) =>
      judgeWire(document, { node: from, port: 'out' }, { node: to, port: 'in' });
    expect(judge('sort', 'filter')).toMatchObject({ ok: false, reason: expect.stringContaining('circle') });
    expect(judge('sort', 'sort')).toMatchObject({ ok: false, reason: expect.stringContaining('itself') });
    expect(judge('orders', 'filter')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('already'),
    });
    expect(judge('filter', 'orders')).toMatchObject({ ok: false });
    expect(edits.connect(document, { node: 'sort', port: 'out' }, { node: 'filter', port: 'in' })).toBe(
      document,
    );
  });
});

describe('removing and changing', () => {
  it('heals the wire around a removed step when asked', () => {
    expect(wireTexts(edits.removeNodes(sampleDocument(), ['filter'], true))).toEqual(['orders > sort']);
    expect(wireTexts(edits.removeNodes(sampleDocument(), ['filter']))).toEqual([]);
  });

  it('heals a row of removed steps', () => {
    const { document } = edits.addAfter(sampleDocument(), 'limit', 'sort');
    expect(wireTexts(edits.removeNodes(document, ['filter', 'sort'], true))).toEqual(['orders > limit']);
  });

  it('keeps title, place and fitting wires when a kind is replaced', () => {
    const next = edits.replaceKind(sampleDocument(), 'filter', 'limit');
    expect(next.nodes.find((node) => node.id === 'filter')).toMatchObject({ kind: 'limit', at: [288, 0] });
    expect(wireTexts(next).sort()).toEqual(['filter > sort', 'orders > filter']);
  });

  it('leaves out of the document what is empty', () => {
    const next = edits.patchNodes(sampleDocument(), ['filter'], { title: '', note: '', disabled: false });
    expect(Object.keys(next.nodes[1] ?? {})).not.toEqual(expect.arrayContaining(['title']));
    expect(next.nodes[1]).not.toHaveProperty('disabled');
  });

  it('answers the same document when nothing moves', () => {
    const document = sampleDocument();
    expect(edits.moveNodes(document, new Map([['filter', { x: 288, y: 0 }]]))).toBe(document);
  });

  it('connects steps in the given order', () => {
    const bare = edits.removeWires(
      sampleDocument(),
      wiresOf(sampleDocument()).map((wire) => wire.id),
    );
    expect(wireTexts(edits.connectInOrder(bare, ['products', 'filter', 'sort']))).toEqual([
      'products > filter',
      'filter > sort',
    ]);
  });
});

describe('any sequence of edits', () => {
  const kinds = allKinds.map((kind) => kind.kind);
  const pick = (document: PipelineDocument, index: number) =>
    document.nodes[index % Math.max(1, document.nodes.length)]?.id ?? '';
  const anEdit = fc.oneof(
    fc.record({ do: fc.constant('add' as const), kind: fc.constantFrom(...kinds), a: fc.nat(20) }),
    fc.record({ do: fc.constant('connect' as const), a: fc.nat(20), b: fc.nat(20) }),
    fc.record({ do: fc.constant('remove' as const), a: fc.nat(20), heal: fc.boolean() }),
    fc.record({ do: fc.constant('on-wire' as const), kind: fc.constantFrom(...kinds), a: fc.nat(20) }),
    fc.record({ do: fc.constant('replace' as const), kind: fc.constantFrom(...kinds), a: fc.nat(20) }),
  );

  function apply(
    document: PipelineDocument,
    edit: typeof anEdit extends fc.Arbitrary<infer Edit> ? Edit : never,
  ): PipelineDocument {
    switch (edit.do) {
      case 'add':
        return edits.addAfter(document, edit.kind, pick(document, edit.a)).document;
      case 'connect': {
        const from = firstOutput(document, pick(document, edit.a));
        const to = bestInput(document, pick(document, edit.b));
        return from && to ? edits.connect(document, from, to) : document;
      }
      case 'remove':
        return edits.removeNodes(document, [pick(document, edit.a)], edit.heal);
      case 'on-wire': {
        const wire = wiresOf(document)[edit.a];
        return wire ? edits.addOnWire(document, edit.kind, wire, { x: 0, y: 0 }).document : document;
      }
      case 'replace':
        return edits.replaceKind(document, pick(document, edit.a), edit.kind);
    }
  }

  it('leaves a valid document: unique ids, no dangling wire, no circle, one wire at an input that takes one', () => {
    fc.assert(
      fc.property(fc.array(anEdit, { maxLength: 25 }), (list) => {
        const document = list.reduce(apply, sampleDocument());
        expect(documentSchema.safeParse(document).success).toBe(true);
        expect(new Set(document.nodes.map((node) => node.id)).size).toBe(document.nodes.length);
        const wires = wiresOf(document);
        expect(wires).toHaveLength(document.edges.length);
        for (const node of document.nodes) {
          const before = upstreamOf(
            document,
            wires.filter((wire) => wire.to.node === node.id).map((wire) => wire.from.node),
          );
          expect(before.has(node.id)).toBe(false);
          expect(downstreamOf(document, [node.id]).has(node.id)).toBe(true);
          for (const port of allKinds.find((kind) => kind.kind === node.kind)?.inputs ?? []) {
            const arriving = wires.filter((wire) => wire.to.node === node.id && wire.to.port === port.name);
            if (!port.many) expect(arriving.length).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
