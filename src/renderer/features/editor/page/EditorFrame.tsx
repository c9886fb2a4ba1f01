import { useEffect, useMemo, useRef } from 'react';
import { allKinds } from '../../../graph/kinds.ts';
import { type Command, useCommands } from '../../../stores/commands.ts';
import { ResizablePanels, type ResizablePanelsHandle, TopBar } from '../../../ui/index.ts';
import { BottomPanel } from '../bottom/BottomPanel.tsx';
import { Canvas } from '../canvas/Canvas.tsx';
import { Inspector } from '../inspector/Inspector.tsx';
import { Palette } from '../palette/Palette.tsx';
import { RunParametersDialog } from '../run/RunParametersDialog.tsx';
import { useRunControl } from '../run/run-context.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { AccessButton } from './AccessButton.tsx';
import { RunButtons } from './RunButtons.tsx';
import { SaveState } from './SaveState.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { type Panels, type Shortcut, shortcutsOf } from './shortcuts.ts';
import { useCheck } from './use-check.ts';
import { useEditorKeys } from './use-editor-keys.ts';

/** The frame around the canvas: bar, palette, inspector, data below. */
export function EditorFrame() {
  const editor = useEditor();
  const runs = useRunControl();
  const across = useRef<ResizablePanelsHandle>(null);
  const down = useRef<ResizablePanelsHandle>(null);
  const name = useDocument((document) => document.name);
  const dialog = useView((view) => view.dialog);
  const announcement = useView((view) => view.announcement);
  const reveal = useView((view) => view.reveal);
  const panels = useMemo<Panels>(
    () => ({ toggle: (panel) => (panel === 'bottom' ? down : across).current?.toggle(panel) }),
    [],
  );
  const shortcuts = useMemo(() => shortcutsOf(editor, runs, panels), [editor, runs, panels]);
  useEditorKeys(shortcuts);
  useCheck();
  useCommands(
    'editor',
    useMemo(() => commandsOf(editor, shortcuts), [editor, shortcuts]),
  );
  useEffect(() => {
    if (reveal) across.current?.expand('inspector');
  }, [reveal]);
  useEffect(() => {
    document.title = `${name} · Sluice`;
    return () => {
      document.title = 'Sluice';
    };
  }, [name]);

  const canvasAndData = (
    <ResizablePanels
      id="editor-down"
      orientation="vertical"
      className="h-full"
      ref={down}
      panels={[
        { id: 'canvas', content: <Canvas />, minSize: 160 },
        {
          id: 'bottom',
          content: <BottomPanel />,
          defaultSize: 260,
          minSize: 120,
          maxSize: '75%',
          collapsible: true,
        },
      ]}
    />
  );
  return (
    <>
      <TopBar crumbs={[{ label: 'Pipelines', href: '#/pipelines' }, { label: name }]} aside={<SaveState />}>
        <AccessButton />
        <RunButtons />
      </TopBar>
      <h1 className="sr-only">{name}</h1>
      <div className="min-h-0 flex-1">
        <ResizablePanels
          id="editor-across"
          className="h-full"
          ref={across}
          panels={[
            {
              id: 'palette',
              content: <Palette />,
              defaultSize: 220,
              minSize: 160,
              maxSize: 360,
              collapsible: true,
            },
            { id: 'middle', content: canvasAndData, minSize: 320 },
            {
              id: 'inspector',
              content: <Inspector />,
              defaultSize: 340,
              minSize: 260,
              maxSize: 640,
              collapsible: true,
            },
          ]}
        />
      </div>
      <div role="status" aria-live="polite" className="sr-only">
        {announcement}
      </div>
      <ShortcutSheet
        shortcuts={shortcuts}
        open={dialog === 'shortcuts'}
        onClose={() => editor.view.setState({ dialog: undefined })}
      />
      <RunParametersDialog />
    </>
  );
}

/** Everything the keys do, and every kind, is in the command bar too. */
function commandsOf(editor: ReturnType<typeof useEditor>, shortcuts: readonly Shortcut[]): Command[] {
  const skipped = /^(Move|Go to the nearest)/;
  return [
    ...shortcuts.flatMap(({ keys, title, group, run }): Command[] =>
      run && !skipped.test(title) ? [{ id: `editor-${title}`, title, group, shortcut: keys[0], run }] : [],
    ),
    ...allKinds.map(
      (kind): Command => ({
        id: `add-${kind.kind}`,
        title: `Add ${kind.title}`,
        group: 'Add a step',
        keywords: kind.keywords,
        run: () => void editor.actions.addNext(kind.kind),
      }),
    ),
  ];
}
