import { createStore } from 'zustand/vanilla';
import type { RunStep, RunSummary } from '../../../../shared/contract/domain.ts';
import type { Column } from '../../../../shared/kernel/columns.ts';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import type { Problem } from '../../../../shared/pipeline/problem.ts';
import type { Point } from '../../../graph/places.ts';
import type { PortRef } from '../../../graph/ports.ts';

/** Where a step chosen in the quick-add picker goes. */
export type AddTarget =
  | { readonly kind: 'place' }
  | { readonly kind: 'after'; readonly node: string }
  | { readonly kind: 'wire-end'; readonly origin: PortRef; readonly side: 'source' | 'target' }
  | { readonly kind: 'wire'; readonly wire: string }
  | { readonly kind: 'replace'; readonly node: string };

export interface QuickAdd {
  readonly target: AddTarget;
  /** Where the picker opens, in window pixels. */
  readonly screen: Point;
  /** Where the step goes, in canvas pixels. */
  readonly at: Point;
}

/** The run whose states the canvas shows. */
export interface LiveRun {
  readonly summary: RunSummary;
  readonly steps: ReadonlyMap<string, RunStep>;
  /** The document as it was when the run was started. */
  readonly document: PipelineDocument;
}

/** What the server last said about the draft. */
export interface Checked {
  readonly state: 'unknown' | 'checking' | 'checked';
  /** Node -> port -> columns; sinks have the port `in`. */
  readonly columns: ReadonlyMap<string, Readonly<Record<string, readonly Column[]>>>;
  readonly problems: readonly Problem[];
}

export type BottomTab = 'data' | 'sql' | 'problems' | 'log';
export type EditorDialog = 'shortcuts' | 'run-parameters' | undefined;

export interface ViewState {
  readonly nodes: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
  /** The node that shows a name field in place of its title. */
  readonly renaming: string | undefined;
  /** The wire under the pointer: shows its buttons. */
  readonly hoverWire: string | undefined;
  /** The wire that a dragged step would be put into. */
  readonly dropWire: string | undefined;
  readonly quickAdd: QuickAdd | undefined;
  readonly dialog: EditorDialog;
  readonly tab: BottomTab;
  readonly minimap: boolean;
  readonly snap: boolean;
  /** A field that a problem led to; `turn` grows so that the same field can be shown twice. */
  readonly reveal:
    | { readonly node: string; readonly path: readonly (string | number)[]; readonly turn: number }
    | undefined;
  /** Spoken by screen readers. */
  readonly announcement: string;
  readonly checked: Checked;
  readonly run: LiveRun | undefined;
  /** Values for parameters, as the person last gave them; previews use them too. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

const none: ReadonlySet<string> = new Set();

/** `large`: the pipeline does not fit into one view. */
export function createViewStore(large: boolean) {
  return createStore<ViewState>()(() => ({
    nodes: none,
    wires: none,
    renaming: undefined,
    hoverWire: undefined,
    dropWire: undefined,
    quickAdd: undefined,
    dialog: undefined,
    tab: 'data',
    minimap: (localStorage.getItem('sluice.editor.minimap') ?? (large ? 'on' : 'off')) === 'on',
    snap: localStorage.getItem('sluice.editor.snap') !== 'off',
    reveal: undefined,
    announcement: '',
    checked: { state: 'unknown', columns: new Map(), problems: [] },
    run: undefined,
    parameters: {},
  }));
}

export type ViewStore = ReturnType<typeof createViewStore>;

export function sameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}

/** The one selected node, or undefined when none or several are. */
export function onlyNode(view: Pick<ViewState, 'nodes'>): string | undefined {
  const [id] = view.nodes;
  return view.nodes.size === 1 ? id : undefined;
}
