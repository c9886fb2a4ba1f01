import { type RefObject, useEffect } from 'react';
import { isTyping, toast } from '../../../ui/index.ts';
import type { Editor } from '../state/editor-context.ts';

/** Whether keys and the clipboard belong to the canvas now: nothing else on the page has the focus. */
export function isOnCanvas(frame: HTMLElement | null): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || frame?.contains(active) === true;
}

/** Copy, cut and paste by the system's own events, so that steps travel between windows as text. */
export function useCanvasClipboard(editor: Editor, frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let withOutside = false;
    const ours = (event: Event) => isOnCanvas(frame.current) && !isTyping(event);
    const textSelected = () => (getSelection()?.toString() ?? '') !== '';

    const watchShift = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'v') withOutside = event.shiftKey;
    };
    const copy = (event: ClipboardEvent) => {
      if (!ours(event) || textSelected()) return;
      const text = editor.actions.copyText();
      if (text === undefined) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
      if (event.type === 'cut') editor.actions.removeSelected();
    };
    const paste = (event: ClipboardEvent) => {
      if (!ours(event)) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text.trim() === '') return;
      event.preventDefault();
      if (!editor.actions.pasteText(text, editor.canvas.current?.centre(), withOutside)) {
        toast.info('The clipboard holds no steps and no table with a header and two columns.');
      }
    };
    window.addEventListener('keydown', watchShift, true);
    window.addEventListener('copy', copy);
    window.addEventListener('cut', copy);
    window.addEventListener('paste', paste);
    return () => {
      window.removeEventListener('keydown', watchShift, true);
      window.removeEventListener('copy', copy);
      window.removeEventListener('cut', copy);
      window.removeEventListener('paste', paste);
    };
  }, [editor, frame]);
}
