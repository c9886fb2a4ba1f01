import {
  ArrowLeftRight,
  BookOpen,
  CircleSlash2,
  ClipboardPaste,
  Copy,
  CopyPlus,
  LayoutGrid,
  Pencil,
  Play,
  Plus,
  Scissors,
  SquareDashedMousePointer,
  Trash2,
  Unplug,
} from 'lucide-react';
import type { Point } from '../../../graph/places.ts';
import { nodeById, portsOf } from '../../../graph/ports.ts';
import { copyText, DropdownMenu, type MenuItems, toast } from '../../../ui/index.ts';
import { useRunControl } from '../run/run-context.ts';
import { type Editor, useEditor } from '../state/editor-context.ts';

/** Where a menu was asked for, and on what. */
export interface MenuPlace {
  readonly node?: string;
  readonly wire?: string;
  readonly screen: Point;
  readonly at: Point;
}

/** The menu of a step, a wire or the canvas: right click, the menu key, or Shift+F10. */
export function CanvasMenu({ place, onClose }: { place: MenuPlace | undefined; onClose: () => void }) {
  const editor = useEditor();
  const runs = useRunControl();
  if (!place) return null;
  const items = place.node
    ? stepItems(editor, place.node, place, runs.runTo)
    : place.wire
      ? wireItems(editor, place.wire, place)
      : paneItems(editor, place);
  return (
    <DropdownMenu
      key={`${place.screen.x},${place.screen.y}`}
      open
      onOpenChange={(open) => !open && onClose()}
      trigger={
        <button
          type="button"
          tabIndex={-1}
          aria-label="Menu"
          style={{ position: 'fixed', left: place.screen.x, top: place.screen.y, width: 1, height: 1 }}
          className="pointer-events-none opacity-0"
        />
      }
      items={items}
    />
  );
}

function stepItems(editor: Editor, id: string, place: MenuPlace, runTo: (id: string) => void): MenuItems {
  const { actions, view, documents } = editor;
  const document = documents.getState().document;
  const node = nodeById(document, id);
  if (!node) return [];
  const { outputs } = portsOf(document, node);
  const many = view.getState().nodes.size > 1;
  return [
    { label: 'Run to here', icon: Play, onSelect: () => runTo(id) },
    outputs.length > 0 && {
      label: 'Add next step',
      icon: Plus,
      shortcut: 'n',
      onSelect: () => later(() => actions.pickAfter(id, place.screen)),
    },
    'separator',
    !many && {
      label: 'Rename',
      icon: Pencil,
      shortcut: 'F2',
      onSelect: () => later(() => actions.startRename(id)),
    },
    !many && {
      label: 'Replace with',
      icon: ArrowLeftRight,
      onSelect: () =>
        later(() =>
          view.setState({
            quickAdd: { target: { kind: 'replace', node: id }, screen: place.screen, at: place.at },
          }),
        ),
    },
    {
      label: node.disabled ? 'Enable' : 'Disable',
      icon: CircleSlash2,
      shortcut: 'd',
      onSelect: () => actions.toggleDisabled(),
    },
    'separator',
    {
      label: 'Cut',
      icon: Scissors,
      shortcut: 'mod+x',
      onSelect: () => void copySelected(editor).then((done) => done && actions.removeSelected()),
    },
    { label: 'Copy', icon: Copy, shortcut: 'mod+c', onSelect: () => void copySelected(editor) },
    { label: 'Duplicate', icon: CopyPlus, shortcut: 'mod+d', onSelect: actions.duplicate },
    many && { label: 'Connect in order', icon: Plus, shortcut: 'mod+l', onSelect: actions.connectSelected },
    many && {
      label: 'Arrange these',
      icon: LayoutGrid,
      shortcut: 'shift+t',
      onSelect: () => void actions.tidy(),
    },
    'separator',
    {
      label: 'Delete',
      icon: Trash2,
      shortcut: 'del',
      danger: true,
      onSelect: () => actions.removeSelected(),
    },
    outputs.length > 0 && {
      label: 'Delete and join around it',
      icon: Unplug,
      shortcut: 'mod+del',
      danger: true,
      onSelect: () => actions.removeSelected(true),
    },
  ];
}

function wireItems(editor: Editor, wire: string, place: MenuPlace): MenuItems {
  return [
    {
      label: 'Insert a step',
      icon: Plus,
      onSelect: () =>
        later(() =>
          editor.view.setState({
            quickAdd: {
              target: { kind: 'wire', wire },
              screen: place.screen,
              at: { x: place.at.x - 108, y: place.at.y - 30 },
            },
          }),
        ),
    },
    {
      label: 'Delete the wire',
      icon: Trash2,
      shortcut: 'del',
      danger: true,
      onSelect: () => editor.actions.removeWires([wire]),
    },
  ];
}

function paneItems(editor: Editor, place: MenuPlace): MenuItems {
  const { actions, view, canvas } = editor;
  return [
    {
      label: 'Add a step',
      icon: Plus,
      shortcut: 'n',
      onSelect: () =>
        later(() =>
          view.setState({ quickAdd: { target: { kind: 'place' }, screen: place.screen, at: place.at } }),
        ),
    },
    {
      label: 'Paste',
      icon: ClipboardPaste,
      shortcut: 'mod+v',
      onSelect: () => void pasteFromMenu(editor, place.at),
    },
    'separator',
    { label: 'Select all', icon: SquareDashedMousePointer, shortcut: 'mod+a', onSelect: actions.selectAll },
    { label: 'Arrange', icon: LayoutGrid, shortcut: 'shift+t', onSelect: () => void actions.tidy() },
    { label: 'Fit everything', shortcut: '1', onSelect: () => canvas.current?.fit() },
    'separator',
    {
      label: 'Keyboard shortcuts',
      icon: BookOpen,
      shortcut: '?',
      onSelect: () => later(() => view.setState({ dialog: 'shortcuts' })),
    },
  ];
}

/** After the menu has closed and given the focus back. */
function later(act: () => void): void {
  setTimeout(act, 30);
}

async function copySelected(editor: Editor): Promise<boolean> {
  const text = editor.actions.copyText();
  return text !== undefined && copyText(text);
}

async function pasteFromMenu(editor: Editor, at: Point): Promise<void> {
  try {
    const text = await navigator.clipboard.readText();
    if (!editor.actions.pasteText(text, at)) toast.info('The clipboard holds no steps and no table.');
  } catch {
    toast.info('The browser does not let this page read the clipboard. Press Ctrl+V instead.');
  }
}
