import { nodeById } from '../../../graph/ports.ts';
import type { RunControl } from '../run/run-control.ts';
import type { Editor } from '../state/editor-context.ts';
import { onlyNode } from '../state/view-store.ts';

/** A key of the editor: what the sheet lists and what the keyboard does are this one table. */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly title: string;
  readonly group: 'Run and save' | 'Add and connect' | 'Select and move' | 'Edit' | 'View';
  /** `canvas`: only while the canvas has the keyboard. `app`: everywhere, also while typing. */
  readonly scope: 'canvas' | 'app' | 'page';
  readonly run?: () => void;
}

export interface Panels {
  toggle(panel: 'palette' | 'inspector' | 'bottom'): void;
}

const small = 8;
const large = 64;

export function shortcutsOf(editor: Editor, runs: RunControl, panels: Panels): readonly Shortcut[] {
  const { actions, view, canvas, documents, autosave } = editor;
  const selected = () => onlyNode(view.getState());
  const nudge = (keys: string, title: string, dx: number, dy: number): Shortcut => ({
    keys: [keys],
    title,
    group: 'Select and move',
    scope: 'canvas',
    run: () => actions.nudge(dx, dy),
  });
  return [
    {
      keys: ['mod+enter'],
      title: 'Run',
      group: 'Run and save',
      scope: 'app',
      run: () => void runs.start({ mode: 'inspect' }),
    },
    {
      keys: ['mod+shift+enter'],
      title: 'Run to the selected step',
      group: 'Run and save',
      scope: 'app',
      run: () => {
        const id = selected();
        if (id) runs.runTo(id);
      },
    },
    {
      keys: ['mod+.'],
      title: 'Cancel the run',
      group: 'Run and save',
      scope: 'app',
      run: () => void runs.cancel(),
    },
    {
      keys: ['mod+s'],
      title: 'Save now',
      group: 'Run and save',
      scope: 'app',
      run: () => void autosave.flush(),
    },

    {
      keys: ['n', 'mod+ '],
      title: 'Add a step (after the selected one)',
      group: 'Add and connect',
      scope: 'canvas',
      run: pick,
    },
    {
      keys: ['mod+l'],
      title: 'Connect the selected steps in order',
      group: 'Add and connect',
      scope: 'canvas',
      run: actions.connectSelected,
    },
    {
      keys: ['mod+shift+l'],
      title: 'Disconnect the selected steps',
      group: 'Add and connect',
      scope: 'canvas',
      run: actions.disconnectSelected,
    },

    {
      keys: ['arrowleft'],
      title: 'Go to the nearest step',
      group: 'Select and move',
      scope: 'canvas',
      run: () => actions.step('left'),
    },
    {
      keys: ['arrowright'],
      title: 'Go to the nearest step',
      group: 'Select and move',
      scope: 'canvas',
      run: () => actions.step('right'),
    },
    {
      keys: ['arrowup'],
      title: 'Go to the nearest step',
      group: 'Select and move',
      scope: 'canvas',
      run: () => actions.step('up'),
    },
    {
      keys: ['arrowdown'],
      title: 'Go to the nearest step',
      group: 'Select and move',
      scope: 'canvas',
      run: () => actions.step('down'),
    },
    nudge('mod+arrowleft', 'Move a little', -small, 0),
    nudge('mod+arrowright', 'Move a little', small, 0),
    nudge('mod+arrowup', 'Move a little', 0, -small),
    nudge('mod+arrowdown', 'Move a little', 0, small),
    nudge('shift+arrowleft', 'Move further', -large, 0),
    nudge('shift+arrowright', 'Move further', large, 0),
    nudge('shift+arrowup', 'Move further', 0, -large),
    nudge('shift+arrowdown', 'Move further', 0, large),
    {
      keys: ['mod+a'],
      title: 'Select all',
      group: 'Select and move',
      scope: 'canvas',
      run: actions.selectAll,
    },
    {
      keys: ['escape'],
      title: 'Select nothing',
      group: 'Select and move',
      scope: 'canvas',
      run: actions.clearSelection,
    },
    {
      keys: ['alt+u'],
      title: 'Select everything upstream',
      group: 'Select and move',
      scope: 'canvas',
      run: actions.selectUpstream,
    },
    {
      keys: ['alt+d'],
      title: 'Select everything downstream',
      group: 'Select and move',
      scope: 'canvas',
      run: actions.selectDownstream,
    },
    {
      keys: ['alt+c'],
      title: 'Select everything connected',
      group: 'Select and move',
      scope: 'canvas',
      run: actions.selectConnected,
    },
    {
      keys: ['shift+h'],
      title: 'Align the tops',
      group: 'Select and move',
      scope: 'canvas',
      run: () => actions.align('top'),
    },
    {
      keys: ['shift+v'],
      title: 'Align the left edges',
      group: 'Select and move',
      scope: 'canvas',
      run: () => actions.align('left'),
    },
    {
      keys: ['shift+t'],
      title: 'Arrange the selected steps, or all',
      group: 'Select and move',
      scope: 'canvas',
      run: () => void actions.tidy(),
    },

    { keys: ['mod+z'], title: 'Undo', group: 'Edit', scope: 'page', run: actions.undo },
    { keys: ['mod+shift+z', 'mod+y'], title: 'Redo', group: 'Edit', scope: 'page', run: actions.redo },
    { keys: ['mod+c'], title: 'Copy', group: 'Edit', scope: 'canvas' },
    { keys: ['mod+x'], title: 'Cut', group: 'Edit', scope: 'canvas' },
    { keys: ['mod+v'], title: 'Paste steps or a table', group: 'Edit', scope: 'canvas' },
    { keys: ['mod+shift+v'], title: 'Paste with the wires from outside', group: 'Edit', scope: 'canvas' },
    { keys: ['mod+d'], title: 'Duplicate', group: 'Edit', scope: 'canvas', run: actions.duplicate },
    {
      keys: ['delete', 'backspace'],
      title: 'Delete',
      group: 'Edit',
      scope: 'canvas',
      run: () => actions.removeSelected(),
    },
    {
      keys: ['mod+delete', 'mod+backspace'],
      title: 'Delete and join around it',
      group: 'Edit',
      scope: 'canvas',
      run: () => actions.removeSelected(true),
    },
    {
      keys: ['d'],
      title: 'Disable or enable',
      group: 'Edit',
      scope: 'canvas',
      run: () => actions.toggleDisabled(),
    },
    {
      keys: ['f2'],
      title: 'Rename',
      group: 'Edit',
      scope: 'canvas',
      run: () => {
        const id = selected();
        if (id) actions.startRename(id);
      },
    },
    {
      keys: ['enter'],
      title: 'Open the settings of the step',
      group: 'Edit',
      scope: 'canvas',
      run: () => {
        const id = selected();
        if (id) actions.reveal(id, ['*']);
      },
    },

    {
      keys: ['1'],
      title: 'Fit everything',
      group: 'View',
      scope: 'canvas',
      run: () => canvas.current?.fit(),
    },
    {
      keys: ['2'],
      title: 'Fit the selection',
      group: 'View',
      scope: 'canvas',
      run: () => canvas.current?.fit(view.getState().nodes),
    },
    {
      keys: ['m'],
      title: 'Overview on or off',
      group: 'View',
      scope: 'canvas',
      run: () => view.setState({ minimap: !view.getState().minimap }),
    },
    {
      keys: ['mod+b'],
      title: 'Steps panel on or off',
      group: 'View',
      scope: 'page',
      run: () => panels.toggle('palette'),
    },
    {
      keys: ['mod+i'],
      title: 'Settings panel on or off',
      group: 'View',
      scope: 'page',
      run: () => panels.toggle('inspector'),
    },
    {
      keys: ['mod+j'],
      title: 'Data panel on or off',
      group: 'View',
      scope: 'page',
      run: () => panels.toggle('bottom'),
    },
    ...(['data', 'sql', 'problems', 'log'] as const).map(
      (tab, index): Shortcut => ({
        keys: [`alt+${index + 1}`],
        title: `Show ${tab === 'sql' ? 'SQL' : tab}`,
        group: 'View',
        scope: 'page',
        run: () => view.setState({ tab }),
      }),
    ),
    {
      keys: ['?'],
      title: 'This list',
      group: 'View',
      scope: 'page',
      run: () => view.setState({ dialog: 'shortcuts' }),
    },
    {
      keys: ['space+drag'],
      title: 'Move the view (also middle or right drag)',
      group: 'View',
      scope: 'canvas',
    },
    { keys: ['mod+wheel'], title: 'Zoom', group: 'View', scope: 'canvas' },
  ];

  /** The picker, beside the selected step or in the middle. */
  function pick(): void {
    const id = selected();
    const node = id === undefined ? undefined : nodeById(documents.getState().document, id);
    const frame = document.querySelector('.editor-canvas')?.getBoundingClientRect();
    if (id !== undefined && node) {
      const card = document.querySelector(`.react-flow__node[data-id="${id}"]`)?.getBoundingClientRect();
      actions.pickAfter(id, { x: (card?.right ?? 0) + 12, y: card?.top ?? 0 });
      return;
    }
    const screen = {
      x: (frame?.left ?? 0) + (frame?.width ?? 0) / 2 - 150,
      y: (frame?.top ?? 0) + (frame?.height ?? 0) / 4,
    };
    view.setState({
      quickAdd: { target: { kind: 'place' }, screen, at: canvas.current?.centre() ?? { x: 0, y: 0 } },
    });
  }
}
