/**
 * True when a key event comes from something one types into, code editors included (they live in a shadow root,
 * so `event.target` alone would not tell). Global shortcuts made of plain letters must ask this first.
 */
export function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[data-typing]')) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLInputElement && !/^(button|checkbox|radio|range|submit|reset)$/.test(target.type)
  );
}
