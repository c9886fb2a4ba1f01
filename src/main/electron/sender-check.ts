import type { WebFrameMain } from 'electron';
import { isAppPage } from './window-guards.ts';

/** Only the top frame of an app page is heard: not an iframe, not a destroyed frame, not another origin. */
export function isTrustedSender(frame: WebFrameMain | null): boolean {
  return frame !== null && !frame.detached && frame.parent === null && isAppPage(frame.url);
}
