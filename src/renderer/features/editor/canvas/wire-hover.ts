import type { ViewStore } from '../state/view-store.ts';

/** The buttons of a wire stay for a moment after the pointer left it, so that they can be reached. */
const leaveDelay = 260;
let leaving: ReturnType<typeof setTimeout> | undefined;

export function enterHover(view: ViewStore, wire: string): void {
  clearTimeout(leaving);
  view.setState({ hoverWire: wire });
}

export function holdHover(): void {
  clearTimeout(leaving);
}

export function leaveHover(view: ViewStore): void {
  clearTimeout(leaving);
  leaving = setTimeout(() => view.setState({ hoverWire: undefined }), leaveDelay);
}
