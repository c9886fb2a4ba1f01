import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import * as edits from '../../../graph/edits.ts';
import { definitionOf } from '../../../graph/kinds.ts';
import { arrange } from '../../../graph/layout.ts';
import {
  type Direction,
  freePlace,
  neighbour,
  type Point,
  placeOf,
  snap,
  stepX,
} from '../../../graph/places.ts';
import {
  downstreamOf,
  judgeWire,
  nodeById,
  type PortRef,
  titleOf,
  upstreamOf,
  wiresOf,
} from '../../../graph/ports.ts';
import type { DocumentStore } from '../../../stores/document.ts';
import { fromParsed } from '../form/rows-table.ts';
import { type Clip, clipText, copyNodes, pasteClip, readClip } from '../graph/clipboard.ts';
import { readTable } from '../graph/table-text.ts';
import type { AddTarget, ViewStore } from './view-store.ts';

/** What the canvas can tell and do; undefined until it is drawn. */
export interface CanvasHandle {
  /** Canvas pixels at the middle of what is seen. */
  centre(): Point;
  /** Brings a node into view without changing the zoom. */
  show(nodeId: string): void;
  fit(nodes?: ReadonlySet<string>): void;
  focus(): void;
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/**
 * Everything a person does to the graph, each as one named, undoable step. Keys, menus, the palette and the command
 * bar all call these.
 */
export function createActions(
  documents: DocumentStore,
  view: ViewStore,
  canvas: { current: CanvasHandle | undefined },
) {
  const now = (): PipelineDocument => documents.getState().document;
  const selected = () => view.getState().nodes;
  const say = (text: string) => view.setState({ announcement: `${text}.` });
  const select = (nodes: Iterable<string>, wires: Iterable<string> = []) =>
    view.setState({ nodes: new Set(nodes), wires: new Set(wires), renaming: undefined });

  const edit = (
    name: string,
    apply: (document: PipelineDocument) => PipelineDocument,
    coalesce?: string,
  ): boolean => {
    const changed = documents.edit({ name, apply, coalesce });
    if (changed && !coalesce) say(name.charAt(0).toUpperCase() + name.slice(1));
    return changed;
  };
  const name = (ids: ReadonlySet<string>): string => {
    const [id] = ids;
    const node = ids.size === 1 && id !== undefined ? nodeById(now(), id) : undefined;
    return node ? titleOf(node) : plural(ids.size, 'step');
  };
  const adopt = (kind: string, make: (document: PipelineDocument) => edits.Added): string => {
    const added = make(now());
    edit(`add ${definitionOf(kind)?.title ?? kind}`, () => added.document);
    select([added.id]);
    requestAnimationFrame(() => canvas.current?.show(added.id));
    return added.id;
  };

  const actions = {
    now,
    say,
    select,
    edit,
    selectAll: () =>
      select(
        now().nodes.map((node) => node.id),
        wiresOf(now()).map((wire) => wire.id),
      ),
    clearSelection: () => select([]),

    /** Adds a step where the target says; answers its id. */
    add(kind: string, target: AddTarget, at?: Point, config?: Record<string, unknown>): string {
      const place = at ?? canvas.current?.centre() ?? { x: 0, y: 0 };
      return adopt(kind, (document) => {
        switch (target.kind) {
          case 'after':
            return edits.addAfter(document, kind, target.node, config);
          case 'wire-end':
            return edits.addAtWireEnd(document, kind, target.origin, target.side, place);
          case 'wire': {
            const wire = wiresOf(document).find((candidate) => candidate.id === target.wire);
            return wire
              ? edits.addOnWire(document, kind, wire, place)
              : edits.addNode(document, { kind, at: place, config });
          }
          case 'replace':
            return { document: edits.replaceKind(document, target.node, kind), id: target.node };
          case 'place':
            // Only a place that a person pointed at is taken as it is.
            return edits.addNode(document, { kind, at: at ?? freePlace(document, place), config });
        }
      });
    },
    /** Adds after the one selected step, or in the middle of the view. */
    addNext(kind: string): string {
      const [id] = selected();
      if (selected().size === 1 && id !== undefined) return actions.add(kind, { kind: 'after', node: id });
      return actions.add(kind, { kind: 'place' });
    },
    connect(from: PortRef, to: PortRef): void {
      const judgement = judgeWire(now(), from, to);
      if (!judgement.ok) say(judgement.reason.replace(/\.$/, ''));
      else edit('connect', (document) => edits.connect(document, from, to));
    },
    /** Moves the end of a wire to another port. */
    rewire(wireId: string, from: PortRef, to: PortRef): void {
      edit('move wire', (document) => {
        const cut = edits.removeWires(document, [wireId]);
        const wired = edits.connect(cut, from, to);
        return wired === cut ? document : wired;
      });
    },
    connectSelected(): void {
      const ordered = now()
        .nodes.filter((node) => selected().has(node.id))
        .sort((one, other) => placeOf(one).x - placeOf(other).x)
        .map((node) => node.id);
      edit('connect steps', (document) => edits.connectInOrder(document, ordered));
    },
    disconnectSelected(): void {
      const between = wiresOf(now()).filter(
        (wire) => selected().has(wire.from.node) && selected().has(wire.to.node),
      );
      edit('disconnect steps', (document) =>
        edits.removeWires(
          document,
          between.map((wire) => wire.id),
        ),
      );
    },
    removeWires(ids: readonly string[]): void {
      edit(ids.length === 1 ? 'delete wire' : `delete ${ids.length} wires`, (document) =>
        edits.removeWires(document, ids),
      );
      view.setState({ wires: new Set() });
    },
    /** Deletes what is selected; `heal` joins the wires around deleted steps. */
    removeSelected(heal = false): void {
      const { nodes, wires } = view.getState();
      if (nodes.size === 0) {
        if (wires.size > 0) actions.removeWires([...wires]);
        return;
      }
      edit(`delete ${name(nodes)}`, (document) =>
        edits.removeNodes(edits.removeWires(document, wires), nodes, heal),
      );
      select([]);
      canvas.current?.focus();
    },
    removeNode(id: string, heal = false): void {
      select([id]);
      actions.removeSelected(heal);
    },
    /** Ends a drag over a wire: the move and the insertion are one step. */
    dropOnWire(places: ReadonlyMap<string, Point>, nodeId: string, wireId: string): void {
      const wire = wiresOf(now()).find((candidate) => candidate.id === wireId);
      if (!wire) actions.move(places);
      else
        edit('insert into wire', (document) =>
          edits.putOnWire(edits.moveNodes(document, places), nodeId, wire),
        );
    },
    move(places: ReadonlyMap<string, Point>, label = 'move', coalesce?: string): void {
      edit(
        `${label} ${plural(places.size, 'step')}`,
        (document) => edits.moveNodes(document, places),
        coalesce,
      );
    },
    nudge(dx: number, dy: number): void {
      const places = new Map(
        now()
          .nodes.filter((node) => selected().has(node.id))
          .map((node) => [node.id, { x: placeOf(node).x + dx, y: placeOf(node).y + dy }]),
      );
      if (places.size > 0) actions.move(places, 'move', 'nudge');
    },
    /** One step to the nearest node in a direction; the first node when none is selected. */
    step(direction: Direction): void {
      const current = [...selected()].at(-1) ?? undefined;
      const next = current === undefined ? now().nodes[0]?.id : neighbour(now().nodes, current, direction);
      if (next === undefined) return;
      select([next]);
      const node = nodeById(now(), next);
      if (node) say(titleOf(node));
      canvas.current?.show(next);
    },
    selectUpstream: () => select(upstreamOf(now(), selected())),
    selectDownstream: () => select(downstreamOf(now(), selected())),
    selectConnected: () => select([...upstreamOf(now(), selected()), ...downstreamOf(now(), selected())]),
    configure(id: string, config: Record<string, unknown>, field?: string): void {
      const node = nodeById(now(), id);
      if (!node) return;
      const key = field === undefined ? undefined : `config ${id} ${field}`;
      edit(`change ${titleOf(node)}`, (document) => edits.setConfig(document, id, config), key);
    },
    startRename(id: string): void {
      view.setState({ nodes: new Set([id]), wires: new Set(), renaming: id });
    },
    rename(id: string, title: string): void {
      const text = title.trim();
      const node = nodeById(now(), id);
      view.setState({ renaming: undefined });
      if (!node || text === titleOf(node)) return;
      const own = text === definitionOf(node.kind)?.title ? '' : text;
      edit('rename step', (document) => edits.patchNodes(document, [id], { title: own }));
    },
    note: (id: string, note: string) =>
      edit('change note', (document) => edits.patchNodes(document, [id], { note }), `note ${id}`),
    toggleDisabled(ids: ReadonlySet<string> = selected()): void {
      const nodes = now().nodes.filter((node) => ids.has(node.id));
      if (nodes.length === 0) return;
      const disabled = nodes.some((node) => !node.disabled);
      edit(`${disabled ? 'disable' : 'enable'} ${name(ids)}`, (document) =>
        edits.patchNodes(document, ids, { disabled }),
      );
    },
    async tidy(): Promise<void> {
      const some = selected().size > 1 ? selected() : undefined;
      const before = now();
      const places = await arrange(before, some);
      if (before !== now()) return;
      actions.move(places, 'arrange');
      requestAnimationFrame(() => canvas.current?.fit(some));
    },
    align(side: 'left' | 'top'): void {
      const nodes = now().nodes.filter((node) => selected().has(node.id));
      const least = Math.min(...nodes.map((node) => (side === 'left' ? placeOf(node).x : placeOf(node).y)));
      const places = nodes.map((node) => {
        const { x, y } = placeOf(node);
        return [node.id, side === 'left' ? { x: least, y } : { x, y: least }] as const;
      });
      actions.move(new Map(places), 'align');
    },

    copyText(): string | undefined {
      const clip = copyNodes(now(), selected());
      if (clip) say(`Copied ${plural(clip.nodes.length, 'step')}`);
      return clip && clipText(clip);
    },
    pasteNodes(clip: Clip, at?: Point, outsideWires = false): void {
      const pasted = pasteClip(now(), clip, { at, outsideWires });
      edit(`paste ${plural(pasted.ids.length, 'step')}`, () => pasted.document);
      select(pasted.ids);
    },
    /** Takes steps or a table from a text; false when it is neither. */
    pasteText(text: string, at?: Point, outsideWires = false): boolean {
      const clip = readClip(text);
      if (clip) {
        actions.pasteNodes(
          clip,
          clip.nodes.some((node) => nodeById(now(), node.id)) && !at ? undefined : at,
          outsideWires,
        );
        return true;
      }
      const table = readTable(text);
      if (!table || table.rows.length > 50_000) return false;
      actions.add('rows', { kind: 'place' }, at, { rows: fromParsed(table) });
      return true;
    },
    duplicate(): void {
      const clip = copyNodes(now(), selected());
      if (clip) actions.pasteNodes(clip, undefined, true);
    },

    undo(): void {
      const undone = documents.undo();
      say(undone === undefined ? 'Nothing to undo' : `Undid: ${undone}`);
      keepSelection();
    },
    redo(): void {
      const redone = documents.redo();
      say(redone === undefined ? 'Nothing to redo' : `Redid: ${redone}`);
      keepSelection();
    },
    /** Leads to the place of a problem: selects its node and shows its field. */
    reveal(node: string, path: readonly (string | number)[] = []): void {
      select([node]);
      view.setState({ reveal: { node, path, turn: (view.getState().reveal?.turn ?? 0) + 1 } });
      canvas.current?.show(node);
    },
    /** Opens the picker beside a node, at a place of the window. */
    pickAfter(nodeId: string, screen: Point): void {
      const node = nodeById(now(), nodeId);
      if (!node) return;
      const { x, y } = placeOf(node);
      view.setState({
        quickAdd: { target: { kind: 'after', node: nodeId }, screen, at: { x: snap(x + stepX), y } },
      });
    },
  };

  /** Undo may take away what is selected; selection never points at what is gone. */
  function keepSelection(): void {
    const known = new Set(now().nodes.map((node) => node.id));
    const wires = new Set(wiresOf(now()).map((wire) => wire.id));
    const { nodes, wires: chosen } = view.getState();
    view.setState({
      nodes: new Set([...nodes].filter((id) => known.has(id))),
      wires: new Set([...chosen].filter((id) => wires.has(id))),
    });
  }
  return actions;
}

export type Actions = ReturnType<typeof createActions>;
