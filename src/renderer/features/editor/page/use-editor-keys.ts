import { useEffect } from 'react';
import { isTyping, matchesHotkey } from '../../../ui/index.ts';
import { isOnCanvas } from '../canvas/use-canvas-clipboard.ts';
import type { Shortcut } from './shortcuts.ts';

/**
 * The keyboard of the editor. Canvas keys are dead while one types or another part has the focus; app keys (run, save)
 * stay alive in fields. Nothing is taken while a dialog is open.
 */
export function useEditorKeys(shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('[role=dialog]')) return;
      const frame = document.querySelector<HTMLElement>('.editor-canvas');
      const typing = isTyping(event);
      const onCanvas = !typing && isOnCanvas(frame);
      const button =
        event.target instanceof Element && event.target.closest('button, a, [role=separator]') !== null;
      for (const shortcut of shortcuts) {
        if (
          !shortcut.run ||
          shortcut.scope === 'app' ||
          !shortcut.keys.some((keys) => matchesHotkey(event, keys))
        )
          continue;
        if (shortcut.scope === 'canvas' && (!onCanvas || (button && /^(Enter|Arrow| )/.test(event.key))))
          continue;
        if (shortcut.scope === 'page' && typing) continue;
        event.preventDefault();
        shortcut.run();
        return;
      }
      if (onCanvas && (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)))
        openMenuFor(event);
      if (onCanvas && !button && (event.key === 'Enter' || event.key === ' ')) focusToSelection(event);
    };
    // Before a code editor sees them: it would take Ctrl+Enter for itself.
    const listenFirst = (event: KeyboardEvent) => {
      if (event.isComposing || document.querySelector('[role=dialog]')) return;
      const shortcut = shortcuts.find(
        ({ scope, keys, run }) => scope === 'app' && run && keys.some((key) => matchesHotkey(event, key)),
      );
      if (!shortcut) return;
      event.preventDefault();
      event.stopPropagation();
      shortcut.run?.();
    };
    window.addEventListener('keydown', listen);
    window.addEventListener('keydown', listenFirst, true);
    return () => {
      window.removeEventListener('keydown', listen);
      window.removeEventListener('keydown', listenFirst, true);
    };
  }, [shortcuts]);
}

/** The menu key opens the menu of what has the focus, where it stands. */
function openMenuFor(event: KeyboardEvent): void {
  const focused = document.activeElement?.closest('.react-flow__node, .react-flow__edge');
  const target =
    focused ??
    document.querySelector('.react-flow__node.selected') ??
    document.querySelector('.react-flow__pane');
  if (!target) return;
  event.preventDefault();
  const box = target.getBoundingClientRect();
  const isPane = target.classList.contains('react-flow__pane');
  const at = isPane
    ? { x: box.left + box.width / 2, y: box.top + box.height / 3 }
    : { x: box.left + 24, y: box.bottom - 8 };
  target.dispatchEvent(
    new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: at.x, clientY: at.y }),
  );
}

/** Space or Enter on a focused step or wire that is not selected yet selects it. */
function focusToSelection(event: KeyboardEvent): void {
  const focused = document.activeElement?.closest<HTMLElement>('.react-flow__node, .react-flow__edge');
  if (!focused || focused.classList.contains('selected')) return;
  event.preventDefault();
  focused.dispatchEvent(new MouseEvent('click', { bubbles: true }));
}
